"""Modules whose functions are written by hand, as the translator would write them."""

from __future__ import annotations

import importlib.util
import struct
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import wasm2py_runtime
from wasm2py_runtime.info import ModuleInfo
from wasm2py_runtime.module import Module

Signature = tuple[tuple[str, ...], tuple[str, ...]]


class Text:
    """Provides code from one text a group, and remembers what was loaded."""

    def __init__(
        self,
        groups: Sequence[str],
        data: bytes = b"",
        names: Mapping[int, str] = {},
        sections: Sequence[tuple[str, bytes]] = (),
    ) -> None:
        self.groups = list(groups)
        self.loaded: list[int] = []
        self._data = data
        self._names = dict(names)
        self._sections = list(sections)

    def load_group(self, group: int) -> CodeType:
        self.loaded.append(group)
        text = textwrap.dedent(self.groups[group])
        return compile(text, f"<group {group}>", "exec")

    def data(self) -> bytes:
        return self._data

    def names(self) -> Mapping[int, str]:
        return self._names

    def native(self) -> None:
        return None

    def custom_sections(self) -> list[tuple[str, bytes]]:
        return self._sections


# Kinds of constants, as docs/packages.md has them.
_KINDS = {"ref.null": 2, "ref.func": 3, "global.get": 4}
_OPERATIONS = {"add": 6, "sub": 7, "mul": 8}
_EXTERNALS = ("function", "table", "memory", "global", "tag")
_MODES = ("active", "passive", "declarative")


