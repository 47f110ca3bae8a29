"""Modules that Emscripten has made: in memory, as packages, on the command line."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

import wasm2py
from tests.commands.running import COMMAND, ENVIRONMENT, Runner
from tests.emscripten.modules import (
    CHECKED,
    IMPORTING,
    IMPORTING_SCRIPT,
    OLD,
    PROGRAM,
)
from tests.packages import import_package, write_package
from tests.pythons import parameters
from tests.wasm_tools import assemble


def program(*args: str, **given: Any) -> tuple[wasm2py.Instance, wasm2py.Emscripten]:
    module = wasm2py.compile(assemble(PROGRAM))
    emscripten = wasm2py.Emscripten(module, args, **given)
    return wasm2py.instantiate(module, emscripten), emscripten


def test_a_program() -> None:
    output = bytearray()
    instance, emscripten = program("name", "one", stdout=output.extend)
    assert emscripten.start(instance) == 12
    assert output == b"one"


def test_calls_that_may_throw() -> None:
    instance, emscripten = program()
    emscripten.initialize(instance)
    assert instance.exports.ready() == 1
    assert instance.exports.call(2, 5) == (6, 0, 65536)
    assert instance.exports.call(1, 5) == (0, 1, 65536)
    for index in (0, 4, -1):
        with pytest.raises(wasm2py.Trap, match="element"):
            instance.exports.call(index, 5)
    with pytest.raises(wasm2py.StackExhausted):
        instance.exports.call(3, 0)
    assert instance.exports.call(2, 5) == (6, 0, 65536)


def test_growth_and_halves_of_numbers() -> None:
    instance, _ = program()
    assert instance.exports.grow((5 << 16) - 1) == 1
    assert len(instance.memory) == 5 << 16
    assert instance.exports.grow(11 << 16) == 0
    assert instance.exports.seek() == 70  # of a stream


def test_a_module_that_checks_its_stack_pointer() -> None:
    module = wasm2py.compile(assemble(CHECKED))
    emscripten = wasm2py.Emscripten(module)
    instance = wasm2py.instantiate(module, emscripten)
    emscripten.initialize(instance)
    instance.exports.push(1024)
    for outside in (1023, 65537):
        with pytest.raises(wasm2py.Trap, match="stack overflows"):
            instance.exports.push(outside)


def test_a_module_of_an_old_version() -> None:
    output = bytearray()
    module = wasm2py.compile(assemble(OLD))
    emscripten = wasm2py.Emscripten(module, stdout=output.extend)
    instance = wasm2py.instantiate(module, emscripten)
    assert instance.exports.seven() == 7
    assert instance.exports.seek() == 70  # of a stream
    assert emscripten.start(instance) == 0
    assert output == b"hello"


def test_one_instance() -> None:
    instance, emscripten = program()
    other = wasm2py.instantiate(wasm2py.compile(b"\0asm\1\0\0\0"))
    with pytest.raises(ValueError, match="another instance"):
        emscripten.initialize(other)
    module = wasm2py.compile(assemble(PROGRAM))
    with pytest.raises(wasm2py.LinkError, match="another instance"):
        wasm2py.instantiate(module, emscripten)
    with pytest.raises(TypeError, match="Module"):
        wasm2py.Emscripten(instance)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="mapping"):
        program(imports=[])


def test_imports_of_the_callers_come_first() -> None:
    instance, _ = program(imports={"env": {"emscripten_resize_heap": lambda size: 9}})
    assert instance.exports.grow(1) == 9


@pytest.mark.parametrize("python", parameters())
def test_a_package(tmp_path: Path, python: str) -> None:
    write_package(assemble(PROGRAM), tmp_path / "prog", runtime="vendor")
    script = """
import prog
assert prog.ready() == 1
assert prog.call(1, 0) == (0, 1, 65536)
output = bytearray()
emscripten = prog.emscripten(["name", "two"], stdout=output.extend)
instance = prog.instantiate(emscripten)
assert instance.exports.ready() == 1
assert emscripten.start(instance) == 12 and output == b"two"
assert prog.Emscripten and prog.CppException
try:
    prog.call(3, 0)
except prog.StackExhausted:
    print("good")
