"""How far a counter goes that is compared for order.

    loop                                            v2 = i32.add(i32.or(i32.sub(v1, i32:32), i32:31), i32:1)
      ... (v0)                                      v2 / 32 times:
      v0 = i32.add(v0, i32:32)               ->       ... (v0)
      v1 = i32.sub(v1, i32:32)                        v0 = i32.add(v0, i32:32)
      unless i32.gt_u(v1, i32:31)                   v1 = i32.sub(v1, v2)
        return                                      return

Let `x` be what is compared, as it is before an iteration, `s` the power of two by which it moves towards the
bound `b`, and let the loop go on while `x < b` (downwards it is the same with `>`).

Why it is sound: where an iteration begins with `x < b` and `x` does not wrap around, iterations follow until the
distance `b - x` has been covered: it is rounded up to a multiple of `s`. Where a loop is tested after its first
iteration, and nothing is known of `x` before that, this holds from the second one on. Then `x + s` is compared,
too, and if it is not less than `b` there is only one iteration.

`x` does not wrap around where `b` is `s - 1` or more away from the end of the numbers, which is always so if `s`
is 1; where a range that is known says so; or where `x` is an address that the iteration accesses, or less than
16 MiB behind one: the last 16 MiB belong to no memory. In the last case, and if all numbers are gone through, the
rounded distance may be 2**32. It wraps around to zero, for which a loop goes on to a trap; and there is one, since
some address moves as far as `x` (`trip_count` checks that).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from wasm2py.analysis.ranges.domain import FULL, as_signed, as_unsigned
from wasm2py.ir.nodes import Const, Expression, binary
from wasm2py.spec.addresses import ADDRESS_TYPES
from wasm2py.spec.opcodes import ROWS, instructions
from wasm2py.spec.types import I32, MASKS
from wasm2py.targets.python.idioms.polynomials import (
    Polynomial,
    constant,
    difference,
    is_linear,
    number,
)
from wasm2py.targets.python.idioms.symbolic_iteration import (
    Beyond,
    InductionVariables,
    Iteration,
)

_INVERSE: Final = {"lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}
_MIRRORED: Final = {"lt": "gt", "gt": "lt", "ge": "le", "le": "ge"}
_HALF: Final = 1 << 31
_LONGEST_STEP: Final = ADDRESS_TYPES[I32].longest_step
ORDERS: Final = instructions(*_INVERSE, types=(I32,))


class Range(NamedTuple):
    """The least and the greatest number that something can be, in one reading."""

    low: int
    high: int


class OrderedExit(NamedTuple):
    """A loop goes on while what moves is less than a bound, or greater if it moves downwards."""

    moving: Polynomial  # before the iteration
    change: int
    bound: Polynomial
    relation: str  # "i32.lt_u" and the like
    entered: bool  # it is less, or greater, before the first iteration, too
    steps_safely: (
        bool  # it does not wrap around, whatever it has been before the first iteration
    )


def ordered_exit(
    iteration: Iteration,
    steps: InductionVariables,
    condition: Expression,
    leaves: bool,
    entered: bool,
) -> OrderedExit:
    """What a comparison at the end of an iteration says; raises `Beyond`.

    `leaves`: the loop is left where it is true. `entered`: what it compares is compared before the first iteration.
    """
    comparison = ROWS[condition.op]
    sign = "s" if comparison.signed else "u"
    order = comparison.operation
    order = _INVERSE[order] if leaves else order
    moving, bound = (iteration.value(arg) for arg in condition.args)
    if steps.is_fixed(moving):
        moving, bound, order = bound, moving, _MIRRORED[order]
    if not is_linear(moving) or not steps.is_fixed(bound):
        raise Beyond
    change = number(steps.change(moving) or {})
    if not change:
        raise Beyond
    size = abs(change)
    if size & (size - 1) or (change > 0) != (order in ("lt", "le")):
        raise Beyond
    moving = difference(moving, constant(change, "i32"), "i32")
    where, reach = _range(iteration, moving, sign), _range(iteration, bound, sign)
    if order in ("le", "ge"):
        more = 1 if order == "le" else -1
        reach = Range(reach.low + more, reach.high + more)
        bound = difference(bound, constant(-more, "i32"), "i32")
    least, most = (0, 2 * _HALF - 1) if sign == "u" else (-_HALF, _HALF - 1)
    if not least <= reach.low <= reach.high <= most:
        raise Beyond
    if change > 0:
        in_range, begun = where.high + size <= most, where.high < reach.low
        ends = reach.high <= most - size + 1
    else:
        in_range, begun = where.low - size >= least, where.low > reach.high
        ends = reach.low >= least + size - 1
    in_range = in_range or (
        change > 0 and sign == "u" and _accesses(iteration, moving, size)
    )
    if not in_range and not ends:
        raise Beyond
    relation = f"i32.{'lt' if change > 0 else 'gt'}_{sign}"
    return OrderedExit(moving, change, bound, relation, entered or begun, in_range)


def _range(iteration: Iteration, polynomial: Polynomial, sign: str) -> Range:
    """What is known of a number as it is before an iteration."""
    known = number(polynomial)
    if known is not None:
        if sign == "u":
            known %= 2 * _HALF
        return Range(known, known)
    fact = None
    if len(polynomial) == 1:
        ((product, count),) = polynomial.items()
        if len(product) == 1 and count == 1:
            fact = iteration.facts.get(product[0])
    fact = FULL[I32] if fact is None else fact
    read = as_unsigned if sign == "u" else as_signed
    fact = read(fact, MASKS[I32])
    return Range(fact.low, fact.high)


def _accesses(iteration: Iteration, moving: Polynomial, size: int) -> bool:
    """Whether something is an address that is accessed, or not far behind one."""
    return any(
        0 <= away <= _LONGEST_STEP - size
        for place in iteration.places()
        for away in [number(difference(moving, place.address, "i32"))]
        if away is not None
    )


def distance(
    way: Expression, less: Expression, size: int, test: Expression | None
) -> Expression:
    """A distance greater than zero, rounded up to a multiple of a power of two.

    `less` is the distance less one. If there is a test, and it fails, it is only that power.
    """
    rounded = way
    if size > 1:
        ones = binary("i32.or", less, Const("i32", size - 1))
        rounded = binary("i32.add", ones, Const("i32", 1))
    if test is None:
        return rounded
    args = (test, rounded, Const("i32", size))
    effects = test.effects | rounded.effects
    size = test.size + rounded.size + 8
    return Expression("select", args, None, "i32", effects, size)
