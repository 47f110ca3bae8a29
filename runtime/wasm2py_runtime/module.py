"""Modules: their description as data, the names in their code, and the public class.

In generated code, ``f3`` is a function, ``g3`` a global, ``t3`` a table, ``t3_5`` what its
``call_indirect`` of type 5 indexes, ``tag3`` a tag, ``e3`` and ``d3`` segments. They
are bound when code that has the name is loaded: a module may have a million of each.
"""

from __future__ import annotations

import sys

from .columns import place_of
from .functions import renamed
from .info import ModuleInfo
from .lean import CodeType, NamedTuple, Protocol, once
from .linking import Imports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple

    from .external import ExternalType


# On PyPy a code object keeps the globals that it is first run with, and is fast with
# those only: each instance gets its own.
_CODE_KEEPS_GLOBALS = sys.implementation.name == "pypy"

# Kinds of what has such names.
_NAMED = frozenset(("tag", *"fgted"))


class Name(NamedTuple):
    """A name by its parts. ``type`` is -1 unless it is of a table's view."""

    text: str
    kind: str
    number: int
    type: int


def texts_in(code: CodeType) -> Iterable[str]:
    """What code calls by name, the functions in it included: each text once, in order."""
    pending = [code]
    seen: Dict[str, None] = {}
    while pending:
        code = pending.pop()
        seen.update(dict.fromkeys(code.co_names))
        pending += [item for item in code.co_consts if type(item) is CodeType]
    return tuple(seen)


def parse(text: str) -> Optional[Name]:
    """The name of an instance's own thing; None for any other text."""
    kind = text.rstrip("_0123456789")
    if kind in _NAMED:
        number, underscore, type_ = text[len(kind) :].partition("_")
        if number.isdecimal() and (type_.isdecimal() or not underscore):
            return Name(text, kind, int(number), int(type_ or -1))
    return None


@once
def runtime_functions() -> Dict[str, Any]:
    """Everything that generated code calls and that does not depend on the instance.

    Imported once, and what memories need with it: where an import is interrupted, as calls can be,
    its lock may stay locked, and on PyPy so may that of what was imported before.
    """
    from .instructions import by_name
    from .reservation import address_space_is_plentiful

    address_space_is_plentiful()
    return by_name()


class CodeProvider(Protocol):
    """Where a module's code and data come from: a package's files, or memory."""

    def load_group(self, group: int) -> CodeType:
        """Code whose execution defines the functions of a group, ``f{index}``."""

    def data(self) -> "bytes | bytearray | memoryview":
        """The bytes of all data segments, one after the other."""

    def names(self) -> Mapping[int, str]:
        """Names of functions, for people."""

    def custom_sections(self) -> List[Tuple[str, bytes]]:
        """Names and contents of the custom sections, in order."""

    def native(self) -> Optional[ModuleType]:
        """The extension module with the functions in machine code; None to use Python's."""


class ModuleExportDescriptor(NamedTuple):
    """An export: ``kind`` as in the JavaScript API, ``type`` its external type."""

    name: str
    kind: str
    type: ExternalType


class ModuleImportDescriptor(NamedTuple):
    """An import: ``kind`` as in the JavaScript API, ``type`` its external type."""

    module: str
    name: str
    kind: str
    type: ExternalType


