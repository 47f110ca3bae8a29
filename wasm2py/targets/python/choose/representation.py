"""Chooses in which form an integer variable is kept.

As a rule that is the exact unsigned value. An integer that is mostly compared or shifted as a signed number is
kept as one, with the variables that it is copied from and to. A temporary whose low bits alone are
used later may keep what an operation left above them. Whatever the form, the bounds that
`Expressions` keeps say so, and each use does what it must: the choice is a matter of speed only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from wasm2py.analysis.block_frequency import weighted
from wasm2py.analysis.ranges.domain import as_signed, as_unsigned
from wasm2py.analysis.ranges.induction_variables import (
    ADDITIVE,
    SUBTRACTIONS,
    ZERO_TESTS,
    has_step,
)
from wasm2py.analysis.union_find import Groups
from wasm2py.ir.nodes import Assign, Const, Expression, Statement, Variable
from wasm2py.ir.walk import every
from wasm2py.spec.opcodes import ACCESSES, LOADS, STORES, instructions
from wasm2py.spec.types import I32, MASKS
from wasm2py.targets.python.choose.element_units import choose_scales
from wasm2py.targets.python.choose.nan_quieting import find_careless
from wasm2py.targets.python.choose.size_heuristics import Evidence, Magnitudes
from wasm2py.targets.python.choose.unmasked_sums import Addition, choose_sums
from wasm2py.targets.python.emit.code import signed_constant
from wasm2py.targets.python.lower.loop_versions import TEST, tested_numbers
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import Through

# The results of these depend on the low bits of their operands only.
LOW_BITS: Final = instructions("add", "sub", "mul", "and", "or", "xor")

SIGNED_COMPARISONS: Final = instructions(
    "lt", "le", "gt", "ge", types=MASKS, signed=True
)
_SIGNED: Final = instructions("shr", signed=True) | {
    "i64.extend_i32_s",
    "f64.convert_i32_s",
    "f32.convert_i32_s",
    "f64.convert_i64_s",
    "f32.convert_i64_s",
}
_LOADS: Final = frozenset(name for name, load in LOADS.items() if load.type in MASKS)
_STORES: Final = frozenset(
    name for name, store in STORES.items() if store.type in MASKS
)

# What signed form saves, or an exact unsigned value costs then, in steps of about 5 ns.
_GAIN: Final = 4
_GAIN_WITH_CONSTANT: Final = {"i32": 1, "i64": 3}  # long constants cost more
_COST: Final = 3
_SUM_COST: Final = 2
_PARAMETER_COST: Final = 6
_STEP_GAIN: Final = 2
_ALWAYS: Final = 1 << 30  # a weight: whatever it costs

_BYTE: Final = 1 << 8
_GREATEST_SIGNED: Final = {type: mask // 2 for type, mask in MASKS.items()}


class Forms(NamedTuple):
    """The variables that are kept in another form than the exact unsigned value."""

    signed: set[int]
    low_bits: set[int]
    sums: set[int]  # in low bits, and what is added to them
    scaled: dict[int, int]  # divided by a power of two, this its exponent
    calculated: set[int]  # f32 that are no signalling NaNs
    indifferent: set[int]  # f32 of which it does not matter whether they are
    magnitudes: Magnitudes


def plain_forms(function: StructuredFunction) -> Forms:
    """Exact unsigned values, except for what goes through a range of signed numbers."""
    signed = {
        variable
        for statement in every(function.statements)
        if isinstance(statement, Through)
        for variable, is_signed in statement.readings().items()
        if is_signed
    }
    return Forms(signed, set(), set(), {}, set(), set(), Magnitudes())


def choose_forms(function: StructuredFunction, tune: str) -> Forms:
    """The forms of a function's variables; parameters arrive as unsigned values."""
    # Elsewhere an i64 is a signed word in any case.
    kinds = frozenset(MASKS if tune == "cpython" else (I32,))
    chooser = _Chooser(function, kinds)
    for statement, weight in weighted(function.statements):
        chooser.look_at(statement, weight)
    exact = chooser.exact
    low_bits = {
        variable
        for variable in chooser.used_in_part
        if variable in function.assigned_once and variable not in exact
    }
    sums: set[int] = set()
    magnitudes = Magnitudes()
    if tune == "cpython":  # Elsewhere a mask costs less than a long number.
        sums = choose_sums(
            function, chooser.additions, low_bits, exact, chooser.factors
        )
        magnitudes = chooser.sizes.magnitudes()
    # Elsewhere an address finds its cell as it is.
    scaled = choose_scales(function) if tune == "pypy" else {}
    for variable in sums:
        scaled.pop(variable, None)
    low_bits = (low_bits | sums) - set(scaled)
    signed = chooser.signed() - low_bits - chooser.counted | chooser.counted_signed
    return Forms(signed, low_bits, sums, scaled, *find_careless(function), magnitudes)


