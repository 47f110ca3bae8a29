"""What is assumed of memories, by the type of their addresses.

The analyses and the idioms of loops rely on it; the runtime of each target promises it (see
`wasm2py.targets.base`). Whoever looks at an access asks the row of the address type of its memory.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from wasm2py.spec.types import I32, I64, MASKS, MemoryType

PAGE_SIZE: Final = 1 << 16
"""The bytes of a page."""


class AddressType(NamedTuple):
    """A type of addresses, and the memories that have such addresses.

    `greatest` is the greatest address (so it is the type's mask, too), `largest_memory` the number of
    bytes that a memory never exceeds: the runtime refuses to make a larger one or to grow one beyond,
    as a failure to allocate that the specification allows. Both are the same for each memory.
    """

    greatest: int
    largest_memory: int

    @property
    def longest_step(self) -> int:
        """The number of the last addresses that belong to no memory.

        An address that has been used can be moved on by less without wrapping around, and steps of as
        much at most cannot jump over what is beyond a memory.
        """
        return self.greatest + 1 - self.largest_memory

    @property
    def most_pages(self) -> int:
        """The pages that a memory's type may ask for, if all addresses were to be had."""
        return (self.greatest + 1) // PAGE_SIZE


ADDRESS_TYPES: Final = {
    # Without the last 256 of 65,536 pages: 16 MiB.
    I32: AddressType(MASKS[I32], 65_280 * PAGE_SIZE),
    # Without the last page.
    I64: AddressType(MASKS[I64], (1 << 64) - PAGE_SIZE),
}
"""The types that addresses of memories and indexes of tables may have."""


def address_type(memory: MemoryType) -> AddressType:
    """The row of a memory's addresses."""
    return ADDRESS_TYPES[memory.address]


def largest_size(memory: MemoryType) -> int:
    """The bytes that a memory of a type can have at most."""
    largest, maximum = address_type(memory).largest_memory, memory.limits.maximum
    return largest if maximum is None else min(maximum * PAGE_SIZE, largest)
