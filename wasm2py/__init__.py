"""WebAssembly in Python: modules compile while they stream in.

The names are those of the WebAssembly JavaScript API, in snake_case:

    module = wasm2py.compile("program.wasm")
    instance = wasm2py.instantiate(module, {"env": {"log": print}})
    instance.exports.main(1, 2)

    module = await wasm2py.compile_streaming(client.get(url))

`wasm2py compile URL -o DIR`, on the command line, writes a package instead.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    # In `wasm2py`, that is what compile means.
    from wasm2py.api import (
        compile,  # noqa: A004
        instantiate,
        validate,
    )
    from wasm2py.errors import BuildError, CompileError, SnapshotError
    from wasm2py.instantiated import InstantiatedSource
    from wasm2py.options import CompileOptions, Progress
    from wasm2py.web.responses import Response
    from wasm2py.web.streaming import compile_streaming, instantiate_streaming
    from wasm2py_runtime import (
        WASI,
        CallDepthReached,
        DeadlineReached,
        Directory,
        FuelExhausted,
        Function,
        Global,
        Instance,
        Limits,
        LinkError,
        Memory,
        MemoryDirectory,
        MemoryLimitReached,
        Module,
        ProcExit,
        StackExhausted,
        Table,
        TableLimitReached,
        Tag,
        Trap,
        WasmError,
        WasmException,
    )
    from wasm2py_runtime.emscripten import CppException, Emscripten

__all__ = [
    "WASI",
    "BuildError",
    "CallDepthReached",
    "CompileError",
    "CompileOptions",
    "CppException",
    "DeadlineReached",
    "Directory",
    "Emscripten",
    "FuelExhausted",
    "Function",
    "Global",
    "Instance",
    "InstantiatedSource",
    "Limits",
    "LinkError",
    "Memory",
    "MemoryDirectory",
    "MemoryLimitReached",
    "Module",
    "ProcExit",
    "Progress",
    "Response",
    "SnapshotError",
    "StackExhausted",
    "Table",
    "TableLimitReached",
    "Tag",
    "Trap",
    "WasmError",
    "WasmException",
    "compile",
    "compile_streaming",
    "instantiate",
    "instantiate_streaming",
    "validate",
]

__version__ = "0.1.0"

_PLACES = {
    "BuildError": "wasm2py.errors",
    "CompileError": "wasm2py.errors",
    "CompileOptions": "wasm2py.options",
    "CppException": "wasm2py_runtime.emscripten",
    "Emscripten": "wasm2py_runtime.emscripten",
    "InstantiatedSource": "wasm2py.instantiated",
    "Progress": "wasm2py.options",
    "Response": "wasm2py.web.responses",
    "SnapshotError": "wasm2py.errors",
    "compile": "wasm2py.api",
    "compile_streaming": "wasm2py.web.streaming",
    "instantiate": "wasm2py.api",
    "instantiate_streaming": "wasm2py.web.streaming",
    "validate": "wasm2py.api",
}
"""Where names are defined that the runtime does not offer to every package."""


if not TYPE_CHECKING:
    # Type checkers would take it for a promise of every name.

    def __getattr__(name: str) -> object:
        """Import what is asked for when it is first asked for.

        The command line imports this package before it can see to an interruption.
        """
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        place = import_module(_PLACES.get(name, "wasm2py_runtime"))
        value = globals()[name] = getattr(place, name)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
