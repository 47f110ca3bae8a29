"""Loops that look for a byte, as a whole."""

from __future__ import annotations

from .errors import Trap
from .memory import Memory

_BYTES = tuple(bytes((value,)) for value in range(256))
# So many bytes are looked at first where what owns them has no way to find one.
_FEW = 64
_MANY = 1 << 20


def find_byte(memory: Memory, first: int, byte: int) -> int:
    """The address of the first byte of that value from ``first`` on.

    If there is none, or the value is none of a byte, the loop would go on to a trap.
    """
    if byte > 255:
        raise Trap("out of bounds memory access")
    data, size = memory._wasm_data, memory._wasm_size
    find = getattr(data.obj, "find", None)
    if find is not None:
        at: int = find(_BYTES[byte], first, size)
        if at >= 0:
            return at
    else:
        many = _FEW
        while first < size:
            at = bytes(data[first : min(first + many, size)]).find(byte)
            if at >= 0:
                return first + at
            first += many
            many = min(2 * many, _MANY)
    raise Trap("out of bounds memory access")