"""
    done = subprocess.run(
        [python, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("good\n", "")
    ended = subprocess.run(
        [python, "-m", "prog", "one", "two"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (13, b"one")


def test_other_packages_are_without(tmp_path: Path) -> None:
    write_package(
        assemble("(module)"), tmp_path / "without_emscripten", runtime="vendor"
    )
    package: Any = import_package(tmp_path / "without_emscripten")
    assert not hasattr(package, "emscripten")
    assert not (tmp_path / "without_emscripten/_runtime/emscripten").exists()


def test_run(tmp_path: Path) -> None:
    (tmp_path / "program.wasm").write_bytes(assemble(PROGRAM))
    done = subprocess.run(
        [*COMMAND, "run", tmp_path / "program.wasm", "--", "one"],
        capture_output=True,
        check=False,
        env=ENVIRONMENT,
    )
    assert (done.returncode, done.stdout) == (12, b"one")


@pytest.mark.parametrize("runtime", ["vendor", "import"])
def test_names_from_a_script(run: Runner, tmp_path: Path, runtime: str) -> None:
    (tmp_path / "module.wasm").write_bytes(assemble(IMPORTING))
    (tmp_path / "module.js").write_text(IMPORTING_SCRIPT)
    name = f"named_{runtime}"
    outcome = run(
        *("compile", tmp_path / "module.wasm", "-o", tmp_path / name, "--quiet"),
        *("--names-from", tmp_path / "module.js", "--runtime", runtime),
    )
    assert outcome == (0, "", "")
    package: Any = import_package(tmp_path / name)
    assert "ready" not in dir(package)  # it needs "own"
    imports = {"env": {"own": lambda number: number + 1}}
    exports = package.instantiate(package.emscripten(imports=imports)).exports
    assert list(exports) == [
        *("__wasm_call_ctors", "d", "call_own", "e", "grow", "f", "ready", "g")
    ]
    assert (exports.ready(), exports.call_own(4)) == (7, 5)
    assert exports.grow(3 << 16) == 1
    assert exports.grow(9 << 16) == 0
    with pytest.raises(package.LinkError, match="'env' 'own'"):
        package.instantiate(package.emscripten())
    stub = (tmp_path / name / "__init__.pyi").read_text()
    assert "def call_own(self, v0: int, /) -> int: ..." in stub
    assert '"emscripten_resize_heap"' in stub


def test_names_in_memory(tmp_path: Path) -> None:
    (tmp_path / "module.js").write_text(IMPORTING_SCRIPT)
    for script in (tmp_path / "module.js", IMPORTING_SCRIPT.encode()):
        module = wasm2py.compile(assemble(IMPORTING), names_from=script)
        own = {"env": {"own": lambda number: number + 1}}
        emscripten = wasm2py.Emscripten(module, imports=own)
        instance = wasm2py.instantiate(module, emscripten)
        emscripten.initialize(instance)
        assert (instance.exports.ready(), instance.exports.call_own(1)) == (7, 2)
    with pytest.warns(RuntimeWarning, match="keep their names"):
        wasm2py.compile(assemble(IMPORTING), names_from=b"")
    with pytest.raises(ValueError, match="nested"):
        wasm2py.compile(assemble(IMPORTING), names_from=b"(" * 200_000)
    with pytest.raises(TypeError, match="names_from"):
        wasm2py.compile(assemble(IMPORTING), names_from=1)  # type: ignore[arg-type]


def test_a_script_that_is_none(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "module.wasm").write_bytes(assemble(IMPORTING))
    (tmp_path / "module.js").write_bytes(b"(" * 200_000)
    arguments = ("inspect", tmp_path / "module.wasm", "--names-from")
    message = run.failure(*arguments, tmp_path / "module.js")
    assert message.endswith("its brackets are nested too deep")
    assert "no such file" in run.failure(*arguments, tmp_path / "none.js").lower()


def test_a_scaffold(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "module.wasm").write_bytes(assemble(IMPORTING))
    (tmp_path / "module.js").write_text(IMPORTING_SCRIPT)
    outcome = run(
        *("scaffold", tmp_path / "module.wasm", "--names-from", tmp_path / "module.js")
    )
    assert 'NotImplementedError("env.own")' in outcome.output
    assert "resize" not in outcome.output and "Memory" not in outcome.output
    assert "package.emscripten(imports=imports)" in outcome.output


@pytest.mark.parametrize(
    "old, new, message",
    [
        (
            '"stackAlloc") (param i32)',
            '"stackAlloc") (param i32 i32)',
            "the instance's 'stackAlloc' is none of Emscripten's: (i32, i32) -> (i32)",
        ),
        (
            '"__wasm_call_ctors")',
            '"__wasm_call_ctors") (param i32)',
            "the instance's '__wasm_call_ctors' is none of Emscripten's: (i32) -> ()",
        ),
        (
            '(func (export "ready")',
            '(memory (export "fflush") 1) (func (export "ready")',
            "the instance's 'fflush' is no function",
        ),
    ],
)
def test_functions_of_other_types(
    run: Runner, tmp_path: Path, old: str, new: str, message: str
) -> None:
    module = tmp_path / "program.wasm"
    module.write_bytes(assemble(PROGRAM.replace(old, new)))
    outcome = run("run", module)
    assert outcome.status == 1
    assert outcome.errors == f"wasm2py: {message}\n"