def _step_gain(variable: Variable, constant: Const, op: str) -> int:
    """What signed form saves where a constant is added: the test for wrapping around."""
    fact = variable.fact
    if fact is None:
        return 0
    step = signed_constant(constant).low
    if op in SUBTRACTIONS:
        step = -step
    mask = MASKS[variable.type]
    half = mask // 2 + 1
    unsigned, signed = as_unsigned(fact, mask), as_signed(fact, mask)
    fits = unsigned.low + step >= 0 and unsigned.high + step <= mask
    fits_signed = signed.low + step >= -half and signed.high + step < half
    return _STEP_GAIN * (fits_signed - fits)


def _made_as(value: Expression) -> int:
    """What it takes to have a value in signed form, as a negative number."""
    if isinstance(value, Const) or value.op in _LOADS:
        return 0
    if value.op in ADDITIVE:
        left, right = value.args
        if isinstance(left, Variable) and isinstance(right, Const):
            return _step_gain(left, right, value.op)
        return -_SUM_COST
    return -_COST if value.op not in LOW_BITS else -_SUM_COST


def _is_near_zero(index: Expression) -> bool:
    """Whether a number's signed reading is short enough for a row of bytes."""
    if not isinstance(index, Variable) or index.fact is None:
        return False
    signed = as_signed(index.fact, MASKS[I32])
    return signed.low > -_BYTE and signed.high < _BYTE


