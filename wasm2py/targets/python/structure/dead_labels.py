"""Takes out the labels that no test asks for before another one is set."""

from __future__ import annotations

from wasm2py.ir.nodes import LOOP, NOTHING, ROUND, Statement
from wasm2py.targets.python.tree.nodes import LabelTest, SetLabel


def remove_unused_labels(statements: list[Statement]) -> bool:
    """Leave only those labels in structured code that decide something; tells whether there are any."""
    pruning = _Pruning(False, False)
    pruning.block(statements, False)
    return pruning.keeps_labels


class _Labels:
    """Whether the label counts at places in a loop, or outside of all."""

    def __init__(self, at_break: bool, at_continue: bool) -> None:
        self._at_break = at_break  # whether it does where these lead
        self._at_continue = at_continue

    def block(self, statements: list[Statement], needed: bool) -> bool:
        """Whether the label counts before a list; `needed` says whether it does after that."""
        for statement in reversed(statements):
            if statement.is_control():
                needed = self.control(statement, needed)
        return needed

    def control(self, statement: Statement, needed: bool) -> bool:
        """The same for one statement."""
        if isinstance(statement, SetLabel):
            return False
        left = statement.leaves()
        if left == LOOP:
            return self._at_break
        if left == ROUND:
            return self._at_continue
        if left != NOTHING:
            return False
        own, parts = statement.own(), statement.parts()
        asks = False
        for expression in own:
            asks |= isinstance(expression, LabelTest)
        if statement.repeats():
            return self.loop(parts[0], asks, needed) or (needed and bool(own))
        before = not parts and needed
        for part in parts:
            before |= self.block(part, needed) if part else needed
        return asks or before

    def loop(self, body: list[Statement], asks: bool, needed: bool) -> bool:
        """Whether the label counts before a round of a loop that asks for it itself, or not.

        `needed` says whether it counts behind the loop.
        """
        return _Labels(needed, asks).block(body, asks) or asks


class _Pruning(_Labels):
    """Takes labels out while it looks for where they count."""

    def __init__(self, at_break: bool, at_continue: bool) -> None:
        super().__init__(at_break, at_continue)
        self.keeps_labels = False

    def block(self, statements: list[Statement], needed: bool) -> bool:
        kept: list[Statement] = []
        for statement in reversed(statements):
            if statement.is_control():
                if isinstance(statement, SetLabel):
                    if not needed:
                        continue
                    self.keeps_labels = True
                needed = self.control(statement, needed)
            kept.append(statement)
        kept.reverse()
        statements[:] = kept
        return needed

    def loop(self, body: list[Statement], asks: bool, needed: bool) -> bool:
        again = super().loop(body, asks, needed)
        inner = _Pruning(needed, again)
        inner.block(body, again)
        self.keeps_labels |= inner.keeps_labels
        return again
