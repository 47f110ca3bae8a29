"""Libraries of toolchains that have conventions of their own, called by these."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

import wasm2py
from tests.commands.conftest import run
from tests.commands.running import Runner
from tests.packages import import_package
from tests.real.npm import embedded_wasm, package

__all__ = ["run"]

pytestmark = [pytest.mark.network, pytest.mark.slow]


class Snappy:
    """snappy-wasm, of Rust's wasm-bindgen, as docs/porting.md calls such modules."""

    def __init__(self) -> None:
        folder = package("snappy-wasm@0.3.0")
        module = wasm2py.compile(folder / "es/snappy_bg.wasm")
        imports = {"wbg": {"__wbindgen_error_new": self.failed}}
        self.instance = wasm2py.instantiate(module, imports)

    def failed(self, address: int, size: int) -> int:
        raise ValueError(self.instance.memory.read(address, size).decode())

    def call(self, name: str, data: bytes) -> bytes:
        exports, memory = self.instance.exports, self.instance.memory
        given = exports["__wbindgen_malloc"](len(data))  # the function frees it
        memory.write(given, data)
        result = exports["__wbindgen_add_to_stack_pointer"](-16)
        try:
            exports[name](result, given, len(data))
            address, size = memory.unpack("<2I", result)
        finally:
            exports["__wbindgen_add_to_stack_pointer"](16)
        found = memory.read(address, size)
        exports["__wbindgen_free"](address, size)
        return found


def test_wasm_bindgen() -> None:
    snappy, data = Snappy(), b"said and said again, " * 100
    for _ in range(3):  # what is freed twice shows
        packed = snappy.call("compress_raw", data)
        assert len(packed) < 150
        assert snappy.call("decompress_raw", packed) == data
    with pytest.raises(ValueError, match="snappy: corrupt input"):
        snappy.call("decompress_raw", b"\xff" * 9)


def test_tinygo(run: Runner, tmp_path: Path) -> None:
    """A library that imports nothing, and has to be initialised."""
    wasm = package("@wasm-fmt/gofmt@0.7.3") / "gofmt.wasm"
    target = tmp_path / "gofmt_wasm"
    assert run("compile", wasm, "-o", target, "--quiet") == (0, "", "")
    gofmt: Any = import_package(target)
    source = b"package main\nfunc main(){x:=1\nprintln( x )}\n"
    gofmt.memory.write(gofmt.alloc(len(source)), source)
    assert gofmt.format() == 1
    assert gofmt.memory.read(gofmt.output_ptr(), gofmt.output_len()) == (
        b"package main\n\nfunc main() {\n\tx := 1\n\tprintln(x)\n}\n"
    )


def test_assemblyscript() -> None:
    module = wasm2py.compile(
        package("@chainsafe/as-sha256@1.2.5") / "build/optimized.wasm"
    )
    instance = wasm2py.instantiate(module, {"env": {"abort": print}})
    exports, data = instance.exports, bytes(range(256)) * 2
    instance.memory.write(exports.input.value, data)
    exports.init()
    exports.update(exports.input.value, len(data))
    exports.final(exports.output.value)
    digest = instance.memory.read(exports.output.value, 32)
    assert digest == hashlib.sha256(data).digest()


def test_an_old_emscripten() -> None:
    """Its table is env.table, and its WASI wasi_unstable."""
    module = wasm2py.compile(package("onigasm@2.2.5") / "lib/onigasm.wasm")
    emscripten = wasm2py.Emscripten(module)
    instance = wasm2py.instantiate(module, emscripten)
    emscripten.initialize(instance)
    with instance.cstring("(\\w+)@") as pattern, instance.alloc(4) as found:
        status = instance.exports.compilePattern(pattern, found)
        (regex,) = instance.memory.unpack("<I", found)
    assert (status, bool(regex)) == (0, True)


# Closure has left no names of functions in the script: these are what they do.
SODIUM_IMPORTS = b"""
var imports = {a: ___assert_fail, b: _emscripten_asm_const_int, c: _abort,
               d: _emscripten_resize_heap};
"""


def test_emscripten_and_closure() -> None:
    script = package("libsodium@0.8.4") / "dist/modules-esm/libsodium.mjs"
    module = wasm2py.compile(
        embedded_wasm(script, r'"(AGFzbQ[A-Za-z0-9+/=]+)"'),
        names_from=script.read_bytes() + SODIUM_IMPORTS,
    )
    own = {"env": {"emscripten_asm_const_int": lambda *args: 0}}
    emscripten = wasm2py.Emscripten(module, imports=own)
    instance = wasm2py.instantiate(module, emscripten)
    emscripten.initialize(instance)
    assert instance.exports.sodium_init() == 0
    data = b"hashed " * 100
    with instance.alloc(data) as source, instance.alloc(64) as digest:
        hashed = (digest, 64, source, len(data), 0, 0, 0)
        assert instance.exports.crypto_generichash(*hashed) == 0
        assert instance.memory.read(digest, 64) == hashlib.blake2b(data).digest()
