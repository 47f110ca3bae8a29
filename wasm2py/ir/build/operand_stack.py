"""The operand stack, symbolically: expressions that have not been evaluated yet.

Before a statement with which it conflicts an entry is bound to a temporary, after the entries below
it that must be evaluated first (see `wasm2py.ir.evaluation`). How many entries wait is bounded, and so
is what a statement costs.
"""

from __future__ import annotations

from typing import Final

from wasm2py.ir.effects import variable_bit
from wasm2py.ir.evaluation import to_be_named_first
from wasm2py.ir.graph import Block
from wasm2py.ir.nodes import Assign, Const, Expression, Statement, Variable

# So many entries of the operand stack at most wait to be evaluated: what a statement costs is bounded.
WAITING_ENTRIES: Final = 64


class OperandStack:
    """The operands of the block under construction, and the function's variables.

    An expression that would be larger than `largest_expression` is cut by a temporary.
    """

    def __init__(self, types: list[str], largest_expression: int) -> None:
        self.types = types  # of every variable: parameters and locals first
        self.largest_expression: Final = largest_expression
        self.assigned_once: set[int] = set()  # variables that are set before any use
        self.stack: list[Expression] = []
        self._block = Block()
        self._settled = 0  # entries below this one never conflict

    def _push(self, entry: Expression) -> None:
        stack = self.stack
        stack.append(entry)
        if len(stack) - self._settled > WAITING_ENTRIES:
            self._settle(len(stack) - WAITING_ENTRIES // 2)

    def _pop(self) -> Expression:
        entry = self.stack.pop()
        if len(self.stack) < self._settled:
            self._settled = len(self.stack)
        return entry

    def _pop_many(self, count: int) -> tuple[Expression, ...]:
        if not count:
            return ()
        entries = tuple(self.stack[-count:])
        self._drop_down_to(len(self.stack) - count)
        return entries

    def _drop_down_to(self, height: int) -> None:
        del self.stack[height:]
        if height < self._settled:
            self._settled = height

    def _settle(self, height: int) -> None:
        """Bind the entries below a height for good: no later statement can touch them."""
        if height <= self._settled:
            return
        stack = self.stack
        for at in range(self._settled, height):
            entry = stack[at]
            if entry.effects and not self._lasts(entry):
                self._bind(at)
        self._settled = height

    def _lasts(self, entry: Expression) -> bool:
        """Whether an entry reads a variable that nothing assigns any more, or an element of one."""
        if entry.op == "tuple.get":
            entry = entry.args[0]
        return isinstance(entry, Variable) and entry.index in self.assigned_once

    def _bind(self, at: int) -> None:
        entry = self.stack[at]
        variable = self.new_variable(entry.type)
        self.assigned_once.add(variable)
        self._block.statements.append(Assign(variable, entry))
        self.stack[at] = Variable(variable, entry.type)

    def _bind_in_order(self, at: int) -> None:
        """Bind an entry, after the entries below it that must be evaluated first."""
        self._bind_all(self._settled, at, self.stack[at].effects)
        self._bind(at)

    def _bind_all(self, first: int, end: int, effects: int, written: int = 0) -> None:
        """Bind those of some entries that must be evaluated before something with these effects."""
        for at in to_be_named_first(self.stack, first, end, effects, written):
            self._bind(at)

    def _bind_before(self, count: int, effects: int) -> None:
        """Bind those of the entries below the topmost one, so many, that it must not be evaluated before.

        `effects` are its own, and of what is done with it before they are evaluated.
        """
        top = len(self.stack) - 1
        for at in to_be_named_first(self.stack, top - count, top, effects):
            self._bind_in_order(at)

    def new_variable(self, type: str) -> int:
        """A new temporary."""
        self.types.append(type)
        return len(self.types) - 1

    def _add(self, statement: Statement, effects: int, written: int = 0) -> None:
        """Add a statement, after the entries that must be evaluated before it."""
        if self.stack:
            self._bind_all(self._settled, len(self.stack), effects, written)
        self._block.statements.append(statement)

    def _assign(self, variable: int, value: Expression) -> None:
        self._add(Assign(variable, value), value.effects, variable_bit(variable))

    def _cut(self, count: int, size: int) -> int:
        """Bind the largest of the topmost entries; give back the size that remains."""
        stack = self.stack
        first = len(stack) - count
        at = max(range(first, len(stack)), key=lambda index: stack[index].size)
        size -= stack[at].size - 3
        self._bind_in_order(at)
        return size

    def _atoms(self, count: int) -> None:
        """Make the topmost entries constants or variables that nothing assigns any more."""
        for at in range(len(self.stack) - count, len(self.stack)):
            entry = self.stack[at]
            if not isinstance(entry, Const) and not self._lasts(entry):
                self._bind_in_order(at)
