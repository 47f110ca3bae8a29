"""Tags, and the exceptions that have them: the public classes."""

from __future__ import annotations

from .abi import RT_ABI
from .errors import WasmError
from .external import TagType
from .values import find_kind, value_kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn, Sequence


class Tag:
    """A kind of exception that carries values of the types ``params``.

    Raises ValueError for an unknown type.
    """

    __slots__ = ("__weakref__", "_wasm_type")
    _wasm_abi = RT_ABI
    _wasm_kind = "tag"

    def __init__(self, params: Sequence[str] = ()) -> None:
        for param in params:
            if find_kind(param) is None:
                raise ValueError(f"params must be value types, not {param!r}")
        self._wasm_type = TagType(tuple(params))

    def __repr__(self) -> str:
        return f"Tag({list(self._wasm_type.params)!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("cannot pickle a Tag")


class WasmException(WasmError):
    """An exception that WebAssembly code throws and catches.

    ``tag`` is its :class:`Tag`, ``payload`` the tuple of its values as a host sees
    them.

    Raises TypeError for what is no tag and a payload of another number of values, and
    what arguments of the tag's types would raise for wrong values.
    """

    def __init__(self, tag: Tag, payload: Sequence[object] = ()) -> None:
        if not _is_tag(tag):
            raise TypeError(f"tag must be a Tag, not {type(tag).__name__}")
        kinds, values = tag._wasm_type.params, tuple(payload)
        if len(values) != len(kinds):
            text = f"an exception of {tag!r} carries {len(kinds)} values"
            raise TypeError(f"{text}, not {len(values)}")
        values = tuple(
            kind.to_host(kind.from_host(value))
            for kind, value in zip(map(value_kind, kinds), values)
        )
        super().__init__(tag, values)
        self.tag = tag
        self.payload = values


def _is_tag(value: object) -> bool:
    """Whether it is a tag, of whichever copy of the runtime: not by its class."""
    has_type = isinstance(getattr(value, "_wasm_type", None), tuple)
    return has_type and getattr(value, "_wasm_kind", None) == "tag"
