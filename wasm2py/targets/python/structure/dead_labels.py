"""Takes out the labels that no test asks for before another one is set."""

from __future__ import annotations

from wasm2py.ir.nodes import LOOP, NOTHING, ROUND, Statement
from wasm2py.targets.python.tree.nodes import LabelTest, SetLabel


def remove_unused_labels(statements: list[Statement]) -> bool:
    """Leave only those labels in structured code that decide something; tells whether there are any."""
    pruning = _Pruning(False, False)
    pruning.block(statements, False)
    for pruned, kept in pruning.lists:
        pruned[:] = kept
    return pruning.keeps_labels


class _Pruning:
    """Finds the labels that count at places in a loop, or outside of all, and the lists without the others."""

    def __init__(self, at_break: bool, at_continue: bool) -> None:
        self._at_break = at_break  # whether the label counts where these lead
        self._at_continue = at_continue
        self.keeps_labels = False
        # What is to be left of each list: that is not done yet, as a loop may be gone through again.
        self.lists: list[tuple[list[Statement], list[Statement]]] = []

    def block(self, statements: list[Statement], needed: bool) -> bool:
        """Whether the label counts before a list; `needed` says whether it does after that."""
        kept: list[Statement] = []
        for statement in reversed(statements):
            if statement.is_control():
                if isinstance(statement, SetLabel):
                    if not needed:
                        continue
                    self.keeps_labels = True
                    needed = False
                else:
                    needed = self._control(statement, needed)
            kept.append(statement)
        if len(kept) < len(statements):
            kept.reverse()
            self.lists.append((statements, kept))
        return needed

    def _control(self, statement: Statement, needed: bool) -> bool:
        """The same for one statement that sets no label."""
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
            return self._loop(parts[0], asks, needed) or (needed and bool(own))
        before = not parts and needed
        for part in parts:
            before |= self.block(part, needed) if part else needed
        return asks or before

    def _loop(self, body: list[Statement], asks: bool, needed: bool) -> bool:
        """Whether the label counts before a round of a loop that asks for it itself, or not.

        `needed` says whether it counts behind the loop.
        """
        inner = _Pruning(needed, asks)
        again = inner.block(body, asks) or asks
        if again and not asks:
            # It counts where a round begins, and so where the one before ends.
            inner = _Pruning(needed, again)
            inner.block(body, again)
        self.keeps_labels |= inner.keeps_labels
        self.lists += inner.lists
        return again
