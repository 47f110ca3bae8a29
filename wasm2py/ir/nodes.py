"""The nodes of the intermediate representation.

In which order an expression evaluates its operands is told in `wasm2py.ir.evaluation`. Its `effects` (see
`wasm2py.ir.effects`) are those of the whole tree below it. Statements are executed in order.
Variables are numbers: the parameters and locals of the function first, temporaries after them.
"""

from __future__ import annotations

from typing import Final, NamedTuple, cast

from wasm2py.ir.effects import BEYOND, PURE, variable_bit

# The type of what is called: a function that has been looked up in a table.
CALLEE: Final = "callee"


class Fact(NamedTuple):
    """Bounds of an unsigned integer, both inclusive, and a power of two that divides it."""

    low: int
    high: int
    alignment: int


class Expression:
    """A value to compute: an instruction, its operands and its immediate."""

    __slots__ = ("args", "effects", "imm", "op", "size", "type")

    def __init__(
        self,
        op: str,
        args: tuple[Expression, ...],
        imm: object,
        type: str,
        effects: int,
        size: int,
    ) -> None:
        self.op: Final = op
        self.args: Final = args
        self.imm: Final = imm
        self.type: Final = type
        self.effects = effects
        self.size: Final = size  # how much there is to it: about 3 for a variable, 5 for a constant

    def __repr__(self) -> str:
        return f"<{self.op} {self.imm!r} {self.args!r}>"

    def with_arg(self, at: int, arg: Expression) -> Expression:
        """The same with another operand."""
        args = (*self.args[:at], arg, *self.args[at + 1 :])
        effects = self.effects
        for operand in args:
            effects |= operand.effects
        size = self.size + arg.size - self.args[at].size
        return Expression(self.op, args, self.imm, self.type, effects, size)

    def refresh_effects(self, renamed: int) -> int:
        """Make the effects say which variables are read, after some have been renamed.

        `renamed` are the effects of reading these under their former names.
        """
        if self.args and self.effects & renamed:
            effects = self.effects & BEYOND
            for arg in self.args:
                effects |= arg.refresh_effects(renamed) & ~BEYOND
            self.effects = effects
        return self.effects


class Const(Expression):
    """A number: `imm` is an int for integers, the bit pattern for floats, None for a null."""

    __slots__ = ()

    def __init__(self, type: str, value: object) -> None:
        Expression.__init__(self, "const", (), value, type, PURE, 5)


class Variable(Expression):
    """A variable's value; `fact`, if known, bounds it at this place."""

    __slots__ = ("fact", "index")

    def __init__(self, index: int, type: str) -> None:
        Expression.__init__(self, "local", (), None, type, variable_bit(index), 3)
        self.index = index
        # The least and greatest value, and a power of two that divides it.
        self.fact: Fact | None = None

    def rename(self, index: int) -> None:
        """Make it another variable; what it is part of reads that one from now on."""
        self.index = index
        self.effects = variable_bit(index)


TUPLE: Final = "tuple"  # the type of a variable that holds many values


class Elements(Variable):
    """Several elements of a tuple, one after the other: operands, each for itself."""

    __slots__ = ("count", "first", "whole")

    def __init__(self, index: int, first: int, count: int, length: int) -> None:
        Variable.__init__(self, index, TUPLE)
        self.first: Final = first
        self.count: Final = count
        self.whole: Final = count == length  # of them all


def same_atom(a: Expression, b: Expression) -> bool:
    """Whether two expressions are the same variable or the same constant."""
    if isinstance(a, Variable):
        return isinstance(b, Variable) and a.index == b.index
    return isinstance(a, Const) and isinstance(b, Const) and a.imm == b.imm


def signed_value(constant: Const) -> int:
    """The signed reading of an integer constant."""
    value = cast(int, constant.imm)
    half = 1 << (31 if constant.type == "i32" else 63)
    return value - 2 * half if value >= half else value


def operation(op: str, args: tuple[Expression, ...], size: int) -> Expression:
    """A numeric instruction that cannot trap; the type is in its mnemonic."""
    effects = PURE
    for arg in args:
        effects |= arg.effects
    return Expression(op, args, None, op[:3], effects, size)


def binary(op: str, left: Expression, right: Expression) -> Expression:
    """A numeric instruction with two operands that cannot trap."""
    return operation(op, (left, right), left.size + right.size + 4)