class _Chooser:
    """Goes once through a function's expressions, for all that depends on how its variables are used."""

    def __init__(self, function: StructuredFunction, kinds: frozenset[str]) -> None:
        self.exact: dict[int, int] = {}  # how often the exact value is wanted
        self.factors: dict[int, int] = {}  # how often it is multiplied by a variable
        self.used_in_part: set[int] = set()  # of what low bits are
        self.additions: list[Addition] = []
        self.sizes = Evidence()
        self.counted: set[int] = set()  # that loops give as unsigned numbers
        self.counted_signed: set[int] = set()  # or as signed ones
        self._types = function.types
        self._once = function.assigned_once
        self._kinds = kinds  # of integers that may be kept as signed ones
        self._scores = dict.fromkeys(range(function.params), -_PARAMETER_COST)
        self._groups = Groups()

    def signed(self) -> set[int]:
        """The variables that signed form suits."""
        if max(self._scores.values(), default=0) <= 0:
            return set()
        totals: dict[int, int] = {}
        leaders: dict[int, int] = {}
        for variable, score in self._scores.items():
            leader = leaders[variable] = self._groups.leader(variable)
            totals[leader] = totals.get(leader, 0) + score
        types = self._types
        return {
            variable
            for variable, leader in leaders.items()
            if totals[leader] > 0 and types[variable] in self._kinds
        }

    def look_at(self, statement: Statement, weight: int) -> None:
        """Look at what a statement that is executed so often evaluates itself."""
        if isinstance(statement, Assign):
            self._assign(statement.variable, statement.value, weight)
            if statement.value.type == I32:
                self.sizes.assigned(statement)
        else:
            self._look_at_other(statement, weight)

    def _look_at_other(self, statement: Statement, weight: int) -> None:
        if isinstance(statement, Through):
            self._through(statement, weight)
            return
        if not statement.is_control():
            for value in statement.own():
                self.visit(value, weight)
        elif values := statement.own():
            gain = 0 if statement.is_condition() else -_COST
            for value in values:
                self.use(value, weight, gain)
        for variable in statement.defines():
            self._score(variable, -_COST * weight)

    def _through(self, loop: Through, weight: int) -> None:
        """Look at where a loop begins and ends, and at what it gives."""
        given = loop.defines()
        for bound in loop.own():
            if not isinstance(bound, Variable) or bound.index not in given:
                self.use(bound, weight, -_COST)
        for variable in given:
            self._score(variable, 0)
            self.want_exact(variable, _ALWAYS)
        for variable, signed in loop.readings().items():
            (self.counted_signed if signed else self.counted).add(variable)

    def _assign(self, variable: int, value: Expression, weight: int) -> None:
        if isinstance(value, Variable):
            self._copy(variable, value.index, weight)
            return
        if value.op == "select":
            self._select(variable, value, weight)
            return
        if value.op in ADDITIVE and variable not in self._once:
            self.additions.append(Addition(variable, value, weight))
        self.visit(value, weight)
        made = _made_as(value)
        if made:
            self._score(variable, made * weight)

    def _copy(self, variable: int, source: int, weight: int) -> None:
        self.want_exact(source, weight)
        self._score(source, 0)
        self._score(variable, 0)
        self._groups.join(variable, source)

    def _select(self, variable: int, value: Expression, weight: int) -> None:
        """One of two values: what is copied from a variable need not change its form."""
        test, *arms = value.args
        self.use(test, weight, 0)
        if all(isinstance(arm, (Variable, Const)) for arm in arms):
            for arm in arms:
                if isinstance(arm, Variable):
                    self._copy(variable, arm.index, weight)
            return
        for arm in arms:
            self.use(arm, weight, 0)
        self._score(variable, -_COST * weight)

    def visit(self, expression: Expression, weight: int) -> None:
        """Look at the operands of an expression."""
        _USES.get(expression.op, _exact)(self, expression, weight)

    def use_low_bits(self, args: tuple[Expression, ...], weight: int) -> None:
        """Look at what is used in low bits."""
        for arg in args:
            if isinstance(arg, Variable):
                self.used_in_part.add(arg.index)
            elif arg.args:
                self.visit(arg, weight)

    def use(self, expression: Expression, weight: int, gain: int) -> None:
        """Look at what is used as an exact value, and what signed form gains then."""
        if isinstance(expression, Variable):
            index = expression.index
            self.exact[index] = self.exact.get(index, 0) + weight
            if not gain:
                return
            fact = expression.fact
            # A small number costs nothing in either form, if it has no sign.
            if (
                fact is None
                or fact.high > _GREATEST_SIGNED[expression.type]
                or (fact.low < 0 < gain)
            ):
                self._scores[index] = self._scores.get(index, 0) + gain * weight
        elif expression.args:
            _USES.get(expression.op, _exact)(self, expression, weight)

    def use_near_address(self, address: Expression, weight: int) -> None:
        """Look at what is not far from where memory is accessed: in signed form, the sum may take a mask."""
        variable, step = address.args
        if isinstance(variable, Variable) and isinstance(step, Const):
            gain = _step_gain(variable, step, address.op)
            if gain < 0:
                self._score(variable.index, gain * weight)

    def multiply(self, factors: tuple[Expression, ...], weight: int) -> None:
        """Look at what is multiplied by each other."""
        for factor in factors:
            if isinstance(factor, Variable):
                times = self.factors.get(factor.index, 0)
                self.factors[factor.index] = times + weight

    def want_exact(self, variable: int, weight: int) -> None:
        """Note that a variable's exact value is wanted so often."""
        self.exact[variable] = self.exact.get(variable, 0) + weight

    def _score(self, variable: int, score: int) -> None:
        self._scores[variable] = self._scores.get(variable, 0) + score


# How instructions use their operands.


def _exact(chooser: _Chooser, expression: Expression, weight: int) -> None:
    for arg in expression.args:
        chooser.use(arg, weight, -_COST)


