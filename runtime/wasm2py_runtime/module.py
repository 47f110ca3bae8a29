"""Modules: their description as data, and the public class."""

from __future__ import annotations

import sys
from bisect import bisect_right
from types import CodeType
from typing import (
    Any,
    Dict,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Protocol,
    Tuple,
    Type,
    Union,
)

from .abi import RT_ABI
from .external import FunctionType, GlobalType, MemoryType, TableType, TagType
from .functions import renamed
from .linking import Imports, import_type

# Instructions: ("i32.const", 4), ("global.get", 0), ("ref.func", 3), ("i32.add",), ...
# Integers are unsigned, floats are given by their bits.
ConstExpr = Tuple[Tuple[Any, ...], ...]
# Data segments: (mode, memory, offset or None, start, length), in the bytes of all
# segments; or several that follow each other there, and that no instruction names:
# ("active", memory, addresses, start, lengths).
DataRow = Tuple[str, int, Any, int, Any]
ExternalType = Union[FunctionType, TableType, MemoryType, GlobalType, TagType]


# On PyPy a code object keeps the globals that it is first run with, and is fast with
# those only: each instance gets its own.
_CODE_KEEPS_GLOBALS = sys.implementation.name == "pypy"


class ModuleInfo(NamedTuple):
    """What a module is, apart from the bodies of its functions and its data.

    Plain data that generated packages hold as a literal. Indices count imports first,
    as in WebAssembly, except where said otherwise.
    """

    abi: int
    name: str
    # (parameters, results) of each function type.
    types: Tuple[Tuple[Tuple[str, ...], Tuple[str, ...]], ...]
    # (module, name, kind, description): a type index for functions and tags, else as
    # in the fields below, less the initial value.
    imports: Tuple[Tuple[str, str, str, Any], ...]
    # Type index of each function that is not imported.
    functions: Tuple[int, ...]
    # (element, address, minimum, maximum, initial value or None), not imported.
    tables: Tuple[Tuple[str, str, int, Optional[int], Optional[ConstExpr]], ...]
    # (address, minimum, maximum, shared), not imported.
    memories: Tuple[Tuple[str, int, Optional[int], bool], ...]
    # (type, mutable, initial value), not imported.
    globals: Tuple[Tuple[str, bool, ConstExpr], ...]
    # Type index of each tag that is not imported.
    tags: Tuple[int, ...]
    # (name, kind, index).
    exports: Tuple[Tuple[str, str, int], ...]
    start: Optional[int]
    # (mode, table, offset or None, type, items). An item is a function index, None
    # or a constant expression.
    elements: Tuple[Tuple[str, int, Optional[ConstExpr], str, Tuple[Any, ...]], ...]
    # See there.
    data: Tuple[DataRow, ...]
    # First function of each group that is loaded as one.
    groups: Tuple[int, ...]
    # (table, type) of the call_indirect instructions.
    views: Tuple[Tuple[int, int], ...]
    # Functions whose calls nest but a little, whatever their arguments.
    shallow: Tuple[int, ...]


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
    and field name. Can be pickled and copied, if its provider can.
    """

    __slots__ = (
        "__weakref__",
        "_codes",
        "_data",
        "_function_names",
        "_names",
        "info",
        "provided",
        "provider",
    )

    def __init__(
        self,
        info: ModuleInfo,
        provider: CodeProvider,
        provided: Optional[Imports] = None,
    ) -> None:
        if info.abi != RT_ABI:
            text = f"module {info.name!r} was made for runtime ABI {info.abi}"
            raise ImportError(f"{text}, this runtime has {RT_ABI}: compile it again")
        self.info = info
        self.provider = provider
        self.provided: Imports = provided or {}
        self._codes: Dict[int, CodeType] = {}
        self._names: Optional[Mapping[int, str]] = None
        self._data: Optional[memoryview] = None
        self._function_names: Optional[List[str]] = None

    def function_names(self) -> List[str]:
        """The names that generated code has for the functions, by index."""
        if self._function_names is None:
            imported = sum(kind == "function" for _, _, kind, _ in self.info.imports)
            count = imported + len(self.info.functions)
            self._function_names = [f"f{index}" for index in range(count)]
        return self._function_names

    @staticmethod
    def exports(module: "Module") -> List[ModuleExportDescriptor]:
        """Descriptors of the exports, in order."""
        check_module(module)
        types = external_types(module.info)
        return [
            ModuleExportDescriptor(name, kind, types[kind][index])
            for name, kind, index in module.info.exports
        ]

    @staticmethod
    def imports(module: "Module") -> List[ModuleImportDescriptor]:
        """Descriptors of the imports, in order, less those that are provided."""
        check_module(module)
        info, provided = module.info, module.provided
        return [
            ModuleImportDescriptor(
                owner, name, kind, import_type(info.types, kind, description)
            )
            for owner, name, kind, description in info.imports
            if name not in provided.get(owner, ())
        ]

    @staticmethod
    def custom_sections(module: "Module", name: str) -> List[bytes]:
        """Contents of the custom sections of that name, in order."""
        check_module(module)
        sections = module.provider.custom_sections()
        return [bytes(content) for title, content in sections if title == name]

    def group_of(self, function: int) -> int:
        """The group that a function, by its index, is loaded with."""
        return bisect_right(self.info.groups, function) - 1

    def group_code(self, group: int) -> CodeType:
        """Code for one instance, its functions named as the name section has them."""
        code = self._codes.get(group)
        if code is None:
            if self._names is None:
                self._names = self.provider.names()
            code = _named(self.provider.load_group(group), self._names)
            self._codes[group] = code
        return _named(code, {}) if _CODE_KEEPS_GLOBALS else code

    def data(self) -> memoryview:
        """The bytes of all data segments."""
        if self._data is None:
            self._data = memoryview(self.provider.data())
        return self._data

    def __repr__(self) -> str:
        imports, exports = len(self.info.imports), len(self.info.exports)
        # A package has a name even if its module has none.
        name = self.info.name or getattr(self.provider, "package", "")
        shown = f" {name!r}" if name else ""
        return f"<Module{shown}: {imports} imports, {exports} exports>"

    def __reduce__(self) -> Tuple[Type["Module"], Tuple[Any, ...]]:
        return type(self), (self.info, self.provider, self.provided)


def is_module(value: object) -> bool:
    """Whether it is a module, of whichever copy of the runtime: not by its class."""
    return isinstance(getattr(value, "info", None), tuple)


def check_module(module: object) -> None:
    """Raise TypeError for what is no module."""
    if not is_module(module):
        raise TypeError(
            f"a Module is expected, not {type(module).__name__!r};"
            " wasm2py.compile makes one of a path or bytes"
        )


def external_types(info: ModuleInfo) -> Dict[str, List[ExternalType]]:
    """The types of all functions, tables, memories, globals and tags."""
    types: Dict[str, List[ExternalType]] = {
        kind: [] for kind in ("function", "table", "memory", "global", "tag")
    }
    for _, _, kind, description in info.imports:
        types[kind].append(import_type(info.types, kind, description))
    types["function"] += [FunctionType(*info.types[i]) for i in info.functions]
    types["table"] += [TableType(*table[:4]) for table in info.tables]
    types["memory"] += [MemoryType(*memory) for memory in info.memories]
    types["global"] += [GlobalType(*item[:2]) for item in info.globals]
    types["tag"] += [TagType(info.types[i][0]) for i in info.tags]
    return types


def _named(code: CodeType, names: Mapping[int, str]) -> CodeType:
    """A copy of a group's code, its functions renamed, for tracebacks and profiles."""
    constants = list(code.co_consts)
    for place, item in enumerate(constants):
        if isinstance(item, CodeType):
            index = item.co_name[1:]
            name = names.get(int(index)) if index.isdigit() else None
            constants[place] = renamed(item, name or item.co_name)
    return code.replace(co_consts=tuple(constants))
