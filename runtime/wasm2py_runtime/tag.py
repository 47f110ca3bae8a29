"""Tags: the public class."""

from __future__ import annotations

from typing import NoReturn, Sequence

from .abi import RT_ABI
from .external import TagType
from .values import FROM_HOST


class Tag:
    """A kind of exception that carries values of the types ``params``.

    Raises ValueError for an unknown type.
    """

    __slots__ = ("__weakref__", "_wasm_type")
    _wasm_abi = RT_ABI
    _wasm_kind = "tag"

    def __init__(self, params: Sequence[str] = ()) -> None:
        for param in params:
            if param not in FROM_HOST:
                raise ValueError(f"params must be value types, not {param!r}")
        self._wasm_type = TagType(tuple(params))

    def __repr__(self) -> str:
        return f"Tag({list(self._wasm_type.params)!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("cannot pickle a Tag")
