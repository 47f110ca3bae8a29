"""Expressions of the intermediate representation as Python expressions.

i32 and i64 values are unsigned integers. A sum, difference, product or left shift may leave the
type's range; it is masked once, by whoever needs the exact value (`value`), and not at all where
only the low bits count (`low_bits`). An instruction without an entry in `TEMPLATES` is a call of the
runtime function of its name.
"""

from __future__ import annotations

from typing import Final, cast

from wasm2py.analysis.ranges.domain import FULL, as_signed, as_unsigned
from wasm2py.analysis.ranges.induction_variables import ADDITIVE, ZERO_TESTS
from wasm2py.errors import Unimplemented
from wasm2py.ir.effects import BEYOND
from wasm2py.ir.nodes import TUPLE, Const, Elements, Expression, Fact, Variable
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.opcodes import OPCODES, instructions
from wasm2py.spec.types import MASKS
from wasm2py.targets.python.choose.range_guards import GUARDED
from wasm2py.targets.python.choose.representation import Forms
from wasm2py.targets.python.choose.unmasked_sums import WIDEST_SUM
from wasm2py.targets.python.emit.addresses import scaled
from wasm2py.targets.python.emit.code import (
    AND,
    ATOM,
    BITS,
    COMPARE,
    COMPARED,
    DIGIT,
    NOT,
    SHIFT,
    SUM,
    TERNARY,
    XOR,
    Code,
    are_signed_readings,
    biased,
    greatest,
    is_signed_reading,
    literal,
    lowest_bits,
    masked,
    number,
    remainder,
    signed_constant,
    zero,
)
from wasm2py.targets.python.emit.comparisons import (
    COMPARISONS,
    JUNCTIONS,
    MIRRORED,
    NEGATED,
)
from wasm2py.targets.python.emit.context import Context, Template
from wasm2py.targets.python.emit.floats import FLOAT_TEMPLATES, float_constant
from wasm2py.targets.python.emit.integers import (
    INTEGER_TEMPLATES,
    stepped,
    stepped_signed,
)
from wasm2py.targets.python.emit.memory import MEMORY_TEMPLATES, SIGNED_LOADS
from wasm2py.targets.python.emit.objects import (
    OBJECT_TEMPLATES,
    chosen,
    elements,
)
from wasm2py.targets.python.emit.pypy_integers import (
    WORD_TEMPLATES,
    exact_word,
    ordered_words,
)
from wasm2py.targets.python.emit.signed_ranges import (
    compared_with_constant,
    compared_with_positive,
)
from wasm2py.targets.python.emit.signs import sign_test
from wasm2py.targets.python.emit.spans import span_test
from wasm2py.targets.python.lower.slot_sharing import kind
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import LabelTest
from wasm2py_runtime import instructions as runtime

_NARROWEST: Final = min(MASKS.values())

_NEAR: Final = 256
# Of a long number, a remainder by this at most is found sooner than the bits.
_BYTE: Final = 256
_MOST_FIELDS: Final = 200

# The results of these are small.
_COUNTS: Final = instructions("ctz", "popcnt")
_MOST_BITS: Final = 64


MemoryView = tuple[int, str, int]  # memory, name without numbers, distance in bytes


