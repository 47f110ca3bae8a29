"""A program in Python, as `Caller` is, over wasmtime's own WASI."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import wasmtime

from tests.runtime.wasi.caller import Caller
from wasm2py_runtime.wasi.signatures import PARAMETERS, PREVIEW1

_TYPES = {"i": "i32", "I": "i64"}
_BITS = {"i": 32, "I": 64}
_NAMES = [name for name in PARAMETERS if name not in ("proc_exit", "proc_raise")]


def _text() -> str:
    """A module that exports each function that it imports."""
    imports, functions = [], []
    for name in _NAMES:
        letters = PARAMETERS[name]
        type_ = "".join(f"(param {_TYPES[letter]})" for letter in letters)
        type_ += "(result i32)"
        imports.append(f'(import "{PREVIEW1}" "{name}" (func ${name} {type_}))')
        values = " ".join(f"(local.get {number})" for number in range(len(letters)))
        functions.append(f'(func (export "{name}") {type_} (call ${name} {values}))')
    parts = (*imports, '(memory (export "memory") 2)', *functions)
    return f"(module {' '.join(parts)})"


@cache
def _compiled() -> tuple[wasmtime.Engine, wasmtime.Module]:
    engine = wasmtime.Engine()
    return engine, wasmtime.Module(engine, _text())


class _Memory:
    def __init__(self, memory: wasmtime.Memory, store: wasmtime.Store) -> None:
        self._memory, self._store = memory, store

    def read(self, start: int, length: int) -> bytes:
        return bytes(self._memory.read(self._store, start, start + length))

    def write(self, start: int, data: bytes) -> None:
        self._memory.write(self._store, data, start)


class WasmtimeCaller(Caller):
    """A program with a folder of the host."""

    def __init__(self, folder: Path) -> None:
        engine, module = _compiled()
        self._store = wasmtime.Store(engine)
        config = wasmtime.WasiConfig()
        config.preopen_dir(str(folder), "/")
        self._store.set_wasi(config)
        linker = wasmtime.Linker(engine)
        linker.define_wasi()
        self._exports: Any = linker.instantiate(self._store, module).exports(
            self._store
        )
        memory = self._exports["memory"]
        assert isinstance(memory, wasmtime.Memory)
        self.memory: Any = _Memory(memory, self._store)

    def errno(self, name: str, *args: int) -> int:
        signed = [_signed(arg, letter) for arg, letter in zip(args, PARAMETERS[name])]
        errno: int = self._exports[name](self._store, *signed)
        return errno


def _signed(value: int, letter: str) -> int:
    bits = _BITS[letter]
    return (value + (1 << bits - 1)) % (1 << bits) - (1 << bits - 1)
