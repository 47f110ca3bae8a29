"""A terminal emulator written in Rust: the same screens as in wasmtime."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
import vt100wasm

import wasm2py

OUTPUT = [
    b"Hello, \x1b[1;31mred\x1b[0m world\r\n",
    b"\x1b[2J\x1b[H\x1b[48;5;27m blue \x1b[m\x1b[5;10Hmiddle",
    "wide: 日本語 é\u0301 😀\r\n".encode(),
    b"\x1b[3;1H\x1b[Kline\x1b[1A\x1b[7mup\x1b[27m\t|tab\x1b[?25l",
    b"".join(b"%d\r\n" % number for number in range(40)),
    b"\xff\xfe\x1b[999;999H!\x1b]0;title\x07\x1b[",
]


class Wasi:
    """The few functions of WASI that the module imports."""

    def __init__(self) -> None:
        self.memory: Any = None

    def environ_sizes_get(self, count: int, size: int) -> int:
        self.memory.write(count, bytes(4))
        self.memory.write(size, bytes(4))
        return 0

    def environ_get(self, pointers: int, buffer: int) -> int:
        return 0

    def fd_write(self, fd: int, vectors: int, count: int, written: int) -> int:
        raise AssertionError("the module has something to complain about")

    def proc_exit(self, status: int) -> None:
        raise SystemExit(status)


class Screen:
    """The interface of `vt100wasm.Screen`, over a translated module."""

    def __init__(self, exports: Any, rows: int, columns: int) -> None:
        self.exports, self.memory = exports, exports["memory"]
        self.handle = exports["create"](rows, columns, 0)

    def process(self, data: bytes) -> None:
        pointer = self.exports["wasm_alloc"](len(data))
        self.memory.write(pointer, data)
        self.exports["process"](self.handle, pointer, len(data))
        self.exports["wasm_dealloc"](pointer, len(data))

    def read(self, name: str) -> bytes:
        packed = self.exports[name](self.handle) % 2**64
        pointer, length = packed >> 32, packed % 2**32
        data = bytes(self.memory.read(pointer, length))
        self.exports["wasm_dealloc"](pointer, length)
        return data


@pytest.fixture(scope="module")
def exports() -> Any:
    spec = importlib.util.find_spec("vt100wasm")
    assert spec is not None
    assert spec.origin is not None
    wasm = (Path(spec.origin).parent / "_vt100.wasm").read_bytes()
    wasi = Wasi()
    names = ("environ_get", "environ_sizes_get", "fd_write", "proc_exit")
    imports = {"wasi_snapshot_preview1": {name: getattr(wasi, name) for name in names}}
    module = wasm2py.compile(wasm, features="wasm2")
    found = wasm2py.instantiate(module, imports).exports
    wasi.memory = found["memory"]
    return found


def test_the_same_screens(exports: Any) -> None:
    ours, theirs = Screen(exports, 24, 60), vt100wasm.Screen(24, 60)
    for data in OUTPUT:
        ours.process(data)
        theirs.process(data)
        assert ours.read("screen_contents").decode() == theirs.contents()
        assert ours.read("screen_contents_formatted") == theirs.contents_formatted()
        assert ours.read("screen_cells") == theirs.cells()
    ours.exports["resize"](ours.handle, 5, 17)
    theirs.resize(5, 17)
    assert ours.read("screen_contents").decode() == theirs.contents()
    assert ours.read("snapshot") == theirs.snapshot()
