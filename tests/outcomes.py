"""What a call did, in a form that JSON holds and that engines can be compared by.

Standard library only and Python 3.9: it runs under other interpreters too.

Values: integers are numbers; floats are numbers with a fraction, "inf", "-inf", "nan"
(a canonical NaN of either sign) or "nan:<the 64 bits in hexadecimal>"; a null
reference is null, a function is "function", {"extern": n} is the n-th host object.
"""

from __future__ import annotations

import math
import struct
from typing import Any

from tests.conformance.values import HostReference, host_reference

CANONICAL = 0x7FF8_0000_0000_0000
_MAGNITUDE = (1 << 63) - 1

Outcome = dict[str, Any]
"""Either {"result": [values]} or {"trap": the specification's words}."""


def encode(value: Any) -> Any:
    """The JSON form of a value that crosses the interface."""
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, HostReference):
        return {"extern": value.number}
    if isinstance(value, float):
        return _encode_float(value)
    if callable(value):
        return "function"
    raise TypeError(f"not a value of WebAssembly: {value!r}")


def _encode_float(value: float) -> Any:
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if not math.isnan(value):
        return value
    bits = int.from_bytes(struct.pack("<d", value), "little")
    return "nan" if bits & _MAGNITUDE == CANONICAL else f"nan:{bits:016x}"


def decode(form: Any) -> Any:
    """The value to pass for a JSON form; "nan" is the positive canonical NaN."""
    if isinstance(form, dict):
        return host_reference(form["extern"])
    if not isinstance(form, str):
        return form
    if form.startswith("nan"):
        bits = int(form[4:], 16) if ":" in form else CANONICAL
        value: float = struct.unpack("<d", struct.pack("<Q", bits))[0]
        return value
    return float(form)


def results(value: Any) -> list[Any]:
    """The JSON forms of what an exported function returned."""
    if value is None:
        return []
    return [encode(item) for item in (value if type(value) is tuple else (value,))]


def same(actual: Any, expected: Any) -> bool:
    """Equality of JSON forms that tells 0, 0.0 and -0.0 apart."""
    if isinstance(actual, list) and isinstance(expected, list):
        return len(actual) == len(expected) and all(map(same, actual, expected))
    if isinstance(actual, float) and isinstance(expected, float):
        return struct.pack("<d", actual) == struct.pack("<d", expected)
    return type(actual) is type(expected) and bool(actual == expected)
