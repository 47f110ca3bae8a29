"""The nodes of the intermediate representation.

In which order an expression evaluates its operands is told in `wasm2py.ir.evaluation`. Its `effects` (see
`wasm2py.ir.effects`) are those of the whole tree below it. Statements are executed in order.
Variables are numbers: the parameters and locals of the function first, temporaries after them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, cast

from wasm2py.errors import Unimplemented
from wasm2py.ir.effects import BEYOND, PURE, variable_bit
from wasm2py.spec.opcodes import OPCODES, instructions
from wasm2py.spec.types import MASKS

# The type of what is called: a function that has been looked up in a table.
CALLEE: Final = "callee"


class Fact:
    """Bounds of an unsigned integer, both inclusive, and a power of two that divides it."""

    # Very many are made: of a class of one's own that takes half of what a named tuple takes.
    __slots__ = ("alignment", "high", "low")

    def __init__(self, low: int, high: int, alignment: int) -> None:
        self.low: Final = low
        self.high: Final = high
        self.alignment: Final = alignment

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Fact)
            and self.low == other.low
            and self.high == other.high
            and self.alignment == other.alignment
        )

    def __hash__(self) -> int:
        return hash((self.low, self.high, self.alignment))

    def __repr__(self) -> str:
        return f"Fact({self.low}, {self.high}, {self.alignment})"


class Expression:
    """A value to compute: an instruction, its operands and its immediate.

    `size` is how much there is to it, whatever the target: 3 for a variable, 5 for a constant, that of
    the operands and a few more for an instruction. Each target says how large one may become.
    """

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
        self.size: Final = size

    def __repr__(self) -> str:
        return f"<{self.op} {self.imm!r} {self.args!r}>"

    def text(self) -> str:
        """The mnemonic, applied to operands."""
        args = ", ".join(arg.text() for arg in self.args)
        imm = self.imm
        if isinstance(imm, tuple):
            imm = " ".join(map(str, imm))
        shown = "" if imm is None else f"[{imm}]"
        return f"{self.op}{shown}({args})"

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

    def text(self) -> str:
        return f"{self.type}.null" if self.imm is None else f"{self.type}:{self.imm}"


class Variable(Expression):
    """A variable's value; `fact`, if known, bounds it at this place."""

    __slots__ = ("fact", "index")

    def __init__(self, index: int, type: str) -> None:
        Expression.__init__(self, "local", (), None, type, variable_bit(index), 3)
        self.index = index
        # The least and greatest value, and a power of two that divides it.
        self.fact: Fact | None = None

    def text(self) -> str:
        return f"v{self.index}"

    def rename(self, index: int) -> None:
        """Make it another variable; what it is part of reads that one from now on."""
        self.index = index
        self.effects = variable_bit(index)

    def of(self, index: int) -> Variable:
        """The same of another variable, of which nothing is known yet."""
        return Variable(index, self.type)


TUPLE: Final = "tuple"  # the type of a variable that holds many values


class Elements(Variable):
    """Several elements of a tuple, one after the other: operands, each for itself."""

    __slots__ = ("count", "first", "length", "whole")

    def __init__(self, index: int, first: int, count: int, length: int) -> None:
        Variable.__init__(self, index, TUPLE)
        self.first: Final = first
        self.count: Final = count
        self.length: Final = length  # of the tuple
        self.whole: Final = count == length  # of them all

    def text(self) -> str:
        return f"*v{self.index}[{self.first}:{self.first + self.count}]"

    def of(self, index: int) -> Elements:
        """The same elements of another tuple."""
        return Elements(index, self.first, self.count, self.length)


def same_atom(a: Expression, b: Expression) -> bool:
    """Whether two expressions are the same variable or the same constant."""
    if isinstance(a, Variable):
        return isinstance(b, Variable) and a.index == b.index
    return isinstance(a, Const) and isinstance(b, Const) and a.imm == b.imm


