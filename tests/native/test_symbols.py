"""Names of functions in the symbols of extension modules."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest

import wasm2py
from tests.compilers import use
from tests.wasm_tools import assemble
from wasm2py.native.symbols import symbol, with_names

WAT = """
(module
  (import "env" "import" (func $import))
  (func $first (export "first") (param i32) (result i32)
    (i32.div_u (i32.const 1) (local.get 0)))
  (func $"a name; #define \\22*/ \\c3\\a4\\0a.text" (export "second") (call $import))
  (func (export "an export"))
)
"""
_NM = shutil.which("nm")


def _symbols(path: str) -> dict[str, str]:
    """Letters of kinds, by symbol."""
    assert _NM is not None
    done = subprocess.run([_NM, path], capture_output=True, text=True, check=True)
    words = (line.split() for line in done.stdout.splitlines())
    return {word[-1]: word[-2] for word in words}


def _compile(wat: str = WAT) -> Any:
    return wasm2py.compile(assemble(wat), target="c")


@pytest.mark.skipif(_NM is None, reason="there is no nm")
@pytest.mark.parametrize("name", ["gcc", "clang", "zig"])  # tcc writes no symbols
def test_symbols_have_the_names_of_functions(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, tmp_path, name)
    module = _compile()
    found = _symbols(module.native.__file__)
    expected = ["f1_first", "f2_a_name___define________text", "f3_an_export"]
    assert expected == sorted(filter(re.compile("f[0-9]").match, found))
    # Other packages do not see them.
    assert {found[symbol] for symbol in expected} == {"t"}
    exports = wasm2py.instantiate(module, {"env": {"import": lambda: None}}).exports
    assert exports.first(1) == 1
    exports.second()


def test_other_names_are_another_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, tmp_path)
    module, other = _compile(), _compile(WAT.replace("$first", "$other"))
    assert module.native.__file__ != other.native.__file__
    assert _compile().native.__file__ == module.native.__file__


def test_symbols_are_of_bounded_length_and_harmless() -> None:
    name = symbol(7, 'int x = "\\\n' + "ä" * 1000)
    assert name.startswith("f7_int_x____")
    assert len(name) < 120
    assert name.isascii() and name.isidentifier()


def test_what_cannot_be_read_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, tmp_path, "gcc")
    content = Path(_compile().native.__file__).read_bytes()
    for damaged in (b"", b"MZ", content[:64], content[:-100]):
        assert with_names(damaged, {1: "x"}) == damaged
    first, sections = struct.unpack_from("<Q", content, 40)[0], range(content[60])
    for field in (3, 4, 5):  # where they are, their sizes, what they are linked with
        for value in (1 << 34, (1 << 64) - 1):
            changed = bytearray(content)
            for section in sections:
                place = first + 64 * section + 8 * field
                changed[place : place + 8] = value.to_bytes(8, "little")
            damaged = bytes(changed)
            assert with_names(damaged, {1: "x"}) == damaged
