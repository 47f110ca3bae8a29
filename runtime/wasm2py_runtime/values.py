"""Values as the host sees them, and as WebAssembly code does (contract: README).

The host's i32 and i64 are signed, unless it wants them unsigned, the code's are unsigned. These functions take
what the compiled wrappers of ``functions`` do not handle themselves: the unusual and
the wrong. A funcref is an exported function for the host, its handle for the code.
"""

from __future__ import annotations

from _operator import index

from .external import matches, reference_type
from .float_bits import f32_from_host
from .lean import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Optional


def _integer(value: Any, type_name: str, bits: int) -> int:
    if isinstance(value, bool) or not hasattr(type(value), "__index__"):
        raise TypeError(f"{type_name} must be an int, not {type(value).__name__}")
    number = int.__index__(value) if isinstance(value, int) else index(value)
    if not -(1 << bits - 1) <= number < 1 << bits:
        raise OverflowError(f"{number} is out of the range of {type_name}")
    return number


def i32_from_host(value: object) -> int:
    """The i32 of an ``int``, or of what has an ``__index__``, but not of a bool.

    Raises OverflowError out of range, TypeError for the rest.
    """
    return _integer(value, "i32", 32) & 0xFFFFFFFF


def i64_from_host(value: object) -> int:
    """The i64 of an ``int``, or of what has an ``__index__``, but not of a bool.

    Raises OverflowError out of range, TypeError for the rest.
    """
    return _integer(value, "i64", 64) & 0xFFFFFFFFFFFFFFFF


def _float(value: object, type_name: str) -> float:
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    raise TypeError(f"{type_name} must be a float, not {type(value).__name__}")


def f32_value(value: object) -> float:
    """The f32 nearest to a ``float`` or ``int``; TypeError for anything else."""
    return f32_from_host(_float(value, "f32"))


def f64_value(value: object) -> float:
    """The f64 of a ``float`` or ``int``; TypeError for anything else."""
    return _float(value, "f64")


def function_handle(value: object) -> Any:
    """The handle behind an exported function, of whichever runtime, else None.

    ``functools.wraps`` copies attributes: the handle must know the function as its own.
    """
    handle = getattr(value, "_wasm_function", None)
    if handle is None:
        # That of native code is a method of C.
        handle = getattr(getattr(value, "__self__", None), "_wasm_function", None)
    if handle is not None and handle._wasm_exported is value:
        return handle
    return None


def funcref_from_host(value: object) -> Any:
    """The handle of an exported function, or None; TypeError for anything else."""
    if value is None:
        return None
    handle = function_handle(value)
    if handle is None:
        text = "funcref must be an exported function, or a Function"
        raise TypeError(f"{text}, not {value!r}")
    return handle


def funcref_to_host(handle: Any) -> Any:
    return None if handle is None else handle._wasm_export()


def _same(value: Any) -> Any:
    return value


def _i32_to_host(value: int) -> int:
    return value - 0x100000000 if value >= 0x80000000 else +value


def _i64_to_host(value: int) -> int:
    return value - 0x10000000000000000 if value >= 0x8000000000000000 else +value


def _unsigned_to_host(value: int) -> int:
    return +value


class ValueKind(NamedTuple):
    """How values of a type cross between the host and the code.

    ``from_host`` takes any value of the host and raises what is told above for a wrong one,
    ``to_host`` any of the code. The others are text of compiled wrappers, with ``{0}`` for
    an atom: ``is_unusual`` is true of what only ``from_host`` can take, "" if there
    is none of that, ``code`` gives the code's value of all else and of what ``from_host``
    has given, ``host`` the host's value of the code's.
    """

    from_host: Callable[[object], Any]
    to_host: Callable[[Any], Any]
    is_unusual: str
    code: str
    host: str
    is_reference: bool = False


# In the code, the outcome of a comparison is a bool, which unary plus makes an int.
VALUE_KINDS: Dict[str, ValueKind] = {
    "i32": ValueKind(
        i32_from_host,
        _i32_to_host,
        is_unusual="type({0}) is not int or not -0x80000000 <= {0} <= 0xFFFFFFFF",
        code="{0} & 0xFFFFFFFF",
        host="+{0} if {0} < 0x80000000 else {0} - 0x100000000",
    ),
    "i64": ValueKind(
        i64_from_host,
        _i64_to_host,
        is_unusual="type({0}) is not int"
        " or not -0x8000000000000000 <= {0} <= 0xFFFFFFFFFFFFFFFF",
        code="{0} & 0xFFFFFFFFFFFFFFFF",
        host="+{0} if {0} < 0x8000000000000000 else {0} - 0x10000000000000000",
    ),
    "f32": ValueKind(
        f32_value,
        _same,
        is_unusual="type({0}) is not float or {0} != {0}",
        code="fround({0}) if {0} == {0} else {0}",
        host="{0}",
    ),
    "f64": ValueKind(
        f64_value,
        _same,
        is_unusual="type({0}) is not float",
        code="{0}",
        host="{0}",
    ),
    "funcref": ValueKind(
        funcref_from_host,
        funcref_to_host,
        is_unusual="{0} is not None",
        code="{0}",
        host="None if {0} is None else {0}._wasm_export()",
        is_reference=True,
    ),
    "externref": ValueKind(
        _same, _same, is_unusual="", code="{0}", host="{0}", is_reference=True
    ),
}


_UNSIGNED = {
    type_: VALUE_KINDS[type_]._replace(to_host=_unsigned_to_host, host="+{0}")
    for type_ in ("i32", "i64")
}


def find_kind(type_: str) -> Optional[ValueKind]:
    """The row of a type, None for what is no value type.

    That of a reference type below another one is made of that one's.
    """
    kind = VALUE_KINDS.get(type_)
    if kind is None and isinstance(type_, str):
        for name, row in VALUE_KINDS.items():
            if matches(type_, name):
                return _kind_below(type_, name, row)
    return kind


def value_kind(type_: str, unsigned: bool = False) -> ValueKind:
    """The row of a value type; with ``unsigned``, of a host whose integers are."""
    kind = _UNSIGNED.get(type_) if unsigned else None
    if kind is None:
        kind = find_kind(type_)
    if kind is None:
        raise ValueError(f"there are no values of type {type_!r}")
    return kind


def _kind_below(type_: str, name: str, row: ValueKind) -> ValueKind:
    """The row of a type that not all values of another one have."""
    reference, above = reference_type(type_), reference_type(name)
    assert reference is not None and above is not None
    nullable = reference.nullable
    has_others = matches(f"(ref {above.heap})", type_)

    def from_host(value: object) -> Any:
        raw = row.from_host(value)
        if not (nullable if raw is None else has_others):
            raise TypeError(f"{value!r} is no value of type {type_}")
        return raw

    return row._replace(from_host=from_host, is_unusual="True")
