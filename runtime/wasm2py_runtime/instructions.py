"""What generated code calls by name. Native code does not: it is imported with the first module
in Python."""

from __future__ import annotations

from math import gcd, inf, nan, sqrt, trunc

# These are needed where code is loaded, which imports nothing.
from . import (
    cells,
    errors,
    float_bits,
    floats,
    integers,
    memory,
    rows,
    searches,
    sums,
    table,
    words,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict


def by_name() -> Dict[str, Any]:
    """Everything that generated code calls and that does not depend on the instance."""
    found: Dict[str, Any] = {
        "fround": float_bits.fround,
        "unreachable": errors.unreachable,
    }
    found.update(
        gcd=gcd,
        inf=inf,
        nan=nan,
        sqrt=sqrt,
        trunc=trunc,
        rounding_cell=floats.rounding_cell,
    )
    prefixes = (
        *("i32_", "i64_", "f32_", "f64_", "int_", "uint_", "memory_", "data_"),
        *(
            "table_",
            "elem_",
            "store_row",
            "copy_row",
            "sum_",
            "find_",
            "each_",
            "bind_views",
        ),
    )
    for module in (
        cells,
        integers,
        float_bits,
        floats,
        memory,
        rows,
        searches,
        sums,
        table,
        words,
    ):
        found.update(
            (name, value)
            for name, value in vars(module).items()
            if name.startswith(prefixes) and callable(value)
        )
    return found
