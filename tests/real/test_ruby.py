"""Ruby 3.4, 16 MB of WebAssembly, with a host that gives it handles of its own values only."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest

import wasm2py
from tests.real.npm import package

pytestmark = [pytest.mark.slow, pytest.mark.network]

INIT = "ruby-init: func(args: list<string>) -> ()"
EVAL = "rb-eval-string-protect: func(str: string) -> tuple<handle<rb-abi-value>, s32>"
PROGRAM = b"puts [1, 2, 3].map { |x| x * x }.sum, 'abc'.reverse; $stdout.flush"


class Host:
    """What Ruby imports beside WASI; values of JavaScript are not there."""

    def __init__(self, module: wasm2py.Module) -> None:
        self._values: list[int] = []
        self.imports: dict[str, dict[str, Any]] = {
            item.module: {} for item in wasm2py.Module.imports(module)
        }
        for item in wasm2py.Module.imports(module):
            self.imports[item.module][item.name] = self._refuse
        handles = self.imports["canonical_abi"]
        handles["resource_new_rb-abi-value"] = self._new
        handles["resource_get_rb-abi-value"] = self._values.__getitem__

    def _new(self, value: int) -> int:
        self._values.append(value)
        return len(self._values) - 1

    def _refuse(self, *args: object) -> None:
        raise NotImplementedError("there is no JavaScript")


def test_ruby() -> None:
    file = package("@ruby/3.4-wasm-wasi@2.10.1") / "dist/ruby.wasm"
    module = wasm2py.compile(file)
    output = io.BytesIO()
    folder = wasm2py.MemoryDirectory({})
    wasi = wasm2py.WASI(["ruby"], stdout=output, preopens={"/": folder})
    imports = {**Host(module).imports, **wasi.imports}
    instance = wasm2py.instantiate(module, imports)
    wasi.initialize(instance)
    exports, memory = instance.exports, instance.memory

    def put(data: bytes, alignment: int = 1) -> tuple[int, int]:
        address = exports["cabi_realloc"](0, 0, alignment, len(data))
        memory.write(address, data)
        return address, len(data)

    arguments = [put(text) for text in (b"ruby\0", b"-EUTF-8\0", b"-e_=0\0")]
    pairs = b"".join(struct.pack("<2I", *pair) for pair in arguments)
    exports[INIT](put(pairs, 4)[0], len(arguments))
    result = exports[EVAL](*put(PROGRAM))
    assert memory.unpack("<2i", result)[1] == 0
    assert output.getvalue() == b"14\ncba\n"
