"""What a generated package keeps beside its ``__init__.py``, read when it is needed.

All of it is in Python modules, data too, as that is what every tool keeps that copies
or freezes packages. They are found through the package's own loader, so that packages
work from a zip archive, and compiled code is cached as that of any other module.
"""

from __future__ import annotations

import os
from _collections_abc import Mapping
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import PathFinder
from _thread import _local
from binascii import a2b_base64, crc32

from .abi import RT_ABI
from .columns import Columns, place_of
from .info import KINDS, ModuleInfo
from .instance import Instance, instantiate
from .lean import CodeType
from .limits import Limits
from .linking import Imports
from .module import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

    # What makes imports.
    Host = Callable[[], Imports]

FUNCTIONS = "_functions"
DATA = "_data"

# What is in `_data`.
DESCRIPTION = "module"
SEGMENTS = "segments"
NAMES = "names"
CUSTOM_SECTIONS = "custom_sections"


# What a library of WASI exports to be prepared by, as `WASI.initialize` has it.
_INITIALISERS = ("_initialize", "__wasm_call_ctors")

# Exports that the documentation names, so that an import does not take long.
_LISTED = 1000


def group_module(group: int) -> str:
    """Name, within the package, of the module that holds a group of functions."""
    return f"{FUNCTIONS}.group_{group:04}"


def part_module(content: str, part: int) -> str:
    """Name, within the package, of the module that holds a part of a content."""
    return f"{DATA}.{content}_{part:04}"


class Names(Mapping[int, str]):
    """Function names by function index, decoded one by one from columns.

    ``functions`` are the indices in order, ``names`` the texts.
    """

    def __init__(self, content: bytes) -> None:
        columns = Columns(content, RT_ABI)
        self._functions = columns.numbers("functions")
        self._names = columns.texts("names")

    def __getitem__(self, function: int) -> str:
        place = place_of(function, self._functions)
        if place == len(self._functions) or self._functions[place] != function:
            raise KeyError(function)
        return self._names[place]

    def __iter__(self) -> Iterator[int]:
        return iter(self._functions)

    def __len__(self) -> int:
        return len(self._functions)


def sections_in(content: bytes) -> List[Tuple[str, bytes]]:
    """Names and contents of the custom sections in a content, in order."""
    columns = Columns(content, RT_ABI)
    contents, sections = bytes(columns.numbers("contents")), []
    start = 0
    for name, end in zip(columns.texts("names"), columns.numbers("contents_ends")):
        sections.append((name, contents[start:end]))
        start = end
    return sections


class PackageFiles:
    """The code, data and names of the package whose ``__spec__`` is given.

    The package need not stay in ``sys.modules``: files are found by their place. The
    methods raise ImportError where a file is missing or damaged, and say which. With
    ``only_native`` there are no Python functions beside the extension module.
    """

    def __init__(self, spec: ModuleSpec, only_native: bool = False) -> None:
        self.package = spec.name
        self._folder = os.path.dirname(spec.origin or "")
        self._only_native = only_native
        # Of each content, how many parts it has, and its checksum.
        self._contents: Optional[Dict[str, Tuple[int, str]]] = None

    def info(self) -> ModuleInfo:
        """What the module is, apart from its code and data."""
        return ModuleInfo(self._content(DESCRIPTION))

    def load_group(self, group: int) -> CodeType:
        """The code whose execution defines the functions of a group."""
        return self._code(group_module(group))

    def data(self) -> bytes:
        """The contents of all data segments, one after the other."""
        return self._content(SEGMENTS)

    def names(self) -> Mapping[int, str]:
        """Names of functions, for people."""
        return Names(self._content(NAMES))

    def custom_sections(self) -> List[Tuple[str, bytes]]:
        """Names and contents of the custom sections, in order."""
        return sections_in(self._content(CUSTOM_SECTIONS))

    def native(self) -> Optional[ModuleType]:
        """The extension module of a package that has been built with one, where it is used.

        Raises ImportError where it is asked for, or all there is, and does not load.
        """
        from .extension import load_chosen

        return load_chosen(self.package, self._folder, self._only_native)

    def _content(self, name: str) -> bytes:
        """A content, which is in parts; what they are together has a checksum."""
        try:
            if self._contents is None:
                self._contents = self._run(DATA)["CONTENTS"]
            parts, checksum = self._contents[name]
            content = b"".join(
                [
                    a2b_base64(self._run(part_module(name, part))["CONTENT"])
                    for part in range(parts)
                ]
            )
            if f"{crc32(content):08x}" == checksum:
                return content
        except (ImportError, MemoryError, RecursionError):
            raise
        except Exception as error:  # text that was changed may raise anything
            raise self._damaged(DATA, name) from error
        raise self._damaged(DATA, name)

    def _damaged(self, module: str, name: str) -> ImportError:
        text = f"the package {self.package} is damaged: its {module} is"
        return ImportError(f"{text} not what was written for {name!r}")

    def _run(self, module: str) -> Dict[str, Any]:
        """What a module of the package defines, which nothing else refers to."""
        namespace: Dict[str, Any] = {}
        exec(self._code(module), namespace)
        return namespace

    def _code(self, module: str) -> CodeType:
        name = f"{self.package}.{module}"
        path = module.split(".")
        folder = os.path.join(self._folder, *path[:-1])
        spec = PathFinder.find_spec(name, [folder]) or _find_frozen(name)
        get_code = getattr(spec and spec.loader, "get_code", None)
        try:
            code = None if get_code is None else get_code(name)
        except (EOFError, SyntaxError, ValueError) as error:  # neither text nor code
            raise self._damaged(module, name) from error
        if not isinstance(code, CodeType):
            text = f"the package {self.package} is not complete: it has no {module}"
            raise ImportError(f"{text} (in {folder})", name=name)
        return code