def _pack(columns: Mapping[str, Sequence[int]], abi: int) -> bytes:
    """The binary form of columns, written from its description."""
    entries, contents = b"", b""
    for name, column in columns.items():
        width = max([1, *((item.bit_length() + 7) // 8 for item in column)])
        width = next(size for size in (1, 2, 4, 8) if size >= width)
        entries += struct.pack("<24sIQ", name.encode(), width, len(column))
        contents += b"".join(item.to_bytes(width, "little") for item in column)
    return struct.pack("<8sII", b"wasm2py\0", abi, len(columns)) + entries + contents


def _ends(lengths: Iterable[int]) -> list[int]:
    return list(accumulate(lengths))


def _texts(name: str, texts: Sequence[str]) -> dict[str, Sequence[int]]:
    encoded = [text.encode() for text in texts]
    return {name: b"".join(encoded), f"{name}_ends": _ends(map(len, encoded))}


class _Description:
    """Columns for a module that is given as rows of plain data.

    A row is what the specification's abstract syntax has for it; expressions are tuples
    of instructions. An import's type is given with it.
    """

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.fields = fields
        self.value_types: list[str] = []
        self.expressions: list[list[tuple[int, int]]] = []

    def type(self, text: str) -> int:
        if text not in self.value_types:
            self.value_types.append(text)
        return self.value_types.index(text)

    def all(self, kind: str, field: str) -> list[Any]:
        """An index space: what is imported, then what is defined."""
        imported = [item[3] for item in self.fields["imports"] if item[2] == kind]
        return [*imported, *self.fields[field]]

    def part(self, name: str, *immediates: int) -> tuple[int, int]:
        if name.endswith(".const"):
            return 1, immediates[0]
        if name in _KINDS:
            return _KINDS[name], 0 if name == "ref.null" else immediates[0]
        return _OPERATIONS[name[4:]], 0

    def constants(self, name: str, items: Sequence[Any]) -> dict[str, Sequence[int]]:
        pairs = []
        for expression in items:
            if expression is None:
                pairs.append((0, 0))
            elif len(expression) == 1:
                pairs.append(self.part(*expression[0]))
            else:
                pairs.append((5, len(self.expressions)))
                self.expressions.append([self.part(*item) for item in expression])
        return {
            f"{name}_kinds": [kind for kind, _ in pairs],
            f"{name}_values": [value for _, value in pairs],
        }

    def item(self, item: Any) -> int:
        if isinstance(item, tuple):
            kind, index = self.part(*item[0])
            return 0 if kind == 2 else 2 * index + (1 if kind == 3 else 2)
        return 0 if item is None else 1 + 2 * item

    def types(self) -> dict[str, Sequence[int]]:
        types = self.fields["types"]
        return {
            "type_items": [self.type(item) for p, r in types for item in (*p, *r)],
            "type_params_ends": [
                end - len(type_[1])
                for end, type_ in zip(_ends(len(p) + len(r) for p, r in types), types)
            ],
            "type_ends": _ends(len(params) + len(results) for params, results in types),
        }

    def imports(self) -> dict[str, Sequence[int]]:
        imports = self.fields["imports"]
        modules = list(dict.fromkeys(item[0] for item in imports))
        return {
            **_texts("import_modules", modules),
            "import_owners": [modules.index(item[0]) for item in imports],
            **_texts("import_names", [item[1] for item in imports]),
            "import_kinds": [_EXTERNALS.index(item[2]) for item in imports],
            "functions": self.all("function", "functions"),
            "tags": self.all("tag", "tags"),
        }

    def sized(self, name: str, rows: Sequence[Any]) -> dict[str, Sequence[int]]:
        """Limits of tables or memories, rows of (minimum, maximum)."""
        return {
            f"{name}_minimums": [minimum for minimum, _ in rows],
            f"{name}_bounded": [maximum is not None for _, maximum in rows],
            f"{name}_maximums": [maximum or 0 for _, maximum in rows],
        }

    def storage(self) -> dict[str, Sequence[int]]:
        tables = self.all("table", "tables")
        memories = self.all("memory", "memories")
        globals_ = self.all("global", "globals")
        return {
            "table_elements": [self.type(item[0]) for item in tables],
            "table_addresses": [self.type(item[1]) for item in tables],
            **self.sized("table", [item[2:4] for item in tables]),
            **self.constants("table_init", [t[4] for t in self.fields["tables"]]),
            "memory_addresses": [self.type(item[0]) for item in memories],
            **self.sized("memory", [item[1:3] for item in memories]),
            "memory_shared": [item[3] for item in memories],
            "global_types": [self.type(item[0]) for item in globals_],
            "global_mutable": [item[1] for item in globals_],
            **self.constants("global_init", [g[2] for g in self.fields["globals"]]),
        }

    def exports(self) -> dict[str, Sequence[int]]:
        exports, shallow = self.fields["exports"], self.fields["shallow"]
        names = [name for name, _, _ in exports]
        first: dict[int, int] = {}
        for position, (_, kind, index) in enumerate(exports):
            if kind == "function":
                first.setdefault(index, position)
        return {
            **_texts("export_names", names),
            "export_kinds": [_EXTERNALS.index(kind) for _, kind, _ in exports],
            "export_indices": [index for _, _, index in exports],
            "export_order": sorted(
                range(len(names)), key=lambda position: names[position].encode()
            ),
            "exported_functions": sorted(first),
            "exported_as": [first[index] for index in sorted(first)],
            "exported_shallow": [index in shallow for index in sorted(first)],
        }

    def segments(self) -> dict[str, Sequence[int]]:
        elements, data = self.fields["elements"], self.fields["data"]
        return {
            "element_modes": [_MODES.index(item[0]) for item in elements],
            "element_tables": [item[1] for item in elements],
            **self.constants("element_offset", [item[2] for item in elements]),
            "element_ends": _ends(len(item[4]) for item in elements),
            "element_items": [
                self.item(item) for element in elements for item in element[4]
            ],
            "data_memories": [item[0] for item in data],
            **self.constants("data_offset", [item[1] for item in data]),
            "data_ends": _ends(item[2] for item in data),
        }

    def pack(self) -> bytes:
        columns = {
            "name": self.fields["name"].encode(),
            **self.types(),
            **self.imports(),
            **self.storage(),
            **self.exports(),
            **self.segments(),
            "metered": self.fields["metered"],
            "start": self.fields["start"],
            "groups": self.fields["groups"],
        }
        parts = [part for expression in self.expressions for part in expression]
        columns["expression_kinds"] = [kind for kind, _ in parts]
        columns["expression_values"] = [value for _, value in parts]
        columns["expression_ends"] = _ends(map(len, self.expressions))
        columns.update(_texts("value_types", self.value_types))
        return _pack(columns, self.fields["abi"])


_FIELDS = (
    *("types", "imports", "functions", "tables", "memories", "globals", "tags"),
    *("exports", "metered", "start", "elements", "data", "groups", "shallow"),
)


def description(**fields: Any) -> ModuleInfo:
    """A module's description; what is not given is empty.

    Data segments are (memory, offset or None, length), and ``start`` has one item if any.
    """
    empty: dict[str, Any] = dict.fromkeys(_FIELDS, ())
    empty.update(abi=wasm2py_runtime.RT_ABI, name="handmade")
    assert not set(fields) - set(empty)
    return ModuleInfo(_Description({**empty, **fields}).pack())


def functions(
    source: str,
    signatures: Sequence[Signature],
    runtime: Any = wasm2py_runtime,
    provider: Any = None,
    **fields: Any,
) -> Any:
    """A module that defines `f0`, `f1`... with these signatures, exported as such."""
    imported = [item for item in fields.get("imports", ()) if item[2] == "function"]
    first = len(imported)
    own = range(len(signatures) - first)
    exports = tuple(
        (f"f{index}", "function", index) for index in range(len(signatures))
    )
    info = description(
        **{
            "types": tuple(signatures),
            "functions": tuple(first + index for index in own),
            "groups": (first,),
            "exports": exports + fields.pop("exports", ()),
            **fields,
        }
    )
    return runtime.Module(info, provider or Text([source]))


def second_runtime() -> ModuleType:
    """The runtime once more, as a package that vendors it would have it."""
    name = "vendored_runtime"
    if name not in sys.modules:
        folder = Path(wasm2py_runtime.__file__).parent
        spec = importlib.util.spec_from_file_location(
            name, folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


__all__ = ["Module", "Text", "description", "functions", "second_runtime"]
