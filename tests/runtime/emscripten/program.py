"""A program in Python: it calls Emscripten's functions as WebAssembly code would."""

from __future__ import annotations

from typing import Any

from wasm2py_runtime import WASI, Memory, Table
from wasm2py_runtime.emscripten.functions import EmscriptenFunction
from wasm2py_runtime.emscripten.signatures import signatures
from wasm2py_runtime.emscripten.stat import STAT, StatLayout
from wasm2py_runtime.emscripten.state import State
from wasm2py_runtime.external import FunctionType

PATH, OTHER, DATA = 0x4000, 0x8000, 0x1000
CURRENT = -100


class Exporting:
    """What an instance is to Emscripten's functions."""

    def __init__(self, memory: Memory, table: Table, exports: dict[str, Any]) -> None:
        self.exports = exports
        self.memory = memory
        self.table = table


class Program:
    """Calls functions by name, with texts as addresses of texts."""

    def __init__(
        self,
        preopens: dict[str, Any] | None = None,
        exports: dict[str, Any] | None = None,
        stat: StatLayout = STAT,
        **given: Any,
    ) -> None:
        self.wasi = WASI(preopens=preopens, **given)
        self.memory = Memory(2, 4)
        self.table = Table("funcref", 8)
        self.state = State(self.wasi._system, stat)
        self.state.instance = Exporting(self.memory, self.table, exports or {})

    def function(self, name: str, type_: FunctionType | None = None) -> Any:
        if type_ is None:
            _, _, params, results = signatures(name)[0]
            type_ = FunctionType(params, results)
        return EmscriptenFunction(name, type_, self.state)

    def call(self, name: str, *args: Any) -> Any:
        """The result of a function; texts are put into memory for it."""
        places = iter((PATH, OTHER))
        values = []
        for arg in args:
            if isinstance(arg, (str, bytes)):
                text = arg.encode() if isinstance(arg, str) else arg
                place = next(places)
                self.memory.write(place, text + b"\0")
                arg = place
            values.append(arg)
        return self.function(name)(*values)

    def open(self, path: str, flags: int = 0, fd: int = CURRENT) -> int:
        opened: int = self.call("__syscall_openat", fd, path, flags, 0)
        return opened

    def write(self, fd: int, data: bytes) -> int:
        self.memory.write(DATA, data)
        self.memory.pack_into("<2I", 0, DATA, len(data))
        status: int = self.function("fd_write")(fd, 0, 1, 8)
        return status or self.memory.unpack("<I", 8)[0]

    def read(self, fd: int, length: int) -> bytes:
        self.memory.pack_into("<2I", 0, DATA, length)
        status = self.function("fd_read")(fd, 0, 1, 8)
        assert status == 0
        return self.memory.read(DATA, self.memory.unpack("<I", 8)[0])
