"""The built-in functions of the set "js-string" (JavaScript API, String Builtins).

Strings are Python's. WebAssembly code sees them as JavaScript's: indices and lengths
count UTF-16 code units, of which a character beyond U+FFFF is two. A code unit of such
a pair that stands alone is a surrogate in the Python string; one that meets its other
half, by concatenation for instance, becomes the character again. What a host gives may
hold both halves side by side: they count as the character.

Numbers are those of the host: an i32 is signed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

from wasm2py_runtime.errors import Trap

_NATIVE: Final = "utf-16-le" if sys.byteorder == "little" else "utf-16-be"
_U32: Final = 0xFFFF_FFFF
_HIGH: Final = range(0xD800, 0xDC00)
_LOW: Final = range(0xDC00, 0xE000)


class Builtin(NamedTuple):
    """A function and its type."""

    params: tuple[str, ...]
    results: tuple[str, ...]
    function: Callable[..., object]


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise Trap(f"js-string: a str is expected, not {type(value).__name__!r}")
    return value


# Code that scans a string asks for one unit after the other.
@lru_cache(maxsize=8)
def _encoded(string: str) -> bytes:
    return string.encode(_NATIVE, "surrogatepass")


def _units(string: str) -> memoryview:
    return memoryview(_encoded(string)).cast("H")


def _decoded(units: bytes) -> str:
    return units.decode(_NATIVE, "surrogatepass")


def test(value: object) -> int:
    """Whether a value is a string."""
    return int(isinstance(value, str))


def cast(value: object) -> str:
    """The value itself; traps if it is not a string."""
    return _string(value)


def from_char_code(unit: int) -> str:
    """The string of one code unit."""
    return chr(unit & 0xFFFF)


def from_code_point(point: int) -> str:
    """The string of one code point; traps beyond U+10FFFF."""
    if not 0 <= point <= sys.maxunicode:
        raise Trap(f"js-string: {point & _U32:#x} is not a code point")
    return chr(point)


def length(value: object) -> int:
    """The number of code units."""
    string = _string(value)
    return len(string) if string.isascii() else len(_encoded(string)) // 2


def char_code_at(value: object, index: int) -> int:
    """A code unit; traps where there is none."""
    string = _string(value)
    at = index & _U32
    if at >= length(string):
        raise Trap(f"js-string: there is no code unit {at}")
    return ord(string[at]) if string.isascii() else _units(string)[at]


def code_point_at(value: object, index: int) -> int:
    """The code point at a code unit; traps where there is none."""
    first = char_code_at(value, index)
    string = _string(value)
    following = (index & _U32) + 1
    if first in _HIGH and following < length(string):
        second = _units(string)[following]
        if second in _LOW:
            return 0x10000 + ((first & 0x3FF) << 10 | second & 0x3FF)
    return first


def concat(first: object, second: object) -> str:
    """Both strings, one after the other."""
    start, end = _string(first), _string(second)
    joined = start + end
    if start and end and ord(start[-1]) in _HIGH and ord(end[0]) in _LOW:
        return _decoded(_encoded(joined))
    return joined


def substring(value: object, start: int, end: int) -> str:
    """The code units from `start` to before `end`, or to the end of the string."""
    string = _string(value)
    begin, stop = start & _U32, end & _U32
    if string.isascii():
        return string[begin:stop]
    return _decoded(_units(string)[begin:stop].tobytes())


def equals(first: object, second: object) -> int:
    """Whether two values are the same string, or both null."""
    if first is None or second is None:
        for value in (first, second):
            if value is not None:
                _string(value)
        return int(first is second)
    return int(compare(first, second) == 0)


def compare(first: object, second: object) -> int:
    """-1, 0 or 1: the order of the code units."""
    one, other = _string(first), _string(second)
    if one == other:
        return 0
    if not (one.isascii() and other.isascii()):
        ones, others = _big_endian(one), _big_endian(other)
        return (ones > others) - (ones < others)
    return 1 if one > other else -1


def _big_endian(string: str) -> bytes:
    """Bytes whose order is that of the code units."""
    return string.encode("utf-16-be", "surrogatepass")


STRING: Final = "(ref extern)"
# Array types are a later proposal's: no import has this type.
_ARRAY: Final = "(ref null (array (mut i16)))"

FUNCTIONS: Final[dict[str, Builtin]] = {
    "cast": Builtin(("externref",), (STRING,), cast),
    "test": Builtin(("externref",), ("i32",), test),
    "fromCharCode": Builtin(("i32",), (STRING,), from_char_code),
    "fromCodePoint": Builtin(("i32",), (STRING,), from_code_point),
    "charCodeAt": Builtin(("externref", "i32"), ("i32",), char_code_at),
    "codePointAt": Builtin(("externref", "i32"), ("i32",), code_point_at),
    "length": Builtin(("externref",), ("i32",), length),
    "concat": Builtin(("externref", "externref"), (STRING,), concat),
    "substring": Builtin(("externref", "i32", "i32"), (STRING,), substring),
    "equals": Builtin(("externref", "externref"), ("i32",), equals),
    "compare": Builtin(("externref", "externref"), ("i32",), compare),
}
