"""What `wasm2py scaffold` prints: a Python module that has what a module imports, to be filled in.

Names from the module are data there: keys, and texts in messages. Functions are
named by their numbers.
"""

from __future__ import annotations

from collections.abc import Iterator

from wasm2py.commands.report import MOST_TYPES
from wasm2py.inspection import Inspection
from wasm2py.inspection.sections import FullType
from wasm2py.package.emscripten import wanted
from wasm2py.package.literals import INDENT, LINE_LENGTH, flat_literal, text_literal
from wasm2py.spec.environment import Import
from wasm2py.spec.types import (
    FLOAT,
    INTEGER,
    REFERENCE,
    VALUE_KINDS,
    VECTOR,
    FuncType,
    GlobalType,
    Limits,
    MemoryType,
    TableType,
    TagType,
    ValType,
)
from wasm2py_runtime.emscripten.signatures import uses_emscripten
from wasm2py_runtime.wasi import signatures as wasi

_HEAD = '''\
"""What a WebAssembly module imports from its host. Written by wasm2py, to be filled in."""

from __future__ import annotations

from typing import Any
'''
_WASI = """\
# The rest is WASI's. For a package:
#     wasi = package.wasi(args=["program"])
#     instance = package.instantiate({**wasi.imports, **imports})
"""
# Where a module imports from WASI's what WASI does not have, as extensions of it give.
_WASI_AND_MORE = """\
# The rest is WASI's. For a package:
#     wasi = package.wasi(args=["program"])
#     for name, functions in wasi.imports.items():
#         imports[name] = {**functions, **imports.get(name, {})}
#     instance = package.instantiate(imports)
"""
_EMSCRIPTEN = """\
# The rest is Emscripten's. For a package:
#     instance = package.instantiate(package.emscripten(imports=imports))
"""
_ZEROS = {INTEGER: "0", FLOAT: "0.0", VECTOR: "bytes(16)", REFERENCE: "None"}


def scaffold(inspection: Inspection) -> str:
    """The text of the Python module."""
    needed: dict[tuple[str, str], tuple[Import, FullType]] = {}
    rest = ""
    listed = wanted(inspection.imports)
    has_emscripten = uses_emscripten(listed)
    for (item, described), given in zip(inspection.imports, listed, strict=True):
        if has_emscripten and given.is_provided:
            rest = _EMSCRIPTEN
        elif item.name in wasi.names_in(item.module):
            rest = rest or _WASI
        else:
            needed.setdefault((item.module, item.name), (item, described))
    modules: dict[str, list[str]] = {}
    functions: list[str] = []
    classes: set[str] = set()
    for item, described in needed.values():
        if item.kind == "function":
            value = f"import_{len(functions)}"
            functions.append("\n".join(_function(value, item, described)))
        else:
            value = _object(described)
            classes.add(value.partition("(")[0])
        entry = f"{INDENT}{INDENT}{text_literal(item.name)}: {value},"
        modules.setdefault(item.module, []).append(entry)
    if rest is _WASI and any(map(wasi.names_in, modules)):
        rest = _WASI_AND_MORE
    head = _HEAD
    if classes:
        head += f"\nfrom wasm2py import {', '.join(sorted(classes))}\n"
    mapping = "\n".join(_mapping(modules, rest))
    if not functions:
        return f"{head}\n{mapping}"
    return "\n\n".join([head, *functions, mapping])


def _function(name: str, item: Import, type: FullType) -> Iterator[str]:
    params, result = ["*values: Any"], "Any"
    if isinstance(type, FuncType) and not _is_long(type):
        params = [f"v{index}: {_hint(kind)}" for index, kind in enumerate(type.params)]
        hints = [_hint(kind) for kind in type.results]
        result = hints[0] if len(hints) == 1 else f"tuple[{', '.join(hints)}]"
        result = result if hints else "None"
    yield from _definition(f"def {name}(", params, f") -> {result}:")
    message = text_literal(f"{item.module}.{item.name}")
    line = f"{INDENT}raise NotImplementedError({message})"
    if len(line) > LINE_LENGTH:
        line = line.replace(message, f"\n{INDENT}{INDENT}{message}\n{INDENT}")
    yield f"{line}\n"


def _definition(head: str, params: list[str], tail: str) -> Iterator[str]:
    """The first lines of a function, as black lays them out."""
    listed = ", ".join(params)
    if len(head) + len(listed) + len(tail) <= LINE_LENGTH or not params:
        yield head + listed + tail
        return
    yield head
    if len(INDENT) + len(listed) <= LINE_LENGTH:
        yield INDENT + listed
    else:
        yield from (f"{INDENT}{param}," for param in params)
    yield tail


def _is_long(type: FuncType) -> bool:
    """Whether to leave out what it consists of: a module may import it a million times."""
    return len(type.params) + len(type.results) > MOST_TYPES


def _hint(type: ValType) -> str:
    kind = VALUE_KINDS.get(type)
    return "Any" if kind is None else kind.host or "Any"


def _object(described: FullType) -> str:
    """What makes a memory, table, global or tag of a type."""
    if isinstance(described, MemoryType):
        shared = ", shared=True" if described.shared else ""
        return f"Memory({_limits(described.limits)}{shared}{_address(described)})"
    if isinstance(described, TableType):
        limits = _limits(described.limits)
        return f'Table("{described.element}", {limits}{_address(described)})'
    if isinstance(described, GlobalType):
        mutable = ", mutable=True" if described.mutable else ""
        return f'Global("{described.type}", {_zero(described.type)}{mutable})'
    if isinstance(described, TagType) and not _is_long(described.type):
        return f"Tag({flat_literal(described.type.params)})"
    return "Tag(...)"  # of a type that is not known, or long


def _limits(limits: Limits) -> str:
    maximum = "" if limits.maximum is None else f", {limits.maximum}"
    return f"{limits.minimum}{maximum}"


def _address(described: MemoryType | TableType) -> str:
    return "" if described.address == "i32" else f', address="{described.address}"'


def _zero(type: ValType) -> str:
    kind = VALUE_KINDS.get(type)
    return "None" if kind is None else _ZEROS[kind.form]


def _mapping(modules: dict[str, list[str]], rest: str) -> Iterator[str]:
    """The imports; what WASI or Emscripten gives is left to it."""
    if rest:
        yield rest.rstrip("\n")
    if not modules:
        yield "imports: dict[str, dict[str, Any]] = {}"
        return
    yield "imports: dict[str, dict[str, Any]] = {"
    for module, entries in modules.items():
        yield f"{INDENT}{text_literal(module)}: {{"
        yield from entries
        yield f"{INDENT}}},"
    yield "}"
