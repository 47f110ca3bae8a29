"""The runtime of Python packages that wasm2py makes from WebAssembly modules.

Named after the WebAssembly JavaScript API, in snake_case. A package contains a copy
of it; objects of one copy work with those of another.
"""

from .abi import RT_ABI
from .errors import (
    CallDepthReached,
    DeadlineReached,
    FuelExhausted,
    LinkError,
    MemoryLimitReached,
    StackExhausted,
    TableLimitReached,
    Trap,
    WasmError,
)
from .global_ import Global
from .host_function import Function
from .instance import Instance, instantiate
from .limits import Limits
from .memory import Memory
from .module import Module, ModuleExportDescriptor, ModuleImportDescriptor
from .table import Table
from .tag import Tag, WasmException
from .wasi import WASI, Directory, MemoryDirectory, ProcExit

__all__ = [
    "RT_ABI",
    "WASI",
    "CallDepthReached",
    "DeadlineReached",
    "Directory",
    "FuelExhausted",
    "Function",
    "Global",
    "Instance",
    "Limits",
    "LinkError",
    "Memory",
    "MemoryDirectory",
    "MemoryLimitReached",
    "Module",
    "ModuleExportDescriptor",
    "ModuleImportDescriptor",
    "ProcExit",
    "StackExhausted",
    "Table",
    "TableLimitReached",
    "Tag",
    "Trap",
    "WasmError",
    "WasmException",
    "instantiate",
]
