"""Loop idioms: replaces loops by instructions that do them as a whole."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from typing import Final, NamedTuple, cast

from wasm2py.ir.nodes import (
    LOOP,
    ROUND,
    Assign,
    Const,
    Expression,
    Statement,
    Variable,
    binary,
    operation,
)
from wasm2py.ir.walk import every, reads, variables
from wasm2py.targets.python.idioms.payment import (
    Payment,
    is_choice,
    paid,
    split_payment,
)
from wasm2py.targets.python.idioms.polynomials import (
    Polynomial,
    atoms,
    constant,
    expression,
    number,
    scaled,
    total,
    unknown,
    variable_of,
)
from wasm2py.targets.python.idioms.symbolic_iteration import (
    Beyond,
    Iteration,
    is_understood,
)
from wasm2py.targets.python.idioms.trip_count import Test, Whole
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import Break, Count, If, Loop, have_exit

_MOST_STATEMENTS: Final = 24
# For fewer cells a call costs more than it saves.
_FEWEST: Final = 8
# How far before a loop its variables' first values are looked for.
_NEAR: Final = 16
_MOST_SIZE: Final = 40


class Replacement(NamedTuple):
    """What a loop does, except stepping its induction variables."""

    done: list[Statement]  # set no variables
    values: dict[
        int, Expression
    ]  # of variables after the loop, made of those before it


Make = Callable[[Whole], Replacement]


def replace_loops(function: StructuredFunction, make: Make) -> None:
    """Replace loops by what `make` gives for them; it raises `Beyond` for those that are to stay."""
    _Replacing(function, make).block(function.statements, 0)


def is_candidate(loop: Statement) -> bool:
    """Whether a loop of structured code may be replaced.

    One around others may be only when these have been replaced.
    """
    return is_understood(lambda each: execute_round(loop_parts(each).body), loop)


def execute_round(body: list[Statement]) -> Iteration:
    """An iteration that stores something; raises `Beyond`."""
    iteration = Iteration()
    iteration.execute_all(body)
    if not iteration.cells and not iteration.fills:
        raise Beyond
    return iteration


def assigned_at_once(
    function: StructuredFunction, values: dict[int, Expression]
) -> list[Statement]:
    """Assignments of values that are all made of what the variables are before the first one."""
    result: list[Statement] = []
    waiting = dict(values)
    kept: set[int] = set()
    while waiting:
        needed = {
            read.index
            for variable, value in waiting.items()
            for read in variables(value)
            if read.index != variable
        }
        free = [variable for variable in waiting if variable not in needed]
        if free:
            result.append(Assign(free[0], waiting.pop(free[0])))
            continue
        # Each is needed by another one. The value of the first of them is kept apart until
        # nothing needs what the variable is now.
        variable = next(variable for variable in waiting if variable not in kept)
        kept.add(variable)
        function.types.append(function.types[variable])
        temporary = len(function.types) - 1
        function.assigned_once.add(temporary)
        result.append(Assign(temporary, waiting[variable]))
        waiting[variable] = Variable(temporary, function.types[variable])
    return result


class LoopRewriting(ABC):
    """Puts something else in the place of loops, whatever their trip counts."""

    def __init__(self, function: StructuredFunction) -> None:
        self.function: Final = function
        # What stands before the loop that is looked at, as far as it has been rewritten.
        self.preceding: list[Statement] = []
        # Of the whole function, once there is a loop to be replaced.
        self._reads: dict[int, int] | None = None
        self._inside: dict[int, int] = {}  # of the loop that is looked at

    @abstractmethod
    def rewritten(
        self, loop: Statement, before: Collection[int] | None
    ) -> list[Statement]:
        """What does the same as a loop; raises `Beyond`.

        `before`: the variables that are assigned before it in each round of another, if it is in one.
        """

    def block(self, statements: list[Statement], repeated: bool) -> None:
        """Replace the loops in a list, which may be in another loop."""
        result: list[Statement] = []
        before: set[int] | None = set() if repeated else None
        for statement in statements:
            parts = statement.parts()
            repeats = bool(parts) and statement.repeats()
            for inner in parts:
                self.block(inner, repeated or repeats)
            self.preceding = result
            made = self._instead(statement, before) if repeats else [statement]
            result += made
            if before is not None:
                for each in made:
                    before.update(each.defines())
        statements[:] = result

    def _instead(
        self, loop: Statement, before: Collection[int] | None
    ) -> list[Statement]:
        """What a loop becomes."""
        try:
            made = self.rewritten(loop, before)
        except Beyond:
            return [loop]
        self._count_again(made)
        return made

    def _count_again(self, made: list[Statement]) -> None:
        """Count what is read in a loop's place: it may be read more often than in the loop."""
        if self._reads is not None:
            for variable, times in self._inside.items():
                self._reads[variable] -= times
            for variable, times in reads(made).items():
                self._reads[variable] = self._reads.get(variable, 0) + times

    def wanted(
        self,
        loop: Statement,
        after: list[Statement],
        assigned: Collection[int],
        carried: Collection[int],
        before: Collection[int] | None,
    ) -> list[int]:
        """The variables that a loop assigns and that are read behind it, or when it begins again.

        A round reads of those that are `carried` what they are when it begins.
        """
        if self._reads is None:
            self._reads = reads(self.function.statements)
        inside, behind = reads([loop]), reads(after)
        self._inside = inside
        left = set[int]()
        if before is not None:
            left.update(variable for variable in carried if variable not in before)
        return [
            variable
            for variable in assigned
            if variable in left
            or variable in behind
            or self._reads.get(variable, 0) > inside.get(variable, 0)
        ]

    def new_variable(self, type: str) -> int:
        """A variable that is assigned once."""
        self.function.types.append(type)
        variable = len(self.function.types) - 1
        self.function.assigned_once.add(variable)
        return variable


