"""Imports: whether the host gives what a module asks for (section 4.5.4).

What other instances export may come from another copy of the runtime: such objects
are known by their attributes ``_wasm_kind`` and ``_wasm_type``, not by their classes.
"""

from __future__ import annotations

from _collections_abc import Mapping

from .abi import RT_ABI
from .errors import LinkError
from .external import (
    GlobalType,
    function_matches,
    global_matches,
    memory_matches,
    table_matches,
    tag_matches,
)
from .functions import async_host_function
from .global_ import new_global
from .info import KINDS, ModuleInfo
from .lean import NamedTuple, partial
from .values import function_handle, value_kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional

# Of code objects: coroutine, asynchronous generator.
_ASYNC_FLAGS = 0x80 | 0x200

# What is missing, in a message, and what to do about it.
_SHOWN = 20
_HINT = " (`wasm2py scaffold` writes functions to fill in)"

Imports = Mapping[str, "Mapping[str, Any]"]
_NO_IMPORTS: Imports = {}


class MissingModule(LinkError, TypeError):
    """No imports are given for a module name; a TypeError in the JavaScript API."""


def resolve(
    info: ModuleInfo, imports: Optional[Imports], provided: Imports
) -> Dict[str, List[Any]]:
    """The externals that a module imports, by kind, in order.

    Functions are handles, those of the host its callables. What is in ``provided`` is not
    looked up in ``imports``. Raises LinkError for what is missing (all that is) or has the
    wrong type, and TypeError where ``imports`` or what it has for a module is no mapping.
    """
    check_imports(imports)
    found: Dict[str, List[Any]] = {kind: [] for kind in KINDS}
    for module, name, kind, index in info.imports():
        wanted = _Import(module, name, kind, info.external_type(kind, index))
        if name in provided.get(module, ()):
            value = provided[module][name]
        else:
            try:
                value = _lookup(imports, wanted)
            except LinkError as error:
                also = _also_missing(info, imports, provided, wanted)
                raise type(error)(f"{error}{also}{_HINT}") from None
        found[kind].append(_match(value, wanted))
    return found


def check_imports(imports: object) -> None:
    """Raise TypeError for what is neither a mapping nor left out."""
    if imports is not None:
        _check_mapping(imports, "imports", " of module names to mappings")


def _check_mapping(value: object, name: str, of: str = "") -> None:
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a mapping{of}, not {type(value).__name__}")


def for_instance(info: ModuleInfo, functions: List[Any], instance: Any) -> None:
    """Have functions that need to know their instance, as WASI's do, replaced for it."""
    for index, function in enumerate(functions):
        make = getattr(type(function), "_wasm_for_instance", None)
        if make is not None:
            wanted = info.function_type(index)
            functions[index] = make(function, instance, wanted)


class _Import(NamedTuple):
    """What a module wants of the host."""

    module: str
    name: str
    kind: str
    type: Any

    def __str__(self) -> str:
        return f"{self.module!r} {self.name!r}: expected {self.kind} {self.type}"

    def mismatch(self, given: str) -> LinkError:
        """The error where something else is given."""
        return LinkError(f"incompatible import type: {self}, given {given}")


def _lookup(imports: Optional[Imports], wanted: _Import) -> Any:
    module = wanted.module
    try:
        # An empty mapping is none of these: it may make items when asked for them.
        fields = (_NO_IMPORTS if imports is None else imports)[module]
    except KeyError:
        text = f"unknown import: {wanted}, given nothing"
        raise MissingModule(f"{text}: the imports have no {module!r}") from None
    _check_mapping(fields, f"imports[{module!r}]")
    try:
        return fields[wanted.name]
    except KeyError:
        raise LinkError(f"unknown import: {wanted}, given nothing") from None


def _match(value: Any, wanted: _Import) -> Any:
    """The external for an import. Raises LinkError if it is not of the type."""
    kind, expected = wanted.kind, wanted.type
    external = value
    if kind == "function":
        external = function_handle(value) or value
        if external is value and callable(value):
            if is_async(value):
                name = f"{wanted.module}.{wanted.name}"
                raise TypeError(async_host_function(name))
            return value
    given_kind = getattr(external, "_wasm_kind", None)
    # A class has the kind of its objects, and so have objects that were never
    # initialised; neither has a type.
    if not isinstance(getattr(external, "_wasm_type", None), tuple):
        given_kind = None
    if given_kind != kind:
        if kind == "global" and not expected.mutable and given_kind is None:
            return _constant(value, wanted)
        raise wanted.mismatch(given_kind or _describe(value))
    if external._wasm_abi != RT_ABI:
        version = f"{kind} of a runtime with ABI {external._wasm_abi}"
        raise wanted.mismatch(f"{version}, where {RT_ABI} is needed")
    if not _MATCHES[kind](external._wasm_type, expected):
        raise wanted.mismatch(f"{kind} {external._wasm_type}")
    return external


def _also_missing(
    info: ModuleInfo, imports: Optional[Imports], provided: Imports, first: _Import
) -> str:
    """Text on what else is missing. Only dicts are asked: others may do something then."""
    given = {} if imports is None else imports
    missing = []
    for module, name, kind, index in info.imports():
        fields = given.get(module, {}) if isinstance(given, dict) else None
        known = name in provided.get(module, ()) or (module, name) == first[:2]
        if not known and isinstance(fields, dict) and name not in fields:
            missing.append((module, name, kind, index))
    if not missing:
        return ""
    shown = [
        f"{module!r} {name!r}, {kind} {info.external_type(kind, index)}"
        for module, name, kind, index in missing[:_SHOWN]
    ]
    if len(missing) > _SHOWN:
        shown.append(f"and {len(missing) - _SHOWN} more")
    return f"; also missing: {'; '.join(shown)}"


_MATCHES: Dict[str, Callable[..., bool]] = {
    "function": function_matches,
    "table": table_matches,
    "memory": memory_matches,
    "global": global_matches,
    "tag": tag_matches,
}


def is_async(value: Any) -> bool:
    """Whether a callable is known to give a coroutine or an asynchronous generator."""
    while isinstance(value, partial):
        value = value.func
    if not hasattr(value, "__code__"):
        value = type(value).__call__
    code = getattr(value, "__code__", None)
    return bool(getattr(code, "co_flags", 0) & _ASYNC_FLAGS)


def _constant(value: Any, wanted: _Import) -> Any:
    """A host's value for an immutable global."""
    type_: GlobalType = wanted.type
    try:
        return new_global(type_, value_kind(type_.type).from_host(value))
    except (TypeError, OverflowError) as error:
        raise wanted.mismatch(f"{_describe(value)} ({error})") from None


def _describe(value: object) -> str:
    return "None" if value is None else f"a Python {type(value).__name__}"
