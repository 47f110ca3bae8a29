"""The nodes of structured code, which the target Python makes of a graph of blocks.

Its lists of statements have those of `wasm2py.ir.nodes` in them, too.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from wasm2py.ir.effects import PURE
from wasm2py.ir.nodes import (
    FUNCTION,
    LOOP,
    ROUND,
    Counter,
    Expression,
    Statement,
)
from wasm2py.spec.opcodes import LOADS


class LabelTest(Expression):
    """Whether the pending branch goes to a label (`==`), or to one before (`<`) or not before (`>=`)."""

    __slots__ = ("label", "relation")

    def __init__(self, label: int, relation: str = "==") -> None:
        super().__init__("label", (), None, "i32", PURE, 8)
        self.label: Final = label
        self.relation: Final = relation

    def text(self) -> str:
        return f"to {self.relation} {self.label}"

    def holds(self, label: int) -> bool:
        """Whether it is so when the pending branch goes to a label."""
        if self.relation == "==":
            return label == self.label
        return (label < self.label) == (self.relation == "<")


def ends(statements: list[Statement]) -> bool:
    """Whether control never reaches the end of a list of statements."""
    return bool(statements) and statements[-1].ends()


def have_exit(statements: list[Statement], kinds: tuple[int, ...]) -> bool:
    """Whether some of them, or inside of them, leave what they are in: the loop, or its round, by `kinds`."""
    for statement in statements:
        if not statement.is_control():
            continue
        if statement.leaves() in kinds:
            return True
        if not statement.repeats():
            for part in statement.parts():
                if have_exit(part, kinds):
                    return True
    return False


class Control(Statement):
    """A statement of structured code, which decides where to go."""

    __slots__ = ()

    def is_control(self) -> bool:
        return True


class Return(Control):
    """Leave the function with its results."""

    __slots__ = ("values",)

    def __init__(self, values: tuple[Expression, ...]) -> None:
        self.values = values

    def again(self) -> Return:
        return Return(self.values)

    def text(self) -> list[str]:
        return [f"return {', '.join(value.text() for value in self.values)}".rstrip()]

    def own(self) -> tuple[Expression, ...]:
        return self.values

    def replace_own(self, expressions: tuple[Expression, ...]) -> None:
        self.values = expressions

    def leaves(self) -> int:
        return FUNCTION


class Unreachable(Control):
    """Trap."""

    __slots__ = ()

    def again(self) -> Unreachable:
        return Unreachable()

    def text(self) -> list[str]:
        return ["unreachable"]

    def leaves(self) -> int:
        return FUNCTION


class If(Control):
    """Choose by a condition; `negated` swaps its sense without touching the expression."""

    __slots__ = ("condition", "negated", "otherwise", "then")

    def __init__(
        self,
        condition: Expression,
        negated: bool,
        then: list[Statement],
        otherwise: list[Statement],
    ) -> None:
        self.condition = condition
        self.negated = negated
        self.then = then
        self.otherwise = otherwise

    def text(self) -> list[str]:
        head = f"{'unless' if self.negated else 'if'} {self.condition.text()}"
        return [head, "else"] if self.otherwise else [head]

    def own(self) -> tuple[Expression, ...]:
        return (self.condition,)

    def replace_own(self, expressions: tuple[Expression, ...]) -> None:
        (self.condition,) = expressions

    def parts(self) -> list[list[Statement]]:
        return [self.then, self.otherwise]

    def is_condition(self) -> bool:
        return True

    def ends(self) -> bool:
        return ends(self.then) and ends(self.otherwise)


class Loop(Control):
    """Repeat the body until a `Break`; with a condition, test it before each round."""

    __slots__ = ("body", "condition", "counter", "endless", "negated")

    def __init__(
        self,
        body: list[Statement],
        condition: Expression | None = None,
        negated: bool = False,
        endless: bool = False,
        counter: Counter | None = None,
    ) -> None:
        self.body = body
        self.counter = counter
        self.endless = endless  # nothing breaks out of it
        self.condition = condition
        self.negated = negated

    def text(self) -> list[str]:
        if self.condition is None:
            return ["loop"]
        sense = "until" if self.negated else "while"
        return [f"loop {sense} {self.condition.text()}"]

    def own(self) -> tuple[Expression, ...]:
        return () if self.condition is None else (self.condition,)

    def replace_own(self, expressions: tuple[Expression, ...]) -> None:
        if self.condition is not None:
            (self.condition,) = expressions

    def parts(self) -> list[list[Statement]]:
        return [self.body]

    def repeats(self) -> bool:
        return True

    def evaluates_each_round(self) -> bool:
        return True

    def is_condition(self) -> bool:
        return True

    def ends(self) -> bool:
        return self.endless


class Through(Control):
    """A loop that gives its variables other values in each round, exact ones."""

    __slots__ = ()

    def repeats(self) -> bool:
        return True

    def readings(self) -> dict[int, bool]:
        """The integers that it gives as signed numbers, or as unsigned ones, and cannot give otherwise."""
        raise NotImplementedError(type(self).__name__)


class Count(Through):
    """Repeat the body for each value of a variable from `start` on, up to and without `end`.

    The end is hit exactly, after one round at least. What the variable is after that is not defined.
    `signed` says in which reading start and end are apart by a multiple of the step.
    """

    __slots__ = ("body", "end", "signed", "start", "step", "variable")

    def __init__(
        self, start: Expression, counter: Counter, body: list[Statement]
    ) -> None:
        self.variable = counter.variable
        self.start = start
        self.end = counter.end
        self.step = counter.step
        self.signed = counter.signed
        self.body = body

    def text(self) -> list[str]:
        bounds = f"from {self.start.text()} to {self.end.text()} by {self.step}"
        return [f"count v{self.variable} {bounds}"]

    def own(self) -> tuple[Expression, ...]:
        return (self.start, self.end)

    def replace_own(self, expressions: tuple[Expression, ...]) -> None:
        self.start, self.end = expressions

    def defines(self) -> tuple[int, ...]:
        return (self.variable,)

    def rename(self, before: int, after: int) -> None:
        self.variable = after

    def readings(self) -> dict[int, bool]:
        return {self.variable: self.signed}

    def parts(self) -> list[list[Statement]]:
        return [self.body]


class Row(NamedTuple):
    """Cells that a loop goes through: where each is loaded to, how, and how far the next one is."""

    variable: int
    op: str
    offset: int
    memory: int
    stride: int


class EachCell(Through):
    """Repeat the body so many times, with the next cell of each row: the first ones are at given addresses.

    They are loaded when a round begins, and trap as their instructions do.
    """

    __slots__ = ("body", "firsts", "rounds", "rows")

    def __init__(
        self,
        rows: tuple[Row, ...],
        firsts: tuple[Expression, ...],
        rounds: int,
        body: list[Statement],
    ) -> None:
        self.rows = rows
        self.firsts = firsts
        self.rounds: Final = rounds
        self.body = body

    def text(self) -> list[str]:
        rows = [
            f"v{row.variable} from {row.op}[{row.offset} {row.memory}]"
            f"({first.text()}) by {row.stride}"
            for row, first in zip(self.rows, self.firsts)
        ]
        return [f"each {', '.join(rows)}, {self.rounds} times"]

    def own(self) -> tuple[Expression, ...]:
        return self.firsts

    def replace_own(self, expressions: tuple[Expression, ...]) -> None:
        self.firsts = expressions

    def defines(self) -> tuple[int, ...]:
        return tuple(row.variable for row in self.rows)

    def rename(self, before: int, after: int) -> None:
        self.rows = tuple(
            row._replace(variable=after) if row.variable == before else row
            for row in self.rows
        )

    def readings(self) -> dict[int, bool]:
        return {row.variable: True for row in self.rows if LOADS[row.op].signed}

    def parts(self) -> list[list[Statement]]:
        return [self.body]


class Switch(Control):
    """Choose an arm by a number: `bounds[i]` is the first number of arm `i + 1`."""

    __slots__ = ("arms", "bounds", "index")

    def __init__(
        self, index: Expression, bounds: list[int], arms: list[list[Statement]]
    ) -> None:
        self.index = index
        self.bounds = bounds
        self.arms = arms

    def text(self) -> list[str]:
        heads = [f"from {start}" for start in (0, *self.bounds)]
        heads[0] = f"switch {self.index.text()}\n{heads[0]}"
        return heads

    def own(self) -> tuple[Expression, ...]:
        return (self.index,)

    def replace_own(self, expressions: tuple[Expression, ...]) -> None:
        (self.index,) = expressions

    def parts(self) -> list[list[Statement]]:
        return self.arms

    def ends(self) -> bool:
        return all(map(ends, self.arms))


class Break(Control):
    """Leave the innermost loop."""

    __slots__ = ()

    def again(self) -> Break:
        return Break()

    def text(self) -> list[str]:
        return ["break"]

    def leaves(self) -> int:
        return LOOP


class Continue(Control):
    """Begin the innermost loop's next round."""

    __slots__ = ()

    def again(self) -> Continue:
        return Continue()

    def text(self) -> list[str]:
        return ["continue"]

    def leaves(self) -> int:
        return ROUND


class SetLabel(Control):
    """Note where a branch goes, for the tests it passes on its way."""

    __slots__ = ("label",)

    def __init__(self, label: int) -> None:
        self.label = label

    def text(self) -> list[str]:
        return [f"to {self.label}"]
