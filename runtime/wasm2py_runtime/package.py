"""What a generated package keeps beside its ``__init__.py``, read when it is needed.

Everything is read through the package's own loader, so that packages work from a zip
archive, too, and compiled code is cached as that of any other module.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from types import CodeType
from typing import Dict, Iterator, List, Tuple

from .instance import Instance, instantiate
from .module import Module

FUNCTIONS = "_functions"
DATA = "_data.bin"
NAMES = "_names.bin"
CUSTOM_SECTIONS = "_custom_sections.bin"


def group_module(group: int) -> str:
    """Name, within the package, of the module that holds a group of functions."""
    return f"{FUNCTIONS}.group_{group:04}"


class Names(Mapping[int, str]):
    """Function names by function index, decoded one by one from a table.

    All numbers in the table are 32 bits, little endian: ``n``; ``n + 1`` offsets into
    the text, between which the names of functions 0 to n - 1 stand; the text, UTF-8.
    An empty name is none.
    """

    def __init__(self, table: bytes) -> None:
        self._table = table
        (self._count,) = struct.unpack_from("<I", table)

    def __getitem__(self, function: int) -> str:
        if not 0 <= function < self._count:
            raise KeyError(function)
        start, end = struct.unpack_from("<II", self._table, 4 + 4 * function)
        if start == end:
            raise KeyError(function)
        text = 8 + 4 * self._count
        return self._table[text + start : text + end].decode()

    def __iter__(self) -> Iterator[int]:
        offsets = struct.unpack_from(f"<{self._count + 1}I", self._table, 4)
        for function in range(self._count):
            if offsets[function] != offsets[function + 1]:
                yield function

    def __len__(self) -> int:
        return sum(1 for _ in self)


class PackageFiles:
    """The code, data and names of the package whose ``__spec__`` is given.

    The package need not stay in ``sys.modules``: files are found by their place.
    """

    def __init__(self, spec: ModuleSpec) -> None:
        self._package = spec.name
        self._loader = spec.loader
        self._folder = os.path.dirname(spec.origin or "")

    def load_group(self, group: int) -> CodeType:
        """The code whose execution defines the functions of a group.

        Raises ``ImportError`` where the file is missing.
        """
        name = f"{self._package}.{group_module(group)}"
        folder = os.path.join(self._folder, FUNCTIONS)
        spec = PathFinder.find_spec(name, [folder]) or find_spec(name)
        get_code = getattr(spec and spec.loader, "get_code", None)
        code = None if get_code is None else get_code(name)
        if not isinstance(code, CodeType):
            raise ImportError(f"no code for {name} in {folder}", name=name)
        return code

    def data(self) -> bytes:
        """The contents of all data segments, one after the other."""
        return self._read(DATA)

    def names(self) -> Mapping[int, str]:
        """Names of functions, for people."""
        return Names(self._read(NAMES))

    def custom_sections(self) -> List[Tuple[str, bytes]]:
        """Names and contents of the custom sections, in order.

        Each is stored as the lengths of both, 32 bits, little endian; both follow.
        """
        table = self._read(CUSTOM_SECTIONS)
        sections = []
        start = 0
        while start < len(table):
            name, content = struct.unpack_from("<II", table, start)
            middle = start + 8 + name
            end = middle + content
            sections.append((table[start + 8 : middle].decode(), table[middle:end]))
            start = end
        return sections

    def _read(self, name: str) -> bytes:
        get_data = getattr(self._loader, "get_data", None)
        if get_data is None:
            raise ImportError(f"the loader of {self._package} gives no data files")
        content = get_data(os.path.join(self._folder, name))
        return bytes(content)


class DefaultInstance:
    """The instance behind a package's attributes, made when one is first asked for.

    An export is an attribute of the package (whose namespace is given, complete)
    unless the package defines the name itself, or Python gives it a meaning
    (``__name__``). Packages whose modules import something have no such attributes.
    """

    def __init__(self, module: Module, namespace: Dict[str, object]) -> None:
        self._module = module
        self._package = str(namespace["__name__"])
        self._namespace = namespace
        self._exports = frozenset(
            name
            for name, _, _ in module.info.exports
            if not (name.startswith("__") and name.endswith("__"))
        ).difference(namespace, (FUNCTIONS, "__main__"))
        # Under 0, once there is one.
        self._instances: Dict[int, Instance] = {}

    def names(self) -> List[str]:
        """The exports that are attributes."""
        return [] if self._module.info.imports else sorted(self._exports)

    def export(self, name: str) -> object:
        """The export of that name, from now on in the package's namespace.

        Raises ``AttributeError`` if it is not one that is an attribute, and what
        instantiation raises.
        """
        if name not in self._exports:
            raise AttributeError(f"module {self._package!r} has no attribute {name!r}")
        if self._module.info.imports:
            raise AttributeError(
                f"{name!r} needs imports: it is in"
                f" {self._package}.instantiate(imports).exports"
            )
        instance = self._instances.get(0)
        if instance is None:
            # Nothing is locked: a signal handler may ask for an export meanwhile. The first
            # of those that are made at the same time is kept.
            instance = self._instances.setdefault(0, instantiate(self._module))
        value = self._namespace[name] = instance.exports[name]
        return value