class Module:
    """A compiled module: no state of its own, to be instantiated any number of times.

    ``provided`` holds imports that the module gets without the host, by module name
    and field name. ``native`` is the extension module with its functions in machine code,
    or None. Can be pickled and copied, if its provider can.
    """

    __slots__ = (
        "__weakref__",
        "_codes",
        "_data",
        "_names",
        "info",
        "native",
        "native_frames",
        "provided",
        "provider",
    )
    _wasm_kind = "module"

    def __init__(
        self,
        info: ModuleInfo,
        provider: CodeProvider,
        provided: Optional[Imports] = None,
        native: Optional[ModuleType] = None,
    ) -> None:
        self.info = info
        self.provider = provider
        self.native = native
        self.native_frames: Any = None  # for tracebacks, once there are any
        self.provided: Imports = provided or {}
        self._codes: Dict[int, Tuple[CodeType, Iterable[str]]] = {}
        self._names: Optional[Mapping[int, str]] = None
        self._data: Optional[memoryview] = None
        # Before there are instances: one that a finaliser or a signal's handler made while
        # these are imported would find them half done.
        if native is None:
            runtime_functions()
        else:
            from . import native as _  # noqa: F401

    @property
    def target(self) -> str:
        """What the functions are used in: "python" or "c"."""
        return "python" if self.native is None else "c"

    @staticmethod
    def exports(module: "Module") -> List[ModuleExportDescriptor]:
        """Descriptors of the exports, in order."""
        check_module(module)
        info = module.info
        return [
            ModuleExportDescriptor(name, kind, info.external_type(kind, index))
            for name, kind, index in info.exports()
        ]

    @staticmethod
    def imports(module: "Module") -> List[ModuleImportDescriptor]:
        """Descriptors of the imports, in order, less those that are provided."""
        check_module(module)
        info, provided = module.info, module.provided
        return [
            ModuleImportDescriptor(owner, name, kind, info.external_type(kind, index))
            for owner, name, kind, index in info.imports()
            if name not in provided.get(owner, ())
        ]

    @staticmethod
    def custom_sections(module: "Module", name: str) -> List[bytes]:
        """Contents of the custom sections of that name, in order."""
        check_module(module)
        sections = module.provider.custom_sections()
        return [bytes(content) for title, content in sections if title == name]

    def names(self) -> Mapping[int, str]:
        """Names of functions, for people."""
        if self._names is None:
            self._names = self.provider.names()
        return self._names

    def group_of(self, function: int) -> int:
        """The group that a function, by its index, is loaded with."""
        return place_of(function + 1, self.info.groups) - 1

    def group_code(self, group: int) -> Tuple[CodeType, Iterable[str]]:
        """Code for one instance, its functions named as the name section has them.

        With what it, and the functions in it, call by name.
        """
        known = self._codes.get(group)
        if known is None:
            code = _named(self.provider.load_group(group), self.names())
            known = self._codes[group] = code, texts_in(code)
        code, texts = known
        return (_copy(code) if _CODE_KEEPS_GLOBALS else code), texts

    def data(self) -> memoryview:
        """The bytes of all data segments; ImportError where they are not as many."""
        if self._data is None:
            data = memoryview(self.provider.data())
            if len(data) != sum(self.info.data_ends[-1:]):
                raise ImportError("the contents of a module's segments are damaged")
            self._data = data
        return self._data

    @property
    def _wasm_name(self) -> str:
        """What it is shown as: a package has a name even if its module has none."""
        return self.info.name or getattr(self.provider, "package", "")

    def __repr__(self) -> str:
        imports, exports = len(self.info.import_kinds), len(self.info.export_kinds)
        shown = f" {self._wasm_name!r}" if self._wasm_name else ""
        return f"<Module{shown}: {imports} imports, {exports} exports>"

    def __reduce__(self) -> Tuple[Any, ...]:
        if self.native is None:
            return type(self), (self.info, self.provider, self.provided)
        return native_module, (self.info, self.provider, self.provided)


def native_module(
    info: ModuleInfo, provider: CodeProvider, provided: Optional[Imports] = None
) -> Module:
    """A module that uses the native build of its functions where it loads."""
    return Module(info, provider, provided, provider.native())


def is_module(value: object) -> bool:
    """Whether it is a module, of whichever copy of the runtime: not by its class."""
    kind = getattr(value, "_wasm_kind", None)
    # The class has the attribute, too.
    return kind == Module._wasm_kind and not isinstance(value, type)


def check_module(module: object) -> None:
    """Raise TypeError for what is no module."""
    if not is_module(module):
        raise TypeError(
            f"a Module is expected, not {type(module).__name__!r};"
            " wasm2py.compile makes one of a path or bytes"
        )


def _named(code: CodeType, names: Mapping[int, str]) -> CodeType:
    """A group's code, its functions renamed, for tracebacks and profiles."""
    constants = list(code.co_consts)
    for place, item in enumerate(constants):
        if isinstance(item, CodeType) and item.co_name[1:].isdecimal():
            name = names.get(int(item.co_name[1:]))
            if name:
                constants[place] = renamed(item, name)
    return code.replace(co_consts=tuple(constants))


def _copy(code: CodeType) -> CodeType:
    """A group's code with functions of its own."""
    constants = (
        item.replace() if isinstance(item, CodeType) else item
        for item in code.co_consts
    )
    return code.replace(co_consts=tuple(constants))