_HALVES: Final = {type: (mask + 1) // 2 for type, mask in MASKS.items()}


def signed_value(constant: Const) -> int:
    """The signed reading of an integer constant."""
    value = cast(int, constant.imm)
    half = _HALVES[constant.type]
    return value - 2 * half if value >= half else value


# The instructions that give one value, and its type.
_RESULTS: Final = {
    row.name: row.results[0]
    for row in OPCODES
    if row.results is not None and len(row.results) == 1
}


def operation(op: str, args: tuple[Expression, ...], size: int) -> Expression:
    """A numeric instruction that cannot trap, whose type is in its row."""
    if op not in _RESULTS:
        raise Unimplemented(f"there is no single result of {op}")
    effects = PURE
    for arg in args:
        effects |= arg.effects
    return Expression(op, args, None, _RESULTS[op], effects, size)


def binary(op: str, left: Expression, right: Expression) -> Expression:
    """A numeric instruction with two operands that cannot trap."""
    return operation(op, (left, right), left.size + right.size + 4)


ADDITIONS: Final = instructions("add")


def added_up(expression: Expression) -> Expression:
    """A sum with its constants added up, on the right."""
    if expression.op not in ADDITIONS:
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
    constant &= 2 * _HALVES[type] - 1
    if not operands:
        return Const(type, constant)
    if not constant:
        return sum
    args = (sum, Const(type, constant))
    return Expression(op, args, None, type, effects, expression.size)


# How far a statement leads away from what follows it.
NOTHING: Final = 0  # control goes on to the next statement, sooner or later
ROUND: Final = 1  # it leaves the round of the innermost loop
LOOP: Final = 2  # the innermost loop
FUNCTION: Final = 3


class Statement:
    """Something to do: it evaluates expressions and then gives values to variables, or decides where to go.

    Passes ask it for what they need, so that a new class of statements is no concern of theirs.
    """

    __slots__ = ()

    def text(self) -> list[str]:
        """How it is printed: what stands before each of its parts, or all there is if it has none."""
        raise NotImplementedError(type(self).__name__)

    # What it calculates

    def own(self) -> tuple[Expression, ...]:
        """What it evaluates itself, in order, without the statements inside."""
        return ()

    def replace_own(self, expressions: tuple[Expression, ...]) -> None:
        """Evaluate these in place of its own, one for each."""
        if expressions:
            raise NotImplementedError(type(self).__name__)

    def rewrite(self, rewritten: Callable[[Expression], Expression]) -> None:
        """Evaluate what a function gives for each of its own expressions, in place of that."""
        self.replace_own(tuple(map(rewritten, self.own())))

    def defines(self) -> tuple[int, ...]:
        """The variables that it gives values, after it has evaluated its own expressions."""
        return ()

    def rename(self, before: int, after: int) -> None:
        """Define another variable in place of one that it defines."""
        raise NotImplementedError(type(self).__name__)

    def again(self) -> Statement:
        """Another one that does the same; not for those with parts."""
        raise NotImplementedError(type(self).__name__)

    # Where control goes

    def is_control(self) -> bool:
        """Whether it has to do with where control goes; no block contains it then."""
        return False

    def parts(self) -> list[list[Statement]]:
        """The lists of statements that it consists of.

        One of them is executed, or they are executed again and again: see `repeats`. Passes change them
        in place.
        """
        return _NO_PARTS

    def repeats(self) -> bool:
        """Whether it is a loop; with no expression of its own, one that goes on until it is left."""
        return False

    def evaluates_each_round(self) -> bool:
        """Whether a loop evaluates its own expressions before each round, not once before all."""
        return False

    def is_condition(self) -> bool:
        """Whether of what it evaluates it only matters that it is zero or not."""
        return False

    def leaves(self) -> int:
        """What it always leaves by itself: `NOTHING`, `ROUND`, `LOOP` or `FUNCTION`."""
        return NOTHING

    def ends(self) -> bool:
        """Whether control never goes on to the next statement."""
        return self.leaves() != NOTHING


class Assign(Statement):
    """Give a variable the value of an expression."""

    __slots__ = ("value", "variable")

    def __init__(self, variable: int, value: Expression) -> None:
        self.variable = variable
        self.value = value

    def again(self) -> Assign:
        return Assign(self.variable, self.value)

    def text(self) -> list[str]:
        return [f"v{self.variable} = {self.value.text()}"]

    def own(self) -> tuple[Expression, ...]:
        return (self.value,)

    def replace_own(self, expressions: tuple[Expression, ...]) -> None:
        (self.value,) = expressions

    def defines(self) -> tuple[int, ...]:
        return (self.variable,)

    def rename(self, before: int, after: int) -> None:
        self.variable = after


class AssignMany(Statement):
    """Give several variables the results of a call."""

    __slots__ = ("value", "variables")

    def __init__(self, variables: tuple[int, ...], value: Expression) -> None:
        self.variables = variables
        self.value = value

    def again(self) -> AssignMany:
        return AssignMany(self.variables, self.value)

    def text(self) -> list[str]:
        names = ", ".join(f"v{variable}" for variable in self.variables)
        return [f"{names} = {self.value.text()}"]

    def own(self) -> tuple[Expression, ...]:
        return (self.value,)

    def replace_own(self, expressions: tuple[Expression, ...]) -> None:
        (self.value,) = expressions

    def defines(self) -> tuple[int, ...]:
        return self.variables

    def rename(self, before: int, after: int) -> None:
        self.variables = tuple(after if v == before else v for v in self.variables)


class Do(Statement):
    """Execute an instruction for its effects: a store, a call, a value that may trap and is dropped."""

    __slots__ = ("value",)

    def __init__(self, value: Expression) -> None:
        self.value = value

    def again(self) -> Do:
        return Do(self.value)

    def text(self) -> list[str]:
        return [self.value.text()]

    def own(self) -> tuple[Expression, ...]:
        return (self.value,)

    def replace_own(self, expressions: tuple[Expression, ...]) -> None:
        (self.value,) = expressions


class Counter(NamedTuple):
    """A loop's variable that is stepped once a round, hits an end exactly, and decides by that."""

    variable: int
    step: int
    end: Expression  # a variable or constant
    signed: bool = False  # it moves towards its end as a signed number
    rounds: int = 0  # at most


_NO_PARTS: Final[list[list[Statement]]] = []
