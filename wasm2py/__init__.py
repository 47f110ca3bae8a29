"""WebAssembly in Python: modules compile while they stream in.

The names are those of the WebAssembly JavaScript API, in snake_case:

    module = wasm2py.compile("program.wasm")
    instance = wasm2py.instantiate(module, {"env": {"log": print}})
    instance.exports.main(1, 2)

    module = await wasm2py.compile_streaming(client.get(url))

`wasm2py compile URL -o DIR`, on the command line, writes a package instead.
"""

from __future__ import annotations

# In `wasm2py`, that is what compile means.
from wasm2py.api import (
    InstantiatedSource,
    compile,  # noqa: A004
    instantiate,
    validate,
)
from wasm2py.errors import CompileError
from wasm2py.options import CompileOptions, Progress
from wasm2py.responses import Response
from wasm2py.streaming import compile_streaming, instantiate_streaming
from wasm2py_runtime import (
    Global,
    Instance,
    Limits,
    LinkError,
    Memory,
    MemoryLimitReached,
    Module,
    StackExhausted,
    Table,
    TableLimitReached,
    Tag,
    Trap,
    WasmError,
    WasmException,
)

__all__ = [
    "CompileError",
    "CompileOptions",
    "Global",
    "Instance",
    "InstantiatedSource",
    "Limits",
    "LinkError",
    "Memory",
    "MemoryLimitReached",
    "Module",
    "Progress",
    "Response",
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
