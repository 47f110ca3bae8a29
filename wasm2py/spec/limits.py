"""How large a module may be.

These are the limits of the WebAssembly JavaScript Interface, section
"Implementation-defined Limits": every engine of the Web accepts what stays within
them and refuses what does not, so that modules behave alike here and there.
"""

from __future__ import annotations

from typing import Final

from wasm2py.errors import LimitExceeded

MODULE_SIZE: Final = 1 << 30  # bytes
TYPES: Final = 1_000_000
FUNCTIONS: Final = 1_000_000  # defined ones
IMPORTS: Final = 1_000_000
EXPORTS: Final = 1_000_000
GLOBALS: Final = 1_000_000  # defined ones
TAGS: Final = 1_000_000
DATA_SEGMENTS: Final = 100_000
TABLES: Final = 100_000  # imported ones too
TABLE_SIZE: Final = 10_000_000  # elements that a table begins with
ELEMENT_SEGMENTS: Final = 10_000_000
SEGMENT_ELEMENTS: Final = 10_000_000  # in one segment
MEMORIES: Final = 100  # imported ones too
PARAMETERS: Final = 1_000
RESULTS: Final = 1_000
BODY_SIZE: Final = 7_654_321  # bytes, the declarations of locals included
LOCALS: Final = 50_000  # parameters included

# Not among the Interface's: operands on the stack at a call's or block's end; sections,
# of which the custom ones may be empty, and of any number.
OPERANDS: Final = 10_000_000
SECTIONS: Final = 100_000

# Bytes, where nothing else is asked for: see `wasm2py.binary.budget`.
MAX_OUTPUT: Final = 2 << 30
MAX_MEMORY: Final = 16 << 30
# Nor this: instructions of a constant expression that depend on imported globals, so
# that only an instance can evaluate them.
OPEN_INSTRUCTIONS: Final = 1_000


def check(count: int, limit: int, what: str, offset: int | None) -> None:
    """Raise LimitExceeded when there are more of `what` than implementations allow."""
    if count > limit:
        message = f"too many {what}: {count:,}, the limit is {limit:,}"
        raise LimitExceeded(message, offset)