def added_up(expression: Expression) -> Expression:
    """A sum with its constants added up, on the right."""
    if expression.op not in ("i32.add", "i64.add"):
        return expression
    left, right = expression.args
    if isinstance(left, Const):
        left, right = right, left
    elif left.op != expression.op != right.op and right.imm != 0:
        return expression  # as most are
    constant = 0
    operands = []
    for operand in (left, right):
        if isinstance(operand, Const):
            constant += cast(int, operand.imm)
            continue
        if operand.op == expression.op and isinstance(operand.args[1], Const):
            constant += cast(int, operand.args[1].imm)
            operand = operand.args[0]
        operands.append(operand)
    op, type, effects = expression.op, expression.type, expression.effects
    sum = operands[0] if operands else Const(type, 0)
    if len(operands) == 2:
        sum = Expression(op, tuple(operands), None, type, effects, expression.size)
    constant &= 0xFFFFFFFF if type == "i32" else 0xFFFFFFFFFFFFFFFF
    if not operands:
        return Const(type, constant)
    if not constant:
        return sum
    args = (sum, Const(type, constant))
    return Expression(op, args, None, type, effects, expression.size)


class LabelTest(Expression):
    """Whether the pending branch goes to a label (`==`), or to one before (`<`) or not before (`>=`)."""

    __slots__ = ("label", "relation")

    def __init__(self, label: int, relation: str = "==") -> None:
        super().__init__("label", (), None, "i32", PURE, 8)
        self.label: Final = label
        self.relation: Final = relation


class Statement:
    """Something to do."""

    __slots__ = ()

    def parts(self) -> list[list[Statement]]:
        """The lists of statements that it consists of."""
        return _NO_PARTS

    def own(self) -> tuple[Expression, ...]:
        """What it evaluates itself, without the statements inside."""
        return ()


class Assign(Statement):
    """Give a variable the value of an expression."""

    __slots__ = ("value", "variable")

    def __init__(self, variable: int, value: Expression) -> None:
        self.variable = variable
        self.value = value

    def own(self) -> tuple[Expression, ...]:
        return (self.value,)


class AssignMany(Statement):
    """Give several variables the results of a call."""

    __slots__ = ("value", "variables")

    def __init__(self, variables: tuple[int, ...], value: Expression) -> None:
        self.variables = variables
        self.value = value

    def own(self) -> tuple[Expression, ...]:
        return (self.value,)


class Do(Statement):
    """Execute an instruction for its effects: a store, a call, a value that may trap and is dropped."""

    __slots__ = ("value",)

    def __init__(self, value: Expression) -> None:
        self.value = value

    def own(self) -> tuple[Expression, ...]:
        return (self.value,)


class Return(Statement):
    """Leave the function with its results."""

    __slots__ = ("values",)

    def __init__(self, values: tuple[Expression, ...]) -> None:
        self.values = values

    def own(self) -> tuple[Expression, ...]:
        return self.values


class Unreachable(Statement):
    """Trap."""

    __slots__ = ()


class If(Statement):
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

    def parts(self) -> list[list[Statement]]:
        return [self.then, self.otherwise]

    def own(self) -> tuple[Expression, ...]:
        return (self.condition,)


class Counter(NamedTuple):
    """A loop's variable that is stepped once a round, hits an end exactly, and decides by that."""

    variable: int
    step: int
    end: Expression  # a variable or constant
    signed: bool = False  # it moves towards its end as a signed number
    rounds: int = 0  # at most


class Loop(Statement):
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

    def parts(self) -> list[list[Statement]]:
        return [self.body]

    def own(self) -> tuple[Expression, ...]:
        return () if self.condition is None else (self.condition,)


class Count(Statement):
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

    def parts(self) -> list[list[Statement]]:
        return [self.body]

    def own(self) -> tuple[Expression, ...]:
        return (self.start, self.end)


class Switch(Statement):
    """Choose an arm by a number: `bounds[i]` is the first number of arm `i + 1`."""

    __slots__ = ("arms", "bounds", "index")

    def __init__(
        self, index: Expression, bounds: list[int], arms: list[list[Statement]]
    ) -> None:
        self.index = index
        self.bounds = bounds
        self.arms = arms

    def parts(self) -> list[list[Statement]]:
        return self.arms

    def own(self) -> tuple[Expression, ...]:
        return (self.index,)


class Break(Statement):
    """Leave the innermost loop."""

    __slots__ = ()


class Continue(Statement):
    """Begin the innermost loop's next round."""

    __slots__ = ()


class SetLabel(Statement):
    """Note where a branch goes, for the tests it passes on its way."""

    __slots__ = ("label",)

    def __init__(self, label: int) -> None:
        self.label = label


_NO_PARTS: Final[list[list[Statement]]] = []

ABRUPT: Final = (Return, Unreachable, Break, Continue)
