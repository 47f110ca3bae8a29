"""Many operands as one entry of the stack.

Two bytes can bring a thousand operands, or take them to a label. So many get no names of their own: they
are kept in a tuple, and a run of its elements is one entry of the operand stack, until an instruction
wants some of them for itself. What an instruction costs is bounded that way: it makes or splits a
few entries, and packing many entries leaves one.
"""

from __future__ import annotations

from typing import Final, cast

from wasm2py.ir.build.operand_stack import OperandStack
from wasm2py.ir.effects import PURE
from wasm2py.ir.nodes import TUPLE, Assign, Elements, Expression, Variable

# So many results or values of a label at most are given names.
MOST_NAMES: Final = 8
# The same where the source has turned out to be much longer than the body.
FEWEST_NAMES: Final = 1


class RunStack(OperandStack):
    """An operand stack on which runs of elements may lie.

    Up to `most_names` operands that come at once are variables; more are a run.
    """

    def __init__(
        self, types: list[str], largest_expression: int, most_names: int
    ) -> None:
        super().__init__(types, largest_expression)
        self._most_names = most_names
        self.element_types: dict[int, tuple[str, ...]] = {}  # of each tuple

    def _entries(self, count: int) -> int:
        """How many entries the topmost `count` operands are; a run that begins below them is split."""
        if not self.element_types:
            return count
        at = len(self.stack)
        while count > 0:
            at -= 1
            entry = self.stack[at]
            length = entry.count if isinstance(entry, Elements) else 1
            if length > count:
                self._split(at, length - count)
                at += 1
                break
            count -= length
        return len(self.stack) - at

    def _separate(self, count: int, bottom: int) -> None:
        """Make entries of their own of the topmost operands, but not of those below `bottom`."""
        at = len(self.stack)
        while count and at > bottom:
            count -= 1
            at -= 1
            entry = self.stack[at]
            if isinstance(entry, Elements):
                self._split(at, entry.count - 1)
                at += entry.count > 1

    def _split(self, at: int, count: int) -> None:
        """Make two entries of a run, the lower one of `count` elements (of the only one, that itself)."""
        run = self.stack[at]
        assert isinstance(run, Elements)
        parts = (run.first, count), (run.first + count, run.count - count)
        entries = [
            self._part(run.index, first, length) for first, length in parts if length
        ]
        self.stack[at : at + 1] = entries
        if self._settled > at:
            self._settled += len(entries) - 1

    def _part(self, variable: int, first: int, count: int) -> Expression:
        types = self.element_types[variable]
        if count == 1:
            of = Variable(variable, TUPLE)
            return Expression("tuple.get", (of,), first, types[first], of.effects, 8)
        return Elements(variable, first, count, len(types))

    def _bind(self, at: int) -> None:
        entry = self.stack[at]
        if not isinstance(entry, Elements):
            super()._bind(at)
            return
        types = self.element_types[entry.index]
        if not entry.whole:
            types = types[entry.first : entry.first + entry.count]
        variable = self._new_tuple(types)
        self.assigned_once.add(variable)
        self._block.statements.append(Assign(variable, self._packed((entry,))))
        self.stack[at] = self._part(variable, 0, entry.count)

    def _new_tuple(self, types: tuple[str, ...]) -> int:
        variable = self.new_variable(TUPLE)
        self.element_types[variable] = types
        return variable

    # What comes and goes at once

    def _new_carriers(self, types: tuple[str, ...]) -> tuple[int, ...]:
        """Variables that can hold values of these types: one each, or one tuple."""
        if len(types) > self._most_names:
            return (self._new_tuple(types),)
        return tuple(self.new_variable(type) for type in types)

    def _push_carriers(
        self, variables: tuple[int, ...], types: tuple[str, ...]
    ) -> None:
        """Push what variables hold: an entry each, or one for a tuple."""
        if len(variables) < len(types):
            self._push(self._part(variables[0], 0, len(types)))
            return
        for variable, type in zip(variables, types):
            self._push(Variable(variable, type))

    def _entries_of_top(self, count: int) -> int:
        """How many entries the topmost operands are, where few are to be entries of their own."""
        if count > self._most_names:
            return self._entries(count)
        self._separate(count, 0)
        return count

    def _top(self, count: int) -> tuple[Expression, ...]:
        """The topmost operands as carriers hold them: expressions, or one that is a tuple."""
        entries = self._entries_of_top(count)
        top = tuple(self.stack[len(self.stack) - entries :])
        return (self._packed(top),) if count > self._most_names else top

    def _pop_top(self, count: int) -> tuple[Expression, ...]:
        """Pop these."""
        top = self._top(count)
        self._pop_many(self._entries_of_top(count))
        return top

    def _pack(self, types: tuple[str, ...]) -> None:
        """Make one entry of the topmost operands, of these types, if they are many.

        They are atoms then, and so are fewer ones, each for itself.
        """
        entries = self._entries_of_top(len(types))
        self._atoms(entries)
        if len(types) > self._most_names and entries > 1:
            variable = self._new_tuple(types)
            self.assigned_once.add(variable)
            self._settle(len(self.stack))
            value = self._packed(self._pop_many(entries))
            self._block.statements.append(Assign(variable, value))
            self._push(self._part(variable, 0, len(types)))

    def _packed(self, entries: tuple[Expression, ...]) -> Expression:
        """A tuple of the values of entries."""
        entries = self._joined(entries)
        first = entries[0]
        if len(entries) == 1 and isinstance(first, Elements) and first.whole:
            return Variable(first.index, TUPLE)
        effects = PURE
        for entry in entries:
            effects |= entry.effects
        size = 2 + sum(entry.size + 2 for entry in entries)
        return Expression("tuple.make", entries, None, TUPLE, effects, size)

    def _joined(self, entries: tuple[Expression, ...]) -> tuple[Expression, ...]:
        """The same operands, in as few runs as possible."""
        if not self.element_types:
            return entries
        joined: list[Expression] = []
        for entry in entries:
            extent = _extent(entry)
            before = _extent(joined[-1]) if joined else None
            if extent and before and (before[0], before[2]) == extent[:2]:
                joined[-1] = self._part(before[0], before[1], extent[2] - before[1])
            else:
                joined.append(entry)
        return tuple(joined)


def _extent(entry: Expression) -> tuple[int, int, int] | None:
    """Of which tuple an entry is a part: the variable, the first element, and the one behind it."""
    if isinstance(entry, Elements):
        return entry.index, entry.first, entry.first + entry.count
    if entry.op == "tuple.get":
        at = cast(int, entry.imm)
        return cast(Variable, entry.args[0]).index, at, at + 1
    return None