def _find_frozen(name: str) -> Optional[ModuleSpec]:
    """A module that is not in a folder or archive, such as a frozen one."""
    from importlib.util import find_spec

    try:
        return find_spec(name)
    except ImportError:
        return None


def needs_nothing(info: ModuleInfo) -> bool:
    """Whether a module can be instantiated without imports of the caller's."""
    if not info.import_kinds:
        return True
    # Few modules need anything but WASI's that is named like it.
    if not all(name.startswith("wasi_") for name in info.import_modules):
        return False
    from .wasi.signatures import is_wasi_only

    return is_wasi_only((owner, name) for owner, name, _, _ in info.imports())


def _may_be_of_wasi(info: ModuleInfo) -> bool:
    """Whether a module that needs nothing imports WASI's functions, or is such a library.

    A library may import nothing: it is one if it exports an initialiser.
    """
    if info.import_kinds:
        return True
    for name in _INITIALISERS:
        place = info.find_export(name)
        if place >= 0 and KINDS[info.export_kinds[place]] == "function":
            type_ = info.function_type(info.export_indices[place])
            if not type_.params and not type_.results:
                return True
    return False


def instantiate_package(
    module: Module,
    imports: Optional[Imports],
    limits: Optional[Limits],
    unsigned: bool,
    release_gil: bool = False,
) -> Instance:
    """An instance. With a `WASI` or `Emscripten` as the imports, a library is initialised."""
    instance = instantiate(
        module, imports, limits=limits, unsigned=unsigned, release_gil=release_gil
    )
    # Of whichever copy of the runtime.
    if getattr(type(imports), "_wasm_kind", None) in ("wasi", "emscripten"):
        if "_start" not in instance.exports:
            imports.initialize(instance)  # type: ignore[union-attr]
    return instance


def described(module: Module, host: Optional[Host] = None) -> str:
    """The documentation of a package: what it is, and the first of its exports.

    ``host`` makes the imports of a module that needs some, and none of the caller's.
    """
    info = module.info
    is_bound = host is not None or needs_nothing(info)
    names, kinds = info.export_names[:_LISTED], info.export_kinds
    lines = ["A WebAssembly module, translated to Python by wasm2py.", ""]
    lines += [
        f"Exports of {'the package' if is_bound else 'instantiate(imports)'}:",
        "",
    ]
    lines += [
        f"    {name if name.isidentifier() else ascii(name)}: {KINDS[kind]}"
        for name, kind in zip(names, kinds)
    ]
    if len(kinds) > _LISTED:
        lines.append("    ...")
    return "\n".join(lines)


class DefaultInstance:
    """The instance behind a package's attributes, made when one is first asked for.

    An export is an attribute of the package (whose namespace is given, complete)
    unless the package defines the name itself, or Python gives it a meaning
    (``__name__``). Its integers are as ``unsigned`` says. Packages whose modules import something that is not WASI's have no such
    attributes, unless ``host`` makes all imports.
    """

    def __init__(
        self,
        module: Module,
        namespace: Dict[str, object],
        unsigned: bool,
        host: Optional[Host] = None,
    ) -> None:
        self._module = module
        self._unsigned = unsigned
        self._host = host
        self._package = str(namespace["__name__"])
        self._namespace = namespace
        self._own = frozenset((*namespace, FUNCTIONS, DATA, "__main__"))
        # Under 0, once there is one.
        self._instances: Dict[int, Instance] = {}
        self._thread = _local()

    def names(self) -> List[str]:
        """The exports that are attributes."""
        if not self._is_bound():
            return []
        names = self._module.info.export_names
        return sorted(name for name in names if self._may_be(name))

    def _is_bound(self) -> bool:
        """Whether there is an instance without the caller's imports."""
        return self._host is not None or needs_nothing(self._module.info)

    def _may_be(self, name: str) -> bool:
        """Whether an export of that name is an attribute."""
        dunder = name.startswith("__") and name.endswith("__")
        return not dunder and name not in self._own

    def export(self, name: str) -> object:
        """The export of that name, from now on in the package's namespace.

        Raises ``AttributeError`` if it is not one that is an attribute, and what
        instantiation raises.
        """
        info = self._module.info
        if not self._may_be(name) or info.find_export(name) < 0:
            raise AttributeError(f"module {self._package!r} has no attribute {name!r}")
        if not self._is_bound():
            raise AttributeError(
                f"{name!r} needs imports: it is in"
                f" {self._package}.instantiate(imports).exports"
            )
        instance = self._instances.get(0)
        if instance is None:
            # Nothing is locked: a signal handler may ask for an export meanwhile. The first
            # of those that are made at the same time is kept.
            instance = self._instances.setdefault(0, self._new_instance())
        value = self._namespace[name] = instance.exports[name]
        return value

    def of_this_thread(self) -> Instance:
        """The instance that this thread alone has; raises what instantiation raises."""
        found: Dict[str, Instance] = vars(self._thread)
        instance = found.get("instance")
        if instance is None:
            # As above: a signal handler may ask for it meanwhile.
            instance = found.setdefault("instance", self._new_instance())
        return instance

    def _new_instance(self) -> Instance:
        """An instance, of a program one that sees nothing."""
        if self._host is not None:
            return instantiate_package(self._module, self._host(), None, self._unsigned)
        if not _may_be_of_wasi(self._module.info):
            return instantiate(self._module, unsigned=self._unsigned)
        from .wasi.program import WASI

        return instantiate_package(self._module, WASI(), None, self._unsigned)