class Expressions(Context):
    """Writes the expressions of one function."""

    def __init__(
        self,
        env: ModuleEnvironment,
        function: StructuredFunction,
        forms: Forms,
        words: bool = False,
        fields: bool = False,
        rounds_in_loops: bool = False,
    ) -> None:
        # Temporaries of statements that are cut are added to these, and not to the function.
        signed = set(forms.signed)
        if words:
            types = enumerate(function.types)
            signed.update(variable for variable, type in types if type == "i64")
        forms = forms._replace(signed=signed, calculated=set(forms.calculated))
        super().__init__(env, forms, words)
        self.types = list(function.types)
        self._ranges: dict[int, tuple[int, int]] = {}  # of variables assigned once
        # How variables were written last, and the facts that they had there.
        self._written: dict[int, tuple[Fact | None, Code]] = {}
        self.rounds_in_loops = rounds_in_loops
        self.loop_depth = 0  # of what is written
        self.wants_guards = not function.ops.isdisjoint(GUARDED)
        self._views: dict[MemoryView, str] = {}  # that what is written uses
        self.asked: dict[str, MemoryView] = {}  # by name, and not known to be used
        self._with_fields = fields
        self._fields: set[tuple[str, int]] = set()
        self._templates = {**TEMPLATES, **WORD_TEMPLATES} if words else TEMPLATES
        self.signed_variables = signed  # that are kept in signed form
        self._scaled = forms.scaled
        self._locals = function.locals
        self._webs = function.webs
        self._slots = function.slots
        self._names: dict[int, str] = {}
        # The names of temporaries, by kinds, and how many of them the statement has.
        self._temporaries: dict[str, list[str]] = {}
        self.taken: dict[str, int] = {}

    def name(self, variable: int) -> str:
        """A variable's name.

        `v` is for the function's own locals, `w` for further values that the module keeps in
        the same locals, `x` for temporaries.
        """
        name = self._names.get(variable)
        if name is None:
            slot = self._slots.get(variable, variable)
            if slot < self._locals:
                name = f"v{slot}"
            elif slot in self._webs:
                name = f"w{self._webs[slot]}"
            else:
                name = f"x{slot - self._locals}"
            self._names[variable] = name
        return name

    def new_variable(self, type: str) -> int:
        """A new temporary, for one statement."""
        self.types.append(type)
        variable = len(self.types) - 1
        if self.words and type == "i64":
            self.signed_variables.add(variable)
        if self._slots:
            names = self._temporaries.setdefault(kind(type), [])
            number = self.taken.get(kind(type), 0)
            self.taken[kind(type)] = number + 1
            if number == len(names):
                names.append(self.name(variable))
            self._names[variable] = names[number]
        return variable

    def has_field(self, view: str, distance: int) -> bool:
        """Whether to use a view that begins so many bytes further on.

        A function asks for a limited number of them: for what is a little further on, as the fields of
        records, and in loops for the rest.
        """
        if not self._with_fields or not (self.loop_depth or distance < _NEAR):
            return False
        field = view, distance
        if field not in self._fields:
            if len(self._fields) >= _MOST_FIELDS:
                return False
            self._fields.add(field)
        return True

    def view(self, memory: int, view: str, distance: int = 0) -> str:
        """The name of a view of a memory that begins so many bytes further on."""
        key = memory, view, distance
        name = self._views.get(key)
        if name is None:
            field = f"at{distance}" if distance else ""
            name = f"{view}{field}_{memory}" if memory else view + field
            self.asked[name] = key
        return name

    def use_views(self, line: str) -> None:
        """Take note of the views in a line that is written.

        Not all that templates have asked for is there: some of their text is thrown away, since
        another way to write a value turns out to be better.
        """
        for name, view in self.asked.items():
            if name in line and (f"{name}[" in line or f"{name}," in line):
                self._views[view] = name

    @property
    def views(self) -> set[MemoryView]:
        """Those that what is written uses."""
        return set(self._views)

    def begin_statement(self) -> None:
        """Forget views that have not been used, and temporaries."""
        if self.asked:
            self.asked.clear()
        if self.taken:
            self.taken.clear()

    # Values

    def value(self, expression: Expression) -> Code:
        """The exact value: for integers, in the type's unsigned range."""
        if isinstance(expression, Variable):
            code = self.variable(expression)
        else:
            if expression.op in ADDITIVE and not self.words:
                sum = stepped(self, expression)
                if sum is not None:
                    return sum
            code = self.low_bits(expression)
        if code.low >= 0 and (
            code.high <= _NARROWEST or code.high <= MASKS[expression.type]
        ):
            return code
        if self.words:
            return exact_word(code, expression.type)
        return masked(code, expression.type, self.is_small(expression))

    def exact(self, expression: Expression, code: Code) -> Code:
        """The exact value of an expression, made of its low bits."""
        if code.low >= 0 and code.high <= MASKS[expression.type]:
            return code
        return masked(code, expression.type, self.is_small(expression))

    def lowest_bits(self, expression: Expression, code: Code, mask: int) -> Code:
        """The bits of a mask, which are the lowest ones, of an expression's low bits."""
        if mask < _BYTE and self.forms.magnitudes.is_large(expression):
            return remainder(code, mask)
        return lowest_bits(code, mask)

    def address(self, expression: Expression) -> Code:
        """The exact value of an address: it is small, unless it is out of bounds."""
        if isinstance(expression, Variable):
            code = self.variable(expression)
        else:
            if expression.op in ADDITIVE:
                sum = stepped(self, expression)
                if sum is not None:
                    return sum
            code = self.low_bits(expression)
        if code.low >= 0 and code.high <= MASKS[expression.type]:
            return code
        return masked(code, expression.type, not self.words)

    def is_small(self, expression: Expression) -> bool:
        """Whether a value is likely to be a number of one digit, and to gain by that."""
        if self.words or expression.type != "i32":
            return False
        return self.forms.magnitudes.is_small(expression)

    def low_bits(self, expression: Expression) -> Code:
        """A value that may be off by a multiple of 2**32 (or 2**64)."""
        if isinstance(expression, Variable):
            return self.variable(expression)
        template = self._templates.get(expression.op)
        if template is not None:
            return template(self, expression)
        return self.runtime_call(expression)

    def variable(self, variable: Variable) -> Code:
        """A variable's value, in the form in which it is kept."""
        index, fact = variable.index, variable.fact
        written = self._written.get(index)
        if written is not None and (written[0] is fact or written[0] == fact):
            return written[1]
        code = self.units(variable)
        if index in self._scaled:
            shift = self._scaled[index]
            text = f"{code.text} << {shift}"
            code = Code(text, SHIFT, code.low << shift, code.high << shift)
        if variable.type != TUPLE:  # of which there may be other elements
            self._written[index] = fact, code
        return code

    def units(self, variable: Variable) -> Code:
        """What is kept of a variable: its value, or that divided by the size of an element."""
        index = variable.index
        name = self.name(index)
        mask = MASKS.get(variable.type) or greatest(variable.type)
        if mask:
            fact = variable.fact or FULL[variable.type]
            return self._integer(name, index, fact, mask)
        if isinstance(variable, Elements):
            name = elements(name, variable)
        return Code(name, ATOM)

    def _integer(self, name: str, index: int, fact: Fact, mask: int) -> Code:
        """What is kept of an integer variable, where it has a fact."""
        if index in self.forms.sums:
            return Code(name, ATOM, -WIDEST_SUM, WIDEST_SUM)
        shift = self._scaled.get(index, 0)
        if index in self._ranges:
            low, high = self._ranges[index]
            if low == fact.low and high == fact.high:
                return Code(name, ATOM, low, high)
            if high - low <= mask >> shift:
                # Of numbers that close to each other, no two stand for the same value. But of an
                # address not yet used it is only assumed that it is not among the last ones.
                least, most = fact.low >> shift, fact.high >> shift
                signed = low < 0 and most > mask >> shift + 1
                if low <= least and most <= high and not signed:
                    low, high = least, most
                elif low >= 0 <= least and high <= mask >> shift:
                    low, high = max(low, least), min(high, most)
            return Code(name, ATOM, low, high)
        reading = as_signed if index in self.signed_variables else as_unsigned
        read = reading(fact, mask)
        return Code(name, ATOM, read.low >> shift, read.high >> shift)

    def note_range(self, variable: int, low: int, high: int) -> None:
        """Note the bounds of the only value that a variable gets, in the form in which it is kept."""
        self._ranges[variable] = low, high
        self._written.pop(variable, None)

    def kept(self, variable: int, value: Expression) -> Code:
        """A value in the form in which a variable is kept."""
        if variable in self._scaled:
            return self._kept_scaled(variable, value)
        if variable in self.signed_variables:
            stepped = None if self.words else stepped_signed(self, value)
            return stepped or self.signed(value)
        if variable in self.forms.low_bits:
            return self.low_bits(value)
        return self.value(value)

    def exact_or_signed(self, value: Expression) -> Code:
        """An integer's signed reading, if that is there for nothing, or else the exact value."""
        code = stepped_signed(self, value) or self._bits_or_signed(value)
        if is_signed_reading(code, value.type):
            return code
        return self.exact(value, code)

    def is_plain(self, variable: int) -> bool:
        """Whether a variable is kept as an exact unsigned integer."""
        return (
            self.types[variable] in MASKS
            and variable not in self.signed_variables
            and variable not in self.forms.low_bits
            and variable not in self._scaled
        )

    def _kept_scaled(self, variable: int, value: Expression) -> Code:
        shift = self._scaled[variable]
        code = scaled(self, value, shift)
        mask = MASKS[value.type] >> shift
        if variable not in self.signed_variables:
            if code.low < 0 or code.high > mask:
                code = Code(f"{code.at(AND)} & {number(mask)}", AND, 0, mask)
            return code
        if -mask // 2 <= code.low and code.high <= mask // 2:
            return code
        return self.sign_extended(code, BITS[value.type] - shift)

    def signed(self, expression: Expression) -> Code:
        """The signed reading of an integer's value."""
        code = self._bits_or_signed(expression)
        if is_signed_reading(code, expression.type):
            return code
        return self.sign_extended(self.exact(expression, code), BITS[expression.type])

    def _bits_or_signed(self, expression: Expression) -> Code:
        """The low bits, as a signed number where that is as cheap."""
        if expression.op in SIGNED_LOADS:
            return SIGNED_LOADS[expression.op](self, expression)
        if isinstance(expression, Const):
            return signed_constant(expression)
        if expression.op == "select" and not self.words:
            arms = [self._bits_or_signed(arm) for arm in expression.args[1:]]
            if all(is_signed_reading(arm, expression.type) for arm in arms):
                return chosen(self, expression.args[0], *arms)
        return self.low_bits(expression)

    def sign_extended(self, code: Code, bits: int) -> Code:
        """The signed reading of a value's low bits."""
        half = 1 << (bits - 1)
        code = lowest_bits(code, 2 * half - 1)
        if code.high < half:
            return code
        if self.words:
            text = f"({code.at(XOR)} ^ {number(half)}) - {number(half)}"
            return Code(text, SUM, -half, half - 1)
        first, name = self.twice(code)
        other = f"{name} - {number(2 * half)}"
        text = f"{other} if {first.text} >= {number(half)} else {name}"
        return Code(text, TERNARY, -half, half - 1)

    def arguments(self, args: tuple[Expression, ...]) -> str:
        """The exact values, as arguments of a call."""
        return ", ".join([self.value(arg).at(TERNARY) for arg in args])

    def runtime_call(self, expression: Expression) -> Code:
        if expression.op not in _FUNCTIONS:
            raise Unimplemented(f"there is no template or function for {expression.op}")
        name, high = _FUNCTIONS[expression.op]
        return Code(f"{name}({self.arguments(expression.args)})", ATOM, 0, high)

    # Conditions

    def condition(self, expression: Expression, negated: bool) -> Code:
        """Python text that is true where the value is not zero (or, negated, where it is)."""
        op = expression.op
        if isinstance(expression, LabelTest):
            relation = expression.relation
            relation = NEGATED[relation] if negated else relation
            return Code(f"to {relation} {expression.label}", COMPARE)
        if op in ZERO_TESTS:
            return self.condition(expression.args[0], not negated)
        if op == "ref.is_null":
            value = self.value(expression.args[0]).at(COMPARED)
            return Code(f"{value} is {'not ' if negated else ''}None", COMPARE)
        if op in COMPARISONS:
            left, right = expression.args
            _, relation, _ = COMPARISONS[op]
            if relation in ("==", "!=") and isinstance(right, Const) and not right.imm:
                return self._test(left, negated == (relation == "!="))
            return sign_test(self, expression, negated) or self._comparison(
                expression, negated
            )
        if op in JUNCTIONS and all(map(_is_free_truth, expression.args)):
            a, b = (self.condition(arg, negated) for arg in expression.args)
            word = JUNCTIONS[op][negated]
            return Code(f"{a.at(NOT)} {word} {b.at(NOT)}", TERNARY)
        return self._test(expression, negated)

    def _test(self, expression: Expression, negated: bool) -> Code:
        if isinstance(expression, Variable) and expression.index in self._scaled:
            code = self.units(expression)
            return Code(f"not {code.text}", NOT) if negated else code
        code = self.low_bits(expression)
        mask = greatest(expression.type)
        if mask and not -mask <= code.low <= code.high <= mask:
            code = self.value(expression)
        return Code(f"not {code.at(NOT)}", NOT) if negated else code

    def truth(self, expression: Expression) -> Code:
        """A condition as a value: 0 or 1 (Python's truth values)."""
        if expression.op in ZERO_TESTS:
            code = self.value(expression.args[0])
            return Code(f"{code.at(COMPARED)} == 0", COMPARE, 0, 1)
        if expression.op in COMPARISONS:
            code = self._comparison(expression, False)
        else:
            code = self.condition(expression, False)
        return Code(code.text, code.precedence, 0, 1)

    def _comparison(self, expression: Expression, negated: bool) -> Code:
        type, relation, sign = COMPARISONS[expression.op]
        left, right = expression.args
        scaled_back = sign != "s" and self._scaled
        shift = self._common_scale(left, right) if scaled_back else 0
        if shift:
            a, b = scaled(self, left, shift), scaled(self, right, shift)
            relation = NEGATED[relation] if negated else relation
            return Code(f"{a.at(COMPARED)} {relation} {b.at(COMPARED)}", COMPARE)
        if type not in MASKS:
            a, b = self.value(left), self.value(right)
            text = f"{a.at(COMPARED)} {relation} {b.at(COMPARED)}"
            return Code(f"not {text}", NOT) if negated else Code(text, COMPARE)
        if negated:
            relation = NEGATED[relation]
        if sign == "u" and (span := span_test(self, left, relation, right)) is not None:
            return span
        if sign == "s":
            return self._signed_comparison(type, relation, left, right)
        if not sign and self._compares_signed(left, right):
            a, b = self.signed(left), self.signed(right)
        elif self.words and type == "i64":
            a, b = ordered_words(self.signed(left), self.signed(right))
        else:
            a, b = self.value(left), self.value(right)
        return Code(f"{a.at(COMPARED)} {relation} {b.at(COMPARED)}", COMPARE)

    def _common_scale(self, left: Expression, right: Expression) -> int:
        """The units in which two addresses are kept, or 0 if they are to be compared in bytes."""
        shifts = []
        for side in (left, right):
            if isinstance(side, Variable):
                if side.index in self.signed_variables:
                    return 0
                shifts.append(self._scaled.get(side.index, 0))
            elif not isinstance(side, Const):
                return 0
        shift = min(shifts, default=0)
        for side in (left, right):
            if isinstance(side, Const):
                value = cast(int, side.imm)
                if value > 0x7FFFFFFF or value & (1 << shift) - 1:
                    return 0
        return shift

    def _compares_signed(self, left: Expression, right: Expression) -> bool:
        """Whether a test of equality is better done on the signed readings."""
        half = (MASKS[left.type] + 1) // 2
        a, b = self.low_bits(left), self.low_bits(right)
        if isinstance(right, Const):
            b = signed_constant(right)
        return a.low < 0 and all(-half <= x.low and x.high < half for x in (a, b))

    def _signed_comparison(
        self, type: str, relation: str, left: Expression, right: Expression
    ) -> Code:
        half = (MASKS[type] + 1) // 2
        if isinstance(left, Const):
            left, right, relation = right, left, MIRRORED[relation]
        a, b = self._bits_or_signed(left), self._bits_or_signed(right)
        if not are_signed_readings(a, b, type):
            # What is not negative is less than all that is, as unsigned numbers are.
            if 0 <= a.low <= a.high < half and isinstance(left, Variable):
                b, relation = self.exact(right, b), MIRRORED[relation]
                return compared_with_positive(b, relation, a, type)
            if 0 <= b.low <= b.high < half and isinstance(right, Variable):
                a = self.exact(left, a)
                return compared_with_positive(a, relation, b, type)
        if not isinstance(right, Const) and (a.low < 0) != (b.low < 0):
            a, b = self.signed(left), self.signed(right)
        if are_signed_readings(a, b, type):
            return Code(f"{a.at(COMPARED)} {relation} {b.at(COMPARED)}", COMPARE)
        if isinstance(right, Const):
            return compared_with_constant(masked(a, type), relation, b.low, type)
        if isinstance(left, Variable) and isinstance(right, Variable) and a.low >= 0:
            # Two numbers that are not negative, as most are, compare as they stand. A bound of one digit
            # is compared sooner.
            magnitudes = self.forms.magnitudes
            large = magnitudes.is_large(left) or magnitudes.is_large(right)
            bound = half if large or type != "i32" else DIGIT - 1
            plain = (
                f"{a.text} {relation} {b.text} if {a.text} < {number(bound)} > {b.text}"
            )
            a, b = biased(a, type), biased(b, type)
            return Code(
                f"{plain} else {a.at(COMPARED)} {relation} {b.at(COMPARED)}", TERNARY
            )
        a, b = self._biased(left, type), self._biased(right, type)
        return Code(f"{a.at(COMPARED)} {relation} {b.at(COMPARED)}", COMPARE)

    def _biased(self, expression: Expression, type: str) -> Code:
        half = (MASKS[type] + 1) // 2
        if isinstance(expression, Const):
            return literal(cast(int, expression.imm) ^ half)
        code = self.low_bits(expression)
        if code.low >= 0 and code.high <= MASKS[type]:
            return biased(code, type)
        # Adding the bias before the mask saves an operation.
        text = f"{code.at(SUM)} + {number(half)}"
        return masked(Code(text, SUM, code.low + half, code.high + half), type)

    def twice(self, code: Code) -> tuple[Code, str]:
        """An integer's text for its first use, and the name under which it is there for others."""
        if code.precedence == ATOM and code.text.isidentifier():
            return code, code.text
        name = self.name(self.new_variable("i64"))
        return Code(f"({name} := {code.text})", ATOM, code.low, code.high), name


