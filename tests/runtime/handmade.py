"""Modules whose functions are written by hand, as the translator would write them."""

from __future__ import annotations

import importlib.util
import sys
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import wasm2py_runtime
from wasm2py_runtime.module import Module, ModuleInfo

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

    def custom_sections(self) -> list[tuple[str, bytes]]:
        return self._sections


def description(**fields: Any) -> ModuleInfo:
    """A module's description; what is not given is empty."""
    empty: dict[str, Any] = dict.fromkeys(ModuleInfo._fields, ())
    empty.update(abi=wasm2py_runtime.RT_ABI, name="handmade", start=None)
    empty.update(fields)
    return ModuleInfo(**empty)


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