class _Replacing:
    def __init__(self, function: StructuredFunction, make: Make) -> None:
        self._function = function
        self._types = function.types
        self._make = make
        # Of the whole function, once there is a loop to be replaced.
        self._reads: dict[int, int] = {}
        self._values: dict[int, list[Expression]] = {}
        self._once: set[int] = set()  # variables that keep the value they have got
        self._assigned: set[int] = set()
        self._definitions: dict[int, Polynomial | None] = {}  # as they are asked for
        self._is_prepared = False

    def _prepare(self) -> None:
        """Look at the whole function, before anything is changed: few loops get so far."""
        if self._is_prepared:
            return
        self._is_prepared = True
        function = self._function
        self._reads = reads(function.statements)
        several: set[int] = set()  # get values elsewhere, too
        for statement in every(function.statements):
            if isinstance(statement, Assign):
                self._values.setdefault(statement.variable, []).append(statement.value)
            else:
                several.update(statement.defines())
        once = function.assigned_once.union(
            set(range(function.params, function.locals)).difference(function.zeroed)
        )
        self._once = {v for v in once if len(self._values.get(v, ())) == 1} - several
        self._assigned = several.union(self._values)

    def _definition(self, variable: int) -> Polynomial | None:
        """What a variable is that gets one value, made of others that never change after that."""
        if variable not in self._definitions:
            self._definitions[variable] = self._find_definition(variable)
        return self._definitions[variable]

    def _find_definition(self, variable: int) -> Polynomial | None:
        self._prepare()
        if variable not in self._once or self._types[variable] != "i32":
            return None
        (value,) = self._values[variable]
        if value.size > _MOST_SIZE:
            return None
        try:
            made = Iteration().value(value)
        except Beyond:
            return None
        once, assigned = self._once, self._assigned
        if all(a >= 0 and (a in once or a not in assigned) for a in atoms(made)):
            return made
        return None

    def block(self, statements: list[Statement], depth: int) -> None:
        """Replace the loops in a list; so many loops are around it."""
        at = 0
        while at < len(statements):
            statement = statements[at]
            parts = [] if is_choice(statement) else statement.parts()
            for inner in parts:
                self.block(inner, depth + statement.repeats())
            if parts and statement.repeats():
                try:
                    at = self._replace(statements, at, statement, depth)
                except Beyond:
                    pass
            at += 1

    def _replace(
        self, statements: list[Statement], at: int, loop: Statement, depth: int
    ) -> int:
        """Replace a loop, if that is possible; where the last statement in its place is then."""
        body, test, after, payment = loop_parts(loop)
        before = statements[max(0, at - _NEAR) : at]
        whole = self._whole(loop, test, body, before)
        done, values = self._make(whole)
        change = reads(after)
        for variable, times in reads([loop]).items():
            change[variable] = change.get(variable, 0) - times
        # A loop around it may come back to it with what it has left.
        given = set() if depth else set(whole.iteration.values)
        given.update(s.variable for s in before if isinstance(s, Assign))
        tested = reads([If(test.condition, True, [], [])]) if test is not None else {}
        if whole.may_be_skipped and any(
            variable in whole.iteration.values and variable not in whole.steps.of
            for variable in set(tested) - given
        ):
            raise Beyond  # it would be tested again, with what the last iteration has set
        for variable in self._wanted(whole, values, change, given):
            values[variable] = self._final(whole, variable)
        made = done + assigned_at_once(self._function, values)
        if payment is not None:
            made = [payment.instead(paid(whole, payment), made, alone(loop, after))]
            self._function.assigned_once.difference_update(values)
        made = whole.before + made
        if test is not None and whole.may_be_skipped:
            made = [If(test.condition, test.leaves, made, [])]
        for variable, times in reads(made).items():
            change[variable] = change.get(variable, 0) + times
        for variable, times in change.items():
            self._reads[variable] = self._reads.get(variable, 0) + times
        statements[at : at + 1] = [*made, *after]
        removed = self._remove_starts(statements, at, made, whole)
        return at + len(made) + len(after) - 1 - removed

    def _whole(
        self,
        loop: Statement,
        test: Test | None,
        body: list[Statement],
        before: list[Statement],
    ) -> Whole:
        iteration = execute_round(body)
        whole = Whole(iteration, self._types, self._definition)
        find_starts(before, whole)
        if isinstance(loop, Count):
            whole.begin_counted(loop)
        elif test is not None:
            whole.begin(test)
        self._check_rounds(loop, whole)
        return whole

    def _check_rounds(self, loop: Statement, whole: Whole) -> None:
        """Leave loops alone that are known to be short."""
        rounds = whole.rounds()
        if isinstance(loop, Loop) and loop.counter is not None:
            rounds = min(rounds or loop.counter.rounds, loop.counter.rounds)
        if 0 < rounds * len(whole.iteration.cells or whole.iteration.fills) < _FEWEST:
            raise Beyond
        # The rest that an unrolled loop leaves.
        counted = set(atoms(whole.distance))
        if counted and all(map(self._is_small, counted)):
            raise Beyond

    def _is_small(self, variable: int) -> bool:
        """Whether all that a variable is given is small, except what is made of itself."""
        self._prepare()
        others = [
            value
            for value in self._values.get(variable, ())
            if all(read.index != variable for read in variables(value))
        ]
        return bool(others) and all(map(_is_small, others))

    def _wanted(
        self,
        whole: Whole,
        done: dict[int, Expression],
        change: dict[int, int],
        given: set[int],
    ) -> list[int]:
        """The induction variables that are read afterwards; raises `Beyond` if others are."""
        self._prepare()
        wanted = []
        for variable in whole.iteration.values:
            read = self._reads.get(variable, 0) + change.get(variable, 0)
            if variable in done or variable == whole.counted:
                continue
            if variable in whole.steps.of:
                if read or variable not in given:
                    wanted.append(variable)
            elif read:
                raise Beyond
        return wanted

    def _final(self, whole: Whole, variable: int) -> Expression:
        """What an induction variable is after the loop; raises `Beyond`."""
        type, step = self._types[variable], whole.steps.of[variable]
        if type != "i32":
            raise Beyond
        start = whole.started(unknown(variable), type)
        atom = variable_of(self._types)
        count = number(step)
        if count is not None and count % whole.step == 0:
            moved = scaled(whole.distance, count // whole.step, type)
            end = total(start, moved, type)
            if end is None:
                raise Beyond
            return expression(end, type, atom)
        rounds = expression(whole.distance, type, atom)
        if whole.step > 1:
            size = Const(type, whole.step)
            rounds = operation("i32.div_u", (rounds, size), rounds.size + 8)
        by, first = whole.start(step, type), expression(start, type, atom)
        way = binary("i32.mul", rounds, by)
        return binary("i32.add", first, way)

    def _remove_starts(
        self, statements: list[Statement], at: int, made: list[Statement], whole: Whole
    ) -> int:
        """Take out first values that are not read any more; how many."""
        wanted = set(reads(made))
        set_again = {s.variable for s in made if isinstance(s, Assign)}
        removed = 0
        for place in range(at - 1, max(-1, at - 1 - _NEAR), -1):
            statement = statements[place]
            if not isinstance(statement, Assign):
                break
            variable, value = statement.variable, statement.value
            gone = variable in whole.iteration.values and variable not in wanted
            gone = gone and (variable in set_again or not self._reads.get(variable))
            if gone and isinstance(value, (Const, Variable)):
                del statements[place]
                removed += 1
                for read in variables(value):
                    self._reads[read.index] -= 1
                continue
            set_again.add(variable)
            wanted.discard(variable)
            wanted.update(read.index for read in variables(value))
        return removed


class Parts(NamedTuple):
    body: list[Statement]  # what a loop does in each iteration
    test: Test | None  # leaves it
    after: list[Statement]  # is done then
    payment: Payment | None  # in metered code


def loop_parts(loop: Statement) -> Parts:
    """What a loop consists of; raises `Beyond`."""
    (body,) = loop.parts()
    payment, body = split_payment(body)
    if not 1 <= len(body) <= _MOST_STATEMENTS:
        raise Beyond
    if isinstance(loop, Count):
        return Parts(body, None, [], payment)
    test = _first_test(loop)
    if test is not None:
        return Parts(body, test, [], payment)
    is_first = isinstance(body[0], If)
    if is_first and payment is not None:
        raise Beyond  # it pays once more than it goes on
    leaving = body[0] if is_first else body[-1]
    if not isinstance(leaving, If) or leaving.otherwise:
        raise Beyond
    after = leaving.then
    if not after or after[-1].leaves() < LOOP:
        raise Beyond
    if len(after) > 1 and have_exit(after[:-1], (LOOP, ROUND)):
        raise Beyond
    test = Test(leaving.condition, not leaving.negated, is_first)
    if isinstance(after[-1], Break):
        after = after[:-1]
    body = body[1:] if is_first else body[:-1]
    return Parts(body, test, after, payment)


def alone(loop: Statement, after: list[Statement]) -> Statement:
    """A loop without what it does when it is left."""
    if isinstance(loop, Loop) and after:
        leaving = loop.body[-1]
        assert isinstance(leaving, If)
        leaving.then = [Break()]
        loop.endless = False
    return loop


def _first_test(loop: Statement) -> Test | None:
    """The condition that a loop itself has."""
    if not isinstance(loop, Loop) or loop.condition is None:
        return None
    return Test(loop.condition, loop.negated, True)


def _is_small(value: Expression) -> bool:
    """Whether an integer is less than what makes a long loop."""
    if value.op in ("i32.and", "i32.rem_u"):
        value = value.args[1]
    return isinstance(value, Const) and cast(int, value.imm) <= _FEWEST


def find_starts(before: list[Statement], whole: Whole) -> None:
    """Find the values that variables are given just before a loop."""
    iteration, changed = whole.iteration, set[int]()
    for statement in reversed(before):
        if not isinstance(statement, Assign):
            break
        variable, value = statement.variable, statement.value
        if variable in iteration.values and variable not in changed:
            if isinstance(value, Const) and value.type in ("i32", "i64"):
                whole.starts[variable] = constant(cast(int, value.imm), value.type)
            elif isinstance(value, Variable) and value.index not in changed:
                whole.starts[variable] = unknown(value.index)
                if value.fact is not None and value.index not in iteration.values:
                    known = iteration.alignments.get(value.index, 1)
                    known = max(known, value.fact.alignment)
                    iteration.alignments[value.index] = known
        changed.add(variable)
