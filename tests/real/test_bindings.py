"""Published modules whose JavaScript converts what goes in and comes out, called without it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import wasm2py
from tests.real.npm import embedded_wasm, package

pytestmark = [pytest.mark.network, pytest.mark.slow]

IN_BASE_64 = r"(AGFzbQ[A-Za-z0-9+/=]{100,})"


class Embind:
    """A module with Emscripten's embind, as docs/emscripten.md calls such modules."""

    def __init__(self, source: Any, names_from: Path | None = None) -> None:
        module = wasm2py.compile(source, names_from=names_from)
        self.constants: dict[bytes, int] = {}
        self.functions: dict[bytes, tuple[int, int]] = {}
        self.objects: list[int] = []
        env: dict[str, Callable[..., Any]] = {
            item.name: lambda *args: None
            for item in wasm2py.Module.imports(module)
            if item.name.startswith("_em")
        }
        env["_embind_register_constant"] = self._constant
        env["_embind_register_function"] = self._function
        env["_emval_take_value"] = self._take
        emscripten = wasm2py.Emscripten(module, imports={"env": env})
        self.instance = wasm2py.instantiate(module, emscripten.imports)
        emscripten.initialize(self.instance)

    def _constant(self, name: int, type_: int, value: float) -> None:
        self.constants[self.instance.memory.cstring(name)] = int(value)

    def _function(self, name: int, *rest: int) -> None:
        *_, invoker, function = rest
        self.functions[self.instance.memory.cstring(name)] = invoker, function

    def _take(self, type_: int, value: int) -> int:
        """A handle of a new object: here of a number or a truth value."""
        self.objects += self.instance.memory.unpack("<I", value)
        return len(self.objects) - 1

    def call(self, name: bytes, *args: Any) -> Any:
        invoker, function = self.functions[name]
        return self.instance.table.get(invoker)(function, *args)


def test_constants_and_functions_in_c() -> None:
    folder = package("vscode-oniguruma@2.0.1")
    onig = Embind(folder / "release/onig.wasm")
    instance, memory = onig.instance, onig.instance.memory
    pattern, text = rb"(\w)oo(\d+)", b"a bar, foo12"
    with instance.alloc(pattern) as p, instance.alloc(text) as q:
        with instance.alloc(8) as lists:
            memory.pack_into("<2I", lists, p, len(pattern))
            options = onig.constants[b"ONIG_OPTION_NONE"]
            syntax = onig.constants[b"ONIG_SYNTAX_DEFAULT"]
            scanner = instance.exports.createOnigScanner(
                lists, lists + 4, 1, options, syntax
            )
        found = instance.exports.findNextOnigScannerMatch(
            scanner, 1, q, len(text), 0, options
        )
        assert memory.unpack("<8I", found) == (0, 3, 7, 12, 7, 8, 10, 12)


def test_functions_by_their_invokers() -> None:
    """One that takes a std::string."""
    script = package("wawoff2@2.0.1") / "build/decompress_binding.js"
    woff2 = Embind(io.BytesIO(embedded_wasm(script, IN_BASE_64)), names_from=script)
    data = b"no font"
    text = woff2.instance.exports.malloc(4 + len(data))
    woff2.instance.memory.pack_into(f"<I{len(data)}s", text, len(data), data)
    assert woff2.objects[woff2.call(b"decompress", text)] == 0  # false


def test_jq() -> None:
    """A program, with its streams; all that it imports is given."""
    script = package("jq-wasm@1.0.1") / "dist/build/jq.js"
    module = wasm2py.compile(
        io.BytesIO(embedded_wasm(script, IN_BASE_64)), names_from=script
    )
    query = '.[] | strptime("%Y-%m-%d") | mktime | [., todate]'
    given, printed = json.dumps(["2024-02-29"]).encode(), io.BytesIO()
    emscripten = wasm2py.Emscripten(
        module, ["jq", "-c", query], stdin=given, stdout=printed
    )
    assert emscripten.start(wasm2py.instantiate(module, emscripten)) == 0
    assert json.loads(printed.getvalue()) == [1709164800, "2024-02-29T00:00:00Z"]


def test_zig() -> None:
    """Texts are an address and a size in one i64."""
    pieces: list[bytes] = []

    def emit(text: int) -> None:
        address, size = text & 0xFFFFFFFF, text >> 32 & 0xFFFFFFFF
        pieces.append(instance.memory.read(address, size))

    module = wasm2py.compile(package("md4w@0.2.7") / "js/md4w-small.wasm")
    env = {"emitChunk": emit, "emitCodeBlock": print}
    instance = wasm2py.instantiate(module, {"env": env})
    source = b"some *text* and `code`\n"
    given = instance.exports.allocMem(len(source))
    instance.memory.write(given & 0xFFFFFFFF, source)
    emit(instance.exports.render(given, 0, 512, 0, 0))
    assert b"".join(pieces) == b"<p>some <em>text</em> and <code>code</code></p>\n"
