"""What may change places with what: `wasm2py.ir.effects`."""

from __future__ import annotations

from wasm2py.ir.effects import (
    ANYTHING,
    READS_GLOBAL,
    READS_MEMORY,
    READS_TABLE,
    TRAPS,
    WRITES_GLOBAL,
    WRITES_MEMORY,
    WRITES_TABLE,
    conflict,
    variable_bit,
)

STATES = (
    (READS_MEMORY, WRITES_MEMORY),
    (READS_GLOBAL, WRITES_GLOBAL),
    (READS_TABLE, WRITES_TABLE),
)
WRITES = WRITES_MEMORY | WRITES_GLOBAL | WRITES_TABLE


def may_not_change_places(a: int, b: int) -> bool:
    """By the definition: one writes what the other reads or writes, or one of two that can be seen traps."""
    for reads, writes in STATES:
        if (a & writes and b & (reads | writes)) or (b & writes and a & reads):
            return True
    seen = TRAPS | WRITES
    return bool((a & TRAPS and b & seen) or (b & TRAPS and a & seen))


def test_conflicts_are_those_of_the_definition() -> None:
    for a in range(ANYTHING + 1):
        for b in range(ANYTHING + 1):
            assert conflict(a, b) == may_not_change_places(a, b), (a, b)


def test_variables_that_are_read_do_not_conflict() -> None:
    read = variable_bit(0) | variable_bit(5)
    assert not conflict(read, read)
    assert conflict(read | TRAPS, read | WRITES_MEMORY)
