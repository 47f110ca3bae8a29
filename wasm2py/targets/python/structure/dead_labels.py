"""Takes out the labels that no test asks for before another one is set."""

from __future__ import annotations

from wasm2py.ir.nodes import (
    Assign,
    Break,
    Continue,
    Do,
    If,
    LabelTest,
    Loop,
    Return,
    SetLabel,
    Statement,
    Switch,
    Unreachable,
)


def remove_unused_labels(statements: list[Statement]) -> list[Statement]:
    """The same code with the labels only that decide something."""
    return _Labels(False, False).prune(statements, False)[0]


class _Labels:
    """Whether the label counts where a `break` and where a `continue` lead."""

    __slots__ = ("at_break", "at_continue")

    def __init__(self, at_break: bool, at_continue: bool) -> None:
        self.at_break = at_break
        self.at_continue = at_continue

    def prune(
        self, statements: list[Statement], needed: bool
    ) -> tuple[list[Statement], bool]:
        """The list without useless labels, and whether the label counts before it.

        `needed` says whether it counts after the list.
        """
        kept: list[Statement] = []
        for statement in reversed(statements):
            if isinstance(statement, (Assign, Do)):
                pass  # as most are
            elif isinstance(statement, SetLabel):
                if not needed:
                    continue
                needed = False
            elif isinstance(statement, If):
                then, before_then = self.prune(statement.then, needed)
                otherwise, before_else = self.prune(statement.otherwise, needed)
                needed = before_then or before_else or _asks(statement)
                test = statement.condition
                statement = If(test, statement.negated, then, otherwise)
            elif isinstance(statement, Switch):
                pruned = [self.prune(arm, needed) for arm in statement.arms]
                needed = any(before for _, before in pruned)
                arms = [arm for arm, _ in pruned]
                statement = Switch(statement.index, statement.bounds, arms)
            elif isinstance(statement, Loop):
                again = _Labels(needed, False)._needed(statement.body, False)
                inside = _Labels(needed, again)
                body, _ = inside.prune(statement.body, again)
                needed = again or (needed and statement.condition is not None)
                statement = Loop(
                    body,
                    statement.condition,
                    statement.negated,
                    statement.endless,
                    statement.counter,
                )
            else:
                needed = self._after(statement, needed)
            kept.append(statement)
        kept.reverse()
        return kept, needed

    def _needed(self, statements: list[Statement], needed: bool) -> bool:
        """Whether the label counts before a list."""
        for statement in reversed(statements):
            if isinstance(statement, (Assign, Do)):
                continue
            if isinstance(statement, SetLabel):
                needed = False
            elif isinstance(statement, If):
                needed = (
                    _asks(statement)
                    or self._needed(statement.then, needed)
                    or self._needed(statement.otherwise, needed)
                )
            elif isinstance(statement, Switch):
                needed = any(self._needed(arm, needed) for arm in statement.arms)
            elif isinstance(statement, Loop):
                again = _Labels(needed, False)._needed(statement.body, False)
                needed = again or (needed and statement.condition is not None)
            else:
                needed = self._after(statement, needed)
        return needed

    def _after(self, statement: Statement, needed: bool) -> bool:
        if isinstance(statement, Break):
            return self.at_break
        if isinstance(statement, Continue):
            return self.at_continue
        return needed and not isinstance(statement, (Return, Unreachable))


def _asks(statement: If) -> bool:
    return isinstance(statement.condition, LabelTest)