def _arithmetic(chooser: _Chooser, expression: Expression, weight: int) -> None:
    chooser.use_low_bits(expression.args, weight)


def _exclusive_or(chooser: _Chooser, expression: Expression, weight: int) -> None:
    chooser.sizes.mixed()
    chooser.use_low_bits(expression.args, weight)


def _product(chooser: _Chooser, expression: Expression, weight: int) -> None:
    args = expression.args
    chooser.sizes.mixed()
    chooser.use_low_bits(args, weight)
    if not isinstance(args[1], Const):
        chooser.multiply(args, weight)


def _shift(chooser: _Chooser, expression: Expression, weight: int) -> None:
    args = expression.args
    chooser.sizes.mixed()
    chooser.use_low_bits(args[:1], weight)
    chooser.use(args[1], weight, -_COST)


def _rotation(chooser: _Chooser, expression: Expression, weight: int) -> None:
    chooser.sizes.mixed()
    _exact(chooser, expression, weight)


def _switch_arm(chooser: _Chooser, expression: Expression, weight: int) -> None:
    args = expression.args
    if _is_near_zero(args[0]):
        chooser.use_low_bits(args, weight)  # negative numbers find the default
    else:
        chooser.use(args[0], weight, -_COST)


def _signed(chooser: _Chooser, expression: Expression, weight: int) -> None:
    for arg in expression.args:
        chooser.use(arg, weight, _GAIN)


def _signed_comparison(chooser: _Chooser, expression: Expression, weight: int) -> None:
    args = expression.args
    if args[0].type == I32:
        chooser.sizes.compared(expression)
    with_constant = isinstance(args[1], Const)
    gain = _GAIN_WITH_CONSTANT[args[0].type] if with_constant else _GAIN
    for arg in args:
        chooser.use(arg, weight, gain)


def _unsigned_comparison(
    chooser: _Chooser, expression: Expression, weight: int
) -> None:
    if expression.op == TEST:
        for tested in tested_numbers(expression):
            # What is known of them depends on it.
            chooser.want_exact(tested.index, _ALWAYS)
    if expression.args[0].type == I32:
        chooser.sizes.compared(expression)
    _exact(chooser, expression, weight)


def _equality(chooser: _Chooser, expression: Expression, weight: int) -> None:
    args = expression.args
    if args[0].type == I32:
        chooser.sizes.compared(expression)
    gain = 0 if isinstance(args[1], Const) else -1
    for arg in args:
        chooser.use(arg, weight, gain)


def _indifferent(chooser: _Chooser, expression: Expression, weight: int) -> None:
    for arg in expression.args:
        chooser.use(arg, weight, 0)


def _access(chooser: _Chooser, expression: Expression, weight: int) -> None:
    args = expression.args
    address = args[0]
    chooser.sizes.accessed(address)
    if has_step(address):
        chooser.use_near_address(address, weight)
    chooser.use(address, weight, -_COST)
    gain = 0 if expression.op in _STORES else -_COST
    for arg in args[1:]:
        chooser.use(arg, weight, gain)


_USES: Final[dict[str, Callable[[_Chooser, Expression, int], None]]] = {
    **dict.fromkeys(LOW_BITS, _arithmetic),
    **dict.fromkeys(instructions("xor"), _exclusive_or),
    **dict.fromkeys(instructions("mul"), _product),
    **dict.fromkeys(instructions("shl"), _shift),
    **dict.fromkeys(instructions("rotl", "rotr"), _rotation),
    **dict.fromkeys(_SIGNED, _signed),
    **dict.fromkeys(SIGNED_COMPARISONS, _signed_comparison),
    **dict.fromkeys(
        instructions("lt", "le", "gt", "ge", signed=False), _unsigned_comparison
    ),
    **dict.fromkeys(instructions("eq", "ne"), _equality),
    **dict.fromkeys((*ZERO_TESTS, "select"), _indifferent),
    **dict.fromkeys(ACCESSES, _access),
    "switch.arm": _switch_arm,
}
# Others want the exact values.
