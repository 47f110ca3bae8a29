"""What evaluating an expression may do, as one integer, so that joining two is one `|`.

The low bits say what is read, what is written and whether a trap is possible; the bits from
`LOCALS` up say which variables are read.
"""

from collections.abc import Iterable
from typing import Final

READS_MEMORY: Final = 1
READS_GLOBAL: Final = 2
READS_TABLE: Final = 4
WRITES_MEMORY: Final = 8
WRITES_GLOBAL: Final = 16
WRITES_TABLE: Final = 32
TRAPS: Final = 64
LOCALS: Final = 7  # the shift of the first variable's bit

PURE: Final = 0
ANYTHING: Final = 127  # a call: reads and writes everything, may trap
BEYOND: Final = 127  # masks out the variables

_READS: Final = 7
_WRITES: Final = 56

# Variables share a bit beyond this count: a false conflict costs a temporary, a wide integer time.
_VARIABLE_BITS: Final = 1024


def _conflicting(effects: int) -> int:
    """What may not change places with something that has these effects: it has one of those."""
    writes = effects & _WRITES
    found = writes | writes >> 3 | (effects & _READS) << 3
    # A trap ends the program: what was written before it, and which trap it is, can be seen.
    if effects & TRAPS:
        found |= TRAPS | _WRITES
    return found | TRAPS if writes else found


# By effects, less the variables; two evaluations conflict whichever of them is looked up.
CONFLICTS: Final = tuple(map(_conflicting, range(ANYTHING + 1)))


def conflict(a: int, b: int) -> bool:
    """Whether two evaluations with the effects `a` and `b` may not change places."""
    return CONFLICTS[a & BEYOND] & b != 0


def may_throw(effects: int) -> bool:
    """Whether what has these effects may throw an exception: nothing but a call can do anything."""
    return effects & ANYTHING == ANYTHING


_BITS: Final = tuple(1 << LOCALS + place for place in range(_VARIABLE_BITS))


def variable_bit(variable: int) -> int:
    """The effect of reading a variable."""
    return _BITS[variable % _VARIABLE_BITS]


def variable_bits(variables: Iterable[int]) -> int:
    """The effects of reading variables."""
    bits = PURE
    for variable in variables:
        bits |= variable_bit(variable)
    return bits