def _is_free_truth(expression: Expression) -> bool:
    """Whether an expression is 0 or 1, and need not be evaluated."""
    if expression.effects & BEYOND:
        return False
    return expression.op in COMPARISONS or expression.op in ZERO_TESTS


def _constant(e: Context, constant: Expression) -> Code:
    value = constant.imm
    if not isinstance(value, int):
        return Code(zero(constant.type), ATOM)
    if constant.type in MASKS:
        return literal(value)
    return float_constant(constant.type, value)


def _truth(e: Context, expression: Expression) -> Code:
    return e.truth(expression)


def _functions() -> dict[str, tuple[str, int]]:
    """The runtime's functions for instructions that take and give values, and their greatest results."""
    rows: dict[str, tuple[str, int]] = {}
    functions = runtime.by_name()
    for row in OPCODES:
        name = row.name.replace(".", "_")
        plain = row.params is not None and not row.immediates
        if plain and row.results is not None and len(row.results) == 1:
            if name in functions:
                high = _MOST_BITS if row.name in _COUNTS else greatest(row.results[0])
                rows[row.name] = name, high
    return rows


_FUNCTIONS: Final = _functions()

TEMPLATES: Final[dict[str, Template]] = {
    "const": _constant,
    **dict.fromkeys(COMPARISONS, _truth),
    **dict.fromkeys((*ZERO_TESTS, "ref.is_null"), _truth),
    **INTEGER_TEMPLATES,
    **FLOAT_TEMPLATES,
    **MEMORY_TEMPLATES,
    **OBJECT_TEMPLATES,
}
