"""Values as the host sees them, and as WebAssembly code does (contract: README).

The host's i32 and i64 are signed, the code's are unsigned. These functions take
what the compiled wrappers of ``functions`` do not handle themselves: the unusual and
the wrong. A funcref is an exported function for the host, its handle for the code.
"""

from __future__ import annotations

from typing import Any, Callable, Dict

from .floats import f32_from_host


def _integer(value: object, type_name: str, bits: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{type_name} must be an int, not {type(value).__name__}")
    number = int.__index__(value)
    if not -(1 << bits - 1) <= number < 1 << bits:
        raise OverflowError(f"{number} is out of the range of {type_name}")
    return number


def i32_from_host(value: object) -> int:
    """The i32 of an ``int``: OverflowError out of range, TypeError for the rest."""
    return _integer(value, "i32", 32) & 0xFFFFFFFF


def i64_from_host(value: object) -> int:
    """The i64 of an ``int``: OverflowError out of range, TypeError for the rest."""
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
    if handle is not None and handle._wasm_exported is value:
        return handle
    return None


def funcref_from_host(value: object) -> Any:
    """The handle of an exported function, or None; TypeError for anything else."""
    if value is None:
        return None
    handle = function_handle(value)
    if handle is None:
        raise TypeError(f"funcref must be an exported function, not {value!r}")
    return handle


def funcref_to_host(handle: Any) -> Any:
    return None if handle is None else handle._wasm_export()


def _same(value: Any) -> Any:
    return value


FROM_HOST: Dict[str, Callable[[object], Any]] = {
    "i32": i32_from_host,
    "i64": i64_from_host,
    "f32": f32_value,
    "f64": f64_value,
    "funcref": funcref_from_host,
    "externref": _same,
}


def _i32_to_host(value: int) -> int:
    return value - 0x100000000 if value >= 0x80000000 else +value


def _i64_to_host(value: int) -> int:
    return value - 0x10000000000000000 if value >= 0x8000000000000000 else +value


TO_HOST: Dict[str, Callable[[Any], Any]] = {
    "i32": _i32_to_host,
    "i64": _i64_to_host,
    "f32": _same,
    "f64": _same,
    "funcref": funcref_to_host,
    "externref": _same,
}

# What a new table element or global holds where no value is given.
DEFAULTS: Dict[str, Any] = {
    "i32": 0,
    "i64": 0,
    "f32": 0.0,
    "f64": 0.0,
    "funcref": None,
    "externref": None,
}
