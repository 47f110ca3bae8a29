"""Globals: the public class."""

from __future__ import annotations

from .abi import RT_ABI
from .external import GlobalType
from .values import find_kind, value_kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


class Global:
    """A global of a value type (``"i32"``, ``"externref"``, ...).

    Raises ValueError for an unknown type, and what an argument of that type would
    raise for a wrong value.
    """

    # Generated code reads and writes ``raw``, the value in the form of the code.
    __slots__ = ("__weakref__", "_unsigned", "_wasm_type", "raw")
    _wasm_abi = RT_ABI
    _wasm_kind = "global"

    def __init__(self, type: str, value: object, *, mutable: bool = False) -> None:
        kind = find_kind(type)
        if kind is None:
            raise ValueError(f"type must be a value type, not {type!r}")
        self._wasm_type = GlobalType(type, bool(mutable))
        self._unsigned = False
        self.raw: Any = kind.from_host(value)

    @property
    def value(self) -> Any:
        """The value; can be set if the global is mutable (else TypeError)."""
        kind = value_kind(self._wasm_type.type, self._unsigned)
        return kind.to_host(self.raw)

    @value.setter
    def value(self, value: object) -> None:
        if not self._wasm_type.mutable:
            raise TypeError("the global is immutable")
        self.raw = value_kind(self._wasm_type.type).from_host(value)

    def __repr__(self) -> str:
        mutable = ", mutable=True" if self._wasm_type.mutable else ""
        return f"Global({self._wasm_type.type!r}, {self.value!r}{mutable})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("cannot pickle a Global")


def new_global(type_: GlobalType, raw: Any, unsigned: bool = False) -> Global:
    """A global whose value is given in the form of the code; whether the host's is unsigned."""
    cell = Global.__new__(Global)
    cell._wasm_type = type_
    cell._unsigned = unsigned
    cell.raw = raw
    return cell
