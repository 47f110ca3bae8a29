"""The order of evaluation, and the one rule for changing it.

An expression evaluates its operands from left to right, each once, and then does what it is for. There
is one exception: `select`, whose operands are the condition and two arms, evaluates the condition and
then the arm that it chooses. A `callee` is looked up, and traps where there is none, when it is
evaluated: it stands before the arguments of its call.

An evaluation that is given a name happens sooner than it stands. Then all that conflicts with it
and stands before it must happen sooner still, and all that conflicts with that.
"""

from __future__ import annotations

from wasm2py.ir.effects import BEYOND, CONFLICTS
from wasm2py.ir.nodes import Expression


def to_be_named_first(
    waiting: list[Expression], first: int, end: int, effects: int, written: int = 0
) -> list[int]:
    """Which expressions have to be evaluated before something with these effects can be.

    `waiting[first:end]` stand before it and have not been evaluated yet; `written` are the effects of
    reading the variables that it sets. The result is in the order in which to name them.
    """
    found: list[int] = []
    against = written | CONFLICTS[effects & BEYOND]
    for at in range(end - 1, first - 1, -1):
        entry = waiting[at].effects
        if entry & against:
            effects |= entry
            against = written | CONFLICTS[effects & BEYOND]
            found.append(at)
    found.reverse()
    return found
