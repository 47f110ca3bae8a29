"""What blocks do to value ranges, prepared for the walks of `solver`."""

from __future__ import annotations

from typing import Final

from wasm2py.analysis.ranges.access_facts import Bound, Bounds, Related
from wasm2py.analysis.ranges.branch_facts import Told, comparisons
from wasm2py.analysis.ranges.derivations import Derivations, Derived
from wasm2py.analysis.ranges.differences import Relations
from wasm2py.analysis.ranges.domain import independent_result, is_independent
from wasm2py.analysis.ranges.induction_variables import CountingLoop
from wasm2py.analysis.ranges.updates import Updates
from wasm2py.ir.effects import BEYOND, PURE, variable_bit, variable_bits
from wasm2py.ir.function import Function
from wasm2py.ir.graph import Block, BranchEnd
from wasm2py.ir.nodes import Assign, Expression, Fact
from wasm2py.spec.types import MASKS

_NOTHING: Final = -1
_NO_BOUNDS: Final[list[Bound]] = []

# A place in a block: what bounds variables from here on, what is evaluated then, and the integer
# that gets the value, or loses what it had if there is none, or -1.
Step = tuple[list[Bound], "Expression | None", int]
# A comparison that is true, what is related to its variable, and what is calculated from that.
Test = tuple[Told, Related, list[Derived]]


class BlockSteps:
    """A block."""

    __slots__ = ("_reads", "_telling", "all", "targets", "tests")

    def __init__(
        self, all: list[Step], targets: list[int], tests: list[list[Test]]
    ) -> None:
        self.all = all
        self._telling: list[Step] | None = None
        self._reads: int | None = None
        # The positions of the blocks that may follow, of a handler last.
        self.targets = targets
        # What is true at each of the others; empty, if nothing is.
        self.tests = tests

    @property
    def telling(self) -> list[Step]:
        """Those that change what is known: where facts are not set, they are all that matters."""
        if self._telling is None:
            self._telling = [step for step in self.all if step[0] or step[2] >= 0]
        return self._telling

    @property
    def reads(self) -> int:
        """The effects of reading the variables of which it matters what is known."""
        if self._reads is None:
            self._reads = self._found_reads()
        return self._reads

    def _found_reads(self) -> int:
        found = PURE
        for bounds, value, _ in self.all:
            for bound in bounds:
                found |= variable_bit(bound.variable) | _bits_of(bound.related)
            if value is not None:
                found |= value.effects
        for tests in self.tests:
            for test, related, derived in tests:
                found |= test.variable.effects | test.operand.effects
                found |= _bits_of(related)
                for variable, value in derived:
                    found |= variable_bit(variable) | value.effects
        return found & ~BEYOND


def _bits_of(related: Related) -> int:
    return variable_bits(variable for variable, _ in related)


class Preparation:
    """Prepares blocks in code order."""

    def __init__(
        self, function: Function, loops: dict[int, CountingLoop], anywhere: list[Fact]
    ) -> None:
        self._types = function.types
        self._anywhere = anywhere
        self._assigned_once = function.assigned_once
        self._loops = loops
        # They are the same in each walk, as code order is.
        self._relations = Relations()
        self._derivations = Derivations()

    def block(self, block: Block, found: Bounds) -> BlockSteps:
        """The next block, with what its accesses tell."""
        if block.is_loop:
            for variable in self._loops[block.position].assigned:
                self._forget(variable)
        steps: list[Step] = []
        for at, statement in enumerate(block.statements):
            bounds = self._related_to(found[at]) if at in found else _NO_BOUNDS
            if isinstance(statement, Assign):
                steps.append((bounds, statement.value, self._assigned(statement)))
                continue
            for value in statement.own():
                steps.append((bounds, value, _NOTHING))
                bounds = _NO_BOUNDS
            for variable in statement.defines():
                self._forget(variable)
                steps.append((bounds, None, variable))
                bounds = _NO_BOUNDS
        end = len(block.statements)
        if end in found:
            steps.append((self._related_to(found[end]), None, _NOTHING))
        steps += [(_NO_BOUNDS, value, _NOTHING) for value in block.end.own()]
        if end + 1 in found:
            steps.append((self._related_to(found[end + 1]), None, _NOTHING))
        targets = [target.position for target in block.followers()]
        return BlockSteps(steps, targets, self._tests(block))

    def _assigned(self, statement: Assign) -> int:
        """The variable of an assignment, if it is an integer; what that does to the relations."""
        variable = statement.variable
        is_integer = self._types[variable] in MASKS
        if variable not in self._assigned_once:
            self._forget(variable)
        elif is_integer:
            # Nothing reads it before, and what was known of it at a loop's end is forgotten at its head.
            value = statement.value
            if is_independent(value):
                # Whatever is known of others: there is nothing to follow.
                self._anywhere[variable] = independent_result(value)
                self._derivations.note(variable, value)
                return _NOTHING
            self._relations.note(variable, value)
            self._derivations.note(variable, value)
        return variable if is_integer else _NOTHING

    def _forget(self, variable: int) -> None:
        self._relations.forget(variable)
        self._derivations.forget(variable)

    def _related_to(self, bounds: list[Bound]) -> list[Bound]:
        """Bounds of variables, with what is related to these at the place that the pass has come to."""
        for bound in bounds:
            bound.related = self._relations.of(bound.variable)
        return bounds

    def _tests(self, block: Block) -> list[list[Test]]:
        end = block.end
        if not isinstance(end, BranchEnd):
            return []
        outcomes = comparisons(end.condition)
        if not any(outcomes):
            return []  # nor is it a variable, of which more might be known
        for tests, more in zip(outcomes, self._derivations.comparisons(end.condition)):
            tests += more
        updates = None
        if block.loop_depth and block.statements:
            updates = Updates(block)
            for tests, more in zip(outcomes, updates.comparisons(end.condition)):
                tests += more
        return [[self._prepared(test, updates) for test in tests] for tests in outcomes]

    def _prepared(self, test: Told, updates: Updates | None) -> Test:
        variable = test.variable.index
        related = self._related(variable, updates)
        return test, related, self._derivations.of(variable)

    def _related(self, variable: int, updates: Updates | None) -> Related:
        """What differs from a variable by a constant at a block's end."""
        related = self._relations.of(variable)
        if updates is None:
            return related
        return list({**dict(related), **dict(updates.of(variable))}.items())
