"""The engines that are measured, behind one small interface.

Runs on Python >= 3.9: it is what the measured processes import.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol

Values = Any
"""What a call returns: None, a number or a tuple of numbers."""


class MemoryImport(NamedTuple):
    """A memory that the host provides."""

    module: str
    name: str
    minimum: int
    maximum: int


class Host:
    """What a program imports. Functions that it does not name return 0."""

    def __init__(self) -> None:
        self.functions: dict[str, Callable[..., Values]] = {}
        self.memory: MemoryImport | None = None

    def function(self, name: str) -> Callable[..., Values]:
        """The function that is imported under a name."""
        return self.functions.get(name, _zero)


def _zero(*args: Values) -> int:
    return 0


class Guest(Protocol):
    """An instance of a module."""

    def function(self, name: str) -> Callable[..., Values]:
        """An exported function."""

    def read(self, address: int, size: int) -> bytes:
        """Bytes of the memory."""

    def write(self, address: int, data: bytes) -> None:
        """Put bytes into the memory."""

    def grow(self, pages: int) -> None:
        """Grow the memory."""

    def element(self, table: str, index: int) -> Callable[..., Values]:
        """A function in an exported table."""


class ObjectGuest:
    """An instance whose exports are a mapping and whose memory reads and writes."""

    def __init__(self, exports: Any, memory: Any) -> None:
        self._exports = exports
        self._memory = memory

    def function(self, name: str) -> Callable[..., Values]:
        """An exported function."""
        function: Callable[..., Values] = self._exports[name]
        return function

    def read(self, address: int, size: int) -> bytes:
        """Bytes of the memory."""
        return bytes(self._memory.read(address, size))

    def write(self, address: int, data: bytes) -> None:
        """Put bytes into the memory."""
        self._memory.write(address, data)

    def grow(self, pages: int) -> None:
        """Grow the memory."""
        self._memory.grow(pages)

    def element(self, table: str, index: int) -> Callable[..., Values]:
        """A function in an exported table."""
        function: Callable[..., Values] = self._exports[table].get(index)
        return function


def _imports(
    declared: list[tuple[str, str, str]], host: Host, memory: Any
) -> dict[str, dict[str, Any]]:
    """The imports of an instance, by module and name."""
    imports: dict[str, dict[str, Any]] = {}
    for module, name, kind in declared:
        value = memory if kind == "memory" else host.function(name)
        imports.setdefault(module, {})[name] = value
    return imports


def open_package(path: Path, host: Host) -> Guest:
    """A package that wasm2py wrote."""
    sys.path.insert(0, str(path.parent))
    package = importlib.import_module(path.name)
    return _opened(package, package.module, package.instantiate, host)


def open_native(path: Path, host: Host, metered: bool = False) -> Guest:
    """A module that wasm2py has compiled to C, in memory, and a C compiler from there."""
    import wasm2py

    module = wasm2py.compile(path, target="c", metered=metered)
    return _opened(
        wasm2py, module, lambda imports: wasm2py.instantiate(module, imports), host
    )


def _opened(
    api: Any, module: Any, instantiate: Callable[[dict[str, Any]], Any], host: Host
) -> Guest:
    given = host.memory
    memory = api.Memory(given.minimum, given.maximum) if given else None
    declared = [
        (item.module, item.name, item.kind) for item in api.Module.imports(module)
    ]
    exports = instantiate(_imports(declared, host, memory)).exports
    found = [value for value in exports.values() if isinstance(value, api.Memory)]
    return ObjectGuest(exports, memory or (found[0] if found else None))


def _opened_by(name: str) -> Callable[[Path, Host], Guest]:
    """What `compiled` opens; it is for the Python that runs the benchmarks."""

    def opened(path: Path, host: Host) -> Guest:
        compiled = importlib.import_module("scripts.benchmarks.compiled")
        guest: Guest = getattr(compiled, f"open_{name}")(path, host)
        return guest

    return opened


def open_pwasm(path: Path, host: Host) -> Guest:
    """pwasm, which translates to Python when it instantiates."""
    import pwasm
    from pwasm.runtime import MemoryInstance

    module = pwasm.decode_module(path.read_bytes())
    given = host.memory
    memory = MemoryInstance(given.minimum, given.maximum) if given else None
    declared = [(item.module, item.name, item.kind) for item in module.imports]
    kinds = {"func": "function", "mem": "memory"}
    declared = [(m, n, kinds.get(kind, kind)) for m, n, kind in declared]
    instance = pwasm.instantiate(module, _imports(declared, host, memory))
    memories = instance.memories
    return ObjectGuest(instance.exports, memories[0] if memories else None)


class WasmtimeGuest:
    """An instance of wasmtime's."""

    def __init__(self, store: Any, exports: Any, memory: Any) -> None:
        self._store = store
        self._exports = exports
        self._memory = memory

    def function(self, name: str) -> Callable[..., Values]:
        """An exported function."""
        function, store = self._exports[name], self._store
        return lambda *args: function(store, *args)

    def read(self, address: int, size: int) -> bytes:
        """Bytes of the memory."""
        return bytes(self._memory.read(self._store, address, address + size))

    def write(self, address: int, data: bytes) -> None:
        """Put bytes into the memory."""
        self._memory.write(self._store, data, address)

    def grow(self, pages: int) -> None:
        """Grow the memory."""
        self._memory.grow(self._store, pages)

    def element(self, table: str, index: int) -> Callable[..., Values]:
        """A function in an exported table."""
        function, store = self._exports[table].get(self._store, index), self._store
        return lambda *args: function(store, *args)


