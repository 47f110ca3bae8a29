"""Variables that differ from others by a constant, for as long as neither changes.

What is learnt of a variable also holds, moved, for those that a constant was added to.

Why it is sound: only variables that are assigned once enter (within a block, `updates`, any), and a difference is forgotten when the
other variable is assigned, or at the head of a loop that assigns it. That depends on the order of the
code only. So it is found once, and each access and comparison is prepared with what is related to its
variable (`transfer`).
"""

from __future__ import annotations

from typing import Final

from wasm2py.analysis.ranges.induction_variables import constant_step, has_step
from wasm2py.ir.nodes import Expression, Variable

# A variable is related to so many others at most, of which so many are looked at for one that
# gets its value: what each assignment, access and comparison takes is bounded.
_MOST_RELATED: Final = 64
_MOST_FURTHER: Final = 8


class Relations:
    """What is known at the place in the code that a pass has come to.

    Only variables that are assigned once enter into one, so it holds wherever these may be read, unless the
    other variable has been assigned since: then, or at the head of a loop that does so, it is
    to be forgotten.
    """

    def __init__(self) -> None:
        self._distances: dict[int, dict[int, int]] = {}

    def clear(self) -> None:
        """Forget everything."""
        self._distances.clear()

    def note(self, variable: int, value: Expression) -> None:
        """A variable gets a value, perhaps another variable and a constant."""
        distance = 0
        if has_step(value):
            distance = constant_step(value)
            value = value.args[0]
        if not isinstance(value, Variable) or value.index == variable:
            return
        self._relate(value.index, variable, distance)
        # And so to those that the other variable differs from.
        for other, further in self.of(value.index)[:_MOST_FURTHER]:
            if other != variable:
                self._relate(other, variable, distance - further)

    def _relate(self, variable: int, other: int, distance: int) -> None:
        distances = self._distances.setdefault(variable, {})
        others = self._distances.setdefault(other, {})
        if max(len(distances), len(others)) < _MOST_RELATED:
            distances[other] = distance
            others[variable] = -distance

    def move(self, variable: int, step: int) -> None:
        """A variable is given itself and a constant."""
        distances = self._distances.get(variable, {})
        for other, distance in distances.items():
            distances[other] = distance - step
            self._distances[other][variable] = step - distance

    def forget(self, variable: int) -> None:
        """A variable may have got another value."""
        for other in self._distances.pop(variable, ()):
            self._distances[other].pop(variable, None)

    def of(self, variable: int) -> list[tuple[int, int]]:
        """The variables related to one, and how much greater they are."""
        distances = self._distances.get(variable)
        return list(distances.items()) if distances else []