def open_wasmtime(path: Path, host: Host) -> Guest:
    """wasmtime, which compiles to machine code."""
    import wasmtime

    engine = wasmtime.Engine()
    store = wasmtime.Store(engine)
    module = wasmtime.Module(engine, path.read_bytes())
    given = host.memory
    limits = wasmtime.Limits(given.minimum, given.maximum) if given else None
    memory = wasmtime.Memory(store, wasmtime.MemoryType(limits)) if limits else None
    imports: list[Any] = []
    for item in module.imports:
        if isinstance(item.type, wasmtime.FuncType):
            called = _result_of(host.function(str(item.name)), item.type)
            imports.append(wasmtime.Func(store, item.type, called))
        else:
            imports.append(memory)
    exports = wasmtime.Instance(store, module, imports).exports(store)
    values = [exports[item.name] for item in module.exports]
    found = [value for value in values if isinstance(value, wasmtime.Memory)]
    return WasmtimeGuest(store, exports, memory or (found[0] if found else None))


def _result_of(function: Callable[..., Values], kind: Any) -> Callable[..., Values]:
    """wasmtime wants None from a function without results, and floats as floats."""
    results = [str(result) for result in kind.results]
    if not results:
        return lambda *args: (function(*args), None)[1]
    if results[0] in ("f32", "f64"):
        return lambda *args: float(function(*args))
    return function


def open_pywasm(path: Path, host: Host) -> Guest:
    """pywasm, an interpreter; for modules without imports."""
    import pywasm

    runtime = pywasm.core.Runtime()
    instance = runtime.instance_from_file(str(path))
    return PywasmGuest(runtime, instance)


class PywasmGuest:
    """An instance of pywasm's; its memory is not reached."""

    def __init__(self, runtime: Any, instance: Any) -> None:
        self._runtime = runtime
        self._instance = instance

    def function(self, name: str) -> Callable[..., Values]:
        """An exported function."""
        runtime, instance = self._runtime, self._instance
        return lambda *args: runtime.invocate(instance, name, list(args))[0]

    def read(self, address: int, size: int) -> bytes:
        """Not offered."""
        raise NotImplementedError("pywasm's memory")

    def write(self, address: int, data: bytes) -> None:
        """Not offered."""
        raise NotImplementedError("pywasm's memory")

    def grow(self, pages: int) -> None:
        """Not offered."""
        raise NotImplementedError("pywasm's memory")

    def element(self, table: str, index: int) -> Callable[..., Values]:
        """Not offered."""
        raise NotImplementedError("pywasm's tables")


ENGINES: dict[str, Callable[[Path, Host], Guest]] = {
    "wasm2py": open_package,
    "metered": open_package,
    "c": open_native,
    "c-metered": partial(open_native, metered=True),
    **{name: _opened_by(name) for name in ("source", "wasm2c", "wasmext")},
    "pwasm": open_pwasm,
    "wasmtime": open_wasmtime,
    "pywasm": open_pywasm,
}
