"""Structured code as lines of Python.

Lines come out as black would leave them: what does not fit is first cut into shorter statements,
then laid out by `wasm2py.targets.python.emit.layout`.
"""

from __future__ import annotations

from itertools import islice
from typing import Final, cast

from wasm2py.analysis.alignment import ALIGNED
from wasm2py.errors import Unimplemented
from wasm2py.ir.effects import BEYOND, variable_bit
from wasm2py.ir.evaluation import to_be_named_first
from wasm2py.ir.nodes import (
    CALLEE,
    Assign,
    AssignMany,
    Const,
    Do,
    Expression,
    Statement,
    Variable,
)
from wasm2py.spec.opcodes import FLOATS, NUMBERS, STORES, Access, instructions
from wasm2py.spec.types import MASKS
from wasm2py.targets.base import SourceTooLong
from wasm2py.targets.python.choose.nan_quieting import is_calculated
from wasm2py.targets.python.choose.range_guards import (
    NO_GUARDS,
    Guard,
    guards_behind,
    guards_within,
)
from wasm2py.targets.python.choose.representation import LOW_BITS, SIGNED_COMPARISONS
from wasm2py.targets.python.emit.addresses import (
    address_code,
    known_alignment,
)
from wasm2py.targets.python.emit.cell_rows import cell_loop
from wasm2py.targets.python.emit.code import (
    ATOM,
    COMPARE,
    COMPARED,
    Code,
    is_literal,
    is_signed_reading,
    masked,
    number,
    signed_range,
)
from wasm2py.targets.python.emit.expressions import Expressions
from wasm2py.targets.python.emit.floats import operand, unrounded
from wasm2py.targets.python.emit.integers import divides_signed, shifted_bits
from wasm2py.targets.python.emit.layout import LINE_LENGTH, laid_out
from wasm2py.targets.python.emit.memory import cell, view_of
from wasm2py.targets.python.emit.objects import switch_row
from wasm2py.targets.python.lower.named_floats import ROUNDED
from wasm2py.targets.python.tree.nodes import (
    Break,
    Continue,
    Count,
    EachCell,
    If,
    Loop,
    Return,
    SetLabel,
    Switch,
    Unreachable,
    ends,
)

# The numbers of loops with so few rounds are written out, if that is short.
_MOST_NUMBERS: Final = 16
_LONGEST_NUMBERS: Final = 60
# Of variables that get parts of what is too long for a line.
_LONGEST_NAME: Final = len("x1000")

# What is computed of numbers in one way, whatever is named in it. (Choices, tests, addresses and what
# takes integers as signed are told by their operands how to be written.)
_CUT_WITHIN: Final = (
    LOW_BITS
    | instructions("shl")
    | instructions("shr", signed=False)
    | instructions("add", "sub", "mul", "div", types=FLOATS)
)

_STORES: Final = {
    name: store for name, store in STORES.items() if store.type in NUMBERS
}


class Statements:
    """Writes the statements of one function."""

    def __init__(
        self,
        expressions: Expressions,
        assigned_once: set[int],
        step: int,
        most_source: int,
    ) -> None:
        self._step = step  # so many spaces a level
        self._left = most_source  # so many characters more may be written
        self.lines: list[str] = []
        self.rounds = False  # the cell `r` is used
        self._expressions = expressions
        self._assigned_once = set(assigned_once)

    def block(self, statements: list[Statement], indent: int) -> None:
        """Write a list of statements; an empty one is `pass`."""
        expressions = self._expressions
        count, guards = len(self.lines), expressions.guards
        wants_guards = expressions.wants_guards
        behind: set[Guard] = set()  # what holds behind statements of this list
        for statement in statements:
            if expressions.asked or expressions.taken:
                expressions.begin_statement()
            if isinstance(statement, Assign):
                self.assign(statement.variable, statement.value, indent)
            elif isinstance(statement, Do):
                self._do(statement.value, indent)
            elif not isinstance(statement, If):
                self._other(statement, indent)
            else:
                self._if(statement, indent, "if")
                if not wants_guards:
                    continue
                found = guards_behind(statement, self._assigned_once)
                if found:
                    behind |= found - guards
                    guards |= found
        if behind:
            guards -= behind
        if len(self.lines) == count:
            self._line("pass", indent)

    def _arm(
        self, statements: list[Statement], found: frozenset[Guard], indent: int
    ) -> None:
        """Write what is executed where guards hold."""
        if not found:
            self.block(statements, indent)
            return
        guards = self._expressions.guards
        new = found - guards
        guards |= new
        self.block(statements, indent)
        guards -= new

    def _other(self, statement: Statement, indent: int) -> None:
        """Write what is neither an assignment, nor an instruction to execute, nor an `if`."""
        if isinstance(statement, SetLabel):
            self._line(f"to = {statement.label}", indent)
        elif isinstance(statement, Return):
            self._return(statement, indent)
        elif isinstance(statement, Break):
            self._line("break", indent)
        elif isinstance(statement, Loop):
            self._loop(statement, indent)
        elif isinstance(statement, Continue):
            self._line("continue", indent)
        elif isinstance(statement, EachCell):
            self._each_cell(statement, indent)
        elif isinstance(statement, Switch):
            index = self._switch_index(statement, indent)
            self._switch(statement, index, 0, len(statement.arms), indent)
        elif isinstance(statement, Unreachable):
            self._line("raise unreachable()", indent)
        elif isinstance(statement, Count):
            self._count(statement, indent)
        elif isinstance(statement, AssignMany):
            names = ", ".join(map(self._expressions.name, statement.variables))
            call = self._expressions.value(statement.value)
            self._line(f"{names} = {call.text}", indent)
            for variable in statement.variables:
                self.adopt(variable, indent)
        else:
            name = type(statement).__name__
            raise Unimplemented(f"the target Python does not know {name}")

    def _line(self, text: str, indent: int) -> None:
        length = indent + len(text)
        if self._expressions.asked:
            self._expressions.use_views(text)
        if length > LINE_LENGTH:
            lines = laid_out(text, indent, self._step)
            self._left -= sum(map(len, lines)) + len(lines)
            self.lines += lines
        else:
            self._left -= length + 1
            self.lines.append(" " * indent + text)
        if self._left < 0:
            raise SourceTooLong

    # Assignments

    def adopt(self, variable: int, indent: int) -> None:
        """Bring a variable that has got an exact value into the form in which it is kept."""
        if variable in self._expressions.signed_variables:
            size = MASKS[self._expressions.types[variable]] + 1
            name = self._expressions.name(variable)
            self._line(f"if {name} >= {number(size // 2)}:", indent)
            self._line(f"{name} = {name} - {number(size)}", indent + self._step)

    def assign(
        self, variable: int, value: Expression, indent: int, low_bits: bool = False
    ) -> None:
        """Write an assignment, in several statements where one would be too long."""
        expressions = self._expressions
        if value.op in ROUNDED and self._round(variable, value, indent):
            return
        if value.op == "fuel.pay":
            self._pay(variable, value, indent)
            return
        turned = False  # an exact value that is to become a signed one
        if low_bits:
            code = expressions.low_bits(value)
        elif variable in expressions.signed_variables and not expressions.words:
            code = expressions.exact_or_signed(value)
            turned = not is_signed_reading(code, value.type)
        else:
            code = expressions.kept(variable, value)
        name = self._expressions.name(variable)
        text = f"{name} = {code.text}"
        if len(text) + indent > LINE_LENGTH:
            if _can_be_cut(value):
                value = self._cut(value, indent, len(text))
                self.assign(variable, value, indent, low_bits)
                return
            if value.op == "switch.arm":
                row, item = switch_row(expressions, value)
                if len(f"{name} = {row}") + indent > LINE_LENGTH >= len(row) + indent:
                    row = f"({row})"  # black breaks the line here, if that helps
                self._line(f"{name} = {row}", indent)
                text = f"{name} = {name}{item}"
            elif not low_bits and expressions.is_plain(variable):
                code = masked(expressions.low_bits(value), value.type)
                text = f"{name} = {code.text}"
        if variable in self._assigned_once:
            low, high = signed_range(value.type) if turned else (code.low, code.high)
            expressions.note_range(variable, low, high)
            if value.op in ALIGNED:
                expressions.alignments[variable] = known_alignment(expressions, value)
        if value.op == "f32.load":
            self._load_f32(variable, value, indent)
        elif code.text != name:  # or it is a copy of what is in the same slot
            self._line(text, indent)
        if turned:
            self.adopt(variable, indent)

    def _pay(self, variable: int, value: Expression, indent: int) -> None:
        """Pay fuel, and go on with what is at hand then."""
        name = self._expressions.name(variable)
        fuel = self._expressions.value(value.args[0]).text
        if fuel != name:
            self._line(f"{name} = {fuel}", indent)
        self._line(f"if {name} < 0:", indent)
        self._line(f"{name} = refuel({name})", indent + self._step)
        self._line(f"fuel[0] = {name}", indent)

    def _round(self, variable: int, value: Expression, indent: int) -> bool:
        """Give a variable a value through a cell that rounds it, in a loop, if the line is not too long."""
        expressions = self._expressions
        text = f"r[0] = {unrounded(expressions, value).text}"
        if not expressions.rounds_in_loops or not expressions.loop_depth:
            return False
        if len(text) + indent > LINE_LENGTH:
            return False
        self.rounds = True
        self._line(text, indent)
        self._line(f"{expressions.name(variable)} = r[0]", indent)
        return True

    def _cut(self, value: Expression, indent: int, length: int) -> Expression:
        """An expression of which a part that fills a line has been given to a variable, in order.

        `length` is that of its text, which is too long.
        """
        size = sum(arg.size for arg in value.args)
        room = LINE_LENGTH - indent - _LONGEST_NAME - len(" = ")
        return self._cut_deep(value, indent, size * room // length)

    def _cut_deep(self, value: Expression, indent: int, fitting: int) -> Expression:
        """The same, where parts of some size fit a line."""
        args = value.args
        largest = max(range(len(args)), key=lambda at: _weight(args[at]))
        part = args[largest]
        if part.type == CALLEE:
            return value.with_arg(largest, self._cut_deep(part, indent, fitting))
        low_bits = value.op in LOW_BITS or (value.op in _STORES and largest == 1)
        signed = value.op in SIGNED_COMPARISONS
        signed = signed or divides_signed(self._expressions, value)
        for at in to_be_named_first([*args], 0, largest, part.effects):
            value = value.with_arg(at, self._hoist(args[at], indent, low_bits, signed))
        if part.size > fitting and part.op in _CUT_WITHIN and _can_be_cut(part):
            return value.with_arg(largest, self._cut_deep(part, indent, fitting))
        return value.with_arg(largest, self._hoist(part, indent, low_bits, signed))

    def _hoist(
        self,
        value: Expression,
        indent: int,
        low_bits: bool = False,
        signed: bool = False,
    ) -> Variable:
        """A new variable with a value, or with one that is congruent to it, or its signed reading."""
        if isinstance(value, Variable):
            return value
        variable = self._expressions.new_variable(value.type)
        self._assigned_once.add(variable)
        if signed:
            self._expressions.signed_variables.add(variable)
        if is_calculated(value):
            self._expressions.forms.calculated.add(variable)
        self.assign(variable, value, indent, low_bits)
        return Variable(variable, value.type)

    def _load_f32(self, variable: int, load: Expression, indent: int) -> None:
        """Read through the view, and once more by its bits if that gave a NaN."""
        expressions = self._expressions
        name = expressions.name(variable)
        if variable in expressions.forms.indifferent:
            self._line(f"{name} = {operand(expressions, load).text}", indent)
            return
        base = load.args[0]
        if base.effects & (BEYOND | variable_bit(variable)):
            # The address would not be the same again.
            base = self._hoist(base, indent)
            load = load.with_arg(0, base)
        self._line(f"{name} = {operand(expressions, load).text}", indent)
        self._line(f"if {name} != {name}:", indent)
        self._line(f"{name} = {expressions.value(load).text}", indent + self._step)

    # Effects

    def _do(self, value: Expression, indent: int) -> None:
        if value.op in _STORES:
            self._store(value, indent)
            return
        if value.op == "global.set":
            code = self._expressions.value(value.args[0])
            text = f"g{value.imm}.raw = {code.text}"
        else:
            text = self._expressions.low_bits(value).text
        if len(text) + indent > LINE_LENGTH and _can_be_cut(value):
            self._do(self._cut(value, indent, len(text)), indent)
        else:
            self._line(text, indent)

    def _store(self, store: Expression, indent: int) -> None:
        base, value = store.args
        _, offset, memory = cast("tuple[int, int, int]", store.imm)
        access = _STORES[store.op]
        # Python evaluates the value before the address.
        if to_be_named_first([base], 0, 1, value.effects):
            base = self._hoist(base, indent)
        if access.type == "f32" and not self._is_calculated(value):
            self._store_f32(store, base, value, indent)
            return
        code = self._stored(value, access)
        if code.low < 0:
            access = access._replace(signed=True)
        target = cell(self._expressions, view_of(access), memory, base, offset)
        text = f"{target} = {code.text}"
        if len(text) + indent > LINE_LENGTH and _can_be_cut(store):
            store = self._cut(store.with_arg(0, base), indent, len(text))
            self._do(store, indent)
        else:
            self._line(text, indent)

    def _store_f32(
        self, store: Expression, base: Expression, value: Expression, indent: int
    ) -> None:
        """Write through the view, unless it is a NaN: that goes by its bits."""
        _, offset, memory = cast("tuple[int, int, int]", store.imm)
        if not isinstance(base, (Variable, Const)):
            base = self._hoist(base, indent)
        if not isinstance(value, (Variable, Const)):
            value = self._hoist(value, indent)
        address = address_code(self._expressions, base, offset)
        code = self._expressions.value(value)
        exact = f"f32_store(m{memory}, {address.text}, {code.text})"
        if isinstance(value, Const):
            self._line(exact, indent)
            return
        self._line(f"if {code.text} != {code.text}:", indent)
        self._line(exact, indent + self._step)
        self._line("else:", indent)
        target = cell(self._expressions, "f32", memory, base, offset)
        self._line(f"{target} = {code.text}", indent + self._step)

    def _is_calculated(self, value: Expression) -> bool:
        if isinstance(value, Variable):
            return value.index in self._expressions.forms.calculated
        return is_calculated(value)

    def _stored(self, value: Expression, access: Access) -> Code:
        if access.type in FLOATS:
            return unrounded(self._expressions, value)
        mask = (1 << 8 * access.width) - 1
        code = shifted_bits(self._expressions, value, mask)
        code = code or self._expressions.low_bits(value)
        if code.low >= 0 and code.high <= mask:
            return code
        if access.is_narrow:
            return self._expressions.lowest_bits(value, code, mask)
        if code.low >= -(mask >> 1) - 1 and code.high <= mask >> 1:
            return code  # the view for signed elements takes it as it is
        return self._expressions.exact(value, code)

    # Control

    def _if(self, statement: If, indent: int, keyword: str) -> None:
        condition = statement.condition
        code = self._expressions.condition(condition, statement.negated)
        if len(code.text) + len(keyword) + 2 + indent > LINE_LENGTH:
            if keyword == "elif":
                self._line("else:", indent)
                self._if(statement, indent + self._step, "if")
                return
            while len(code.text) + len(keyword) + 2 + indent > LINE_LENGTH:
                if not _can_be_cut(condition):
                    break
                condition = self._cut(condition, indent, len(code.text))
                code = self._expressions.condition(condition, statement.negated)
        self._line(f"{keyword} {code.text}:", indent)
        first = second = NO_GUARDS
        if self._expressions.wants_guards:
            first, second = guards_within(statement, self._assigned_once)
        self._arm(statement.then, first, indent + self._step)
        otherwise = statement.otherwise
        if len(otherwise) == 1 and isinstance(otherwise[0], If):
            self._if(otherwise[0], indent, "elif")
        elif otherwise:
            self._line("else:", indent)
            self._arm(otherwise, second, indent + self._step)

    def _loop(self, statement: Loop, indent: int) -> None:
        condition = statement.condition
        body = statement.body
        head = "while True:"
        self._expressions.loop_depth += 1
        if condition is not None:
            code = self._expressions.condition(condition, statement.negated)
            head = f"while {code.text}:"
            if len(head) + indent > LINE_LENGTH:
                head = "while True:"
                leave: Statement = If(condition, not statement.negated, [Break()], [])
                body = [leave, *body]
        self._line(head, indent)
        self.block(body, indent + self._step)
        self._expressions.loop_depth -= 1

    def _count(self, count: Count, indent: int) -> None:
        expressions, variable = self._expressions, count.variable
        start = expressions.kept(variable, count.start)
        end = expressions.kept(variable, count.end)
        step = count.step >> expressions.forms.scaled.get(variable, 0)
        head = f"for {expressions.name(variable)} in {_range(start, end, step)}:"
        self._line(head, indent)
        expressions.loop_depth += 1
        self.block(count.body, indent + self._step)
        expressions.loop_depth -= 1

    def _each_cell(self, each: EachCell, indent: int) -> None:
        expressions = self._expressions
        self._line(cell_loop(expressions, each), indent)
        expressions.loop_depth += 1
        self.block(each.body, indent + self._step)
        expressions.loop_depth -= 1

    def _switch_index(self, switch: Switch, indent: int) -> Code:
        """What is compared in each test of a tree; it is named if it takes more than to read it."""
        index = self._expressions.value(switch.index)
        if index.precedence == ATOM or len(switch.arms) < 3:
            return index
        variable = self._expressions.new_variable(switch.index.type)
        self._assigned_once.add(variable)
        self.assign(variable, switch.index, indent)
        return self._expressions.value(Variable(variable, switch.index.type))

    def _switch(
        self, switch: Switch, index: Code, first: int, last: int, indent: int
    ) -> None:
        """The arms from `first` up to `last` (exclusive), as a balanced tree of tests."""
        if last - first == 1:
            if switch.arms[first]:
                self.block(switch.arms[first], indent)
            return
        middle = (first + last) // 2
        bound = switch.bounds[middle - 1]
        below = any(switch.arms[first:middle])
        beyond = any(switch.arms[middle:last])
        if below:
            alone = first > 0 and switch.bounds[first - 1] == bound - 1
            self._line(f"if {_less(index, bound, alone)}:", indent)
            self._switch(switch, index, first, middle, indent + self._step)
            if not beyond:
                return
            if all(ends(arm) for arm in switch.arms[first:middle]):
                self._switch(switch, index, middle, last, indent)
                return
            self._line("else:", indent)
        elif beyond:
            self._line(f"if {index.at(COMPARED)} >= {number(bound)}:", indent)
        else:
            return
        self._switch(switch, index, middle, last, indent + self._step)

    def _return(self, statement: Return, indent: int) -> None:
        values = [self._expressions.value(value).text for value in statement.values]
        text = f"return {', '.join(values)}" if values else "return"
        if len(text) + indent > LINE_LENGTH and any(map(_can_be_cut, statement.values)):
            atoms = [
                (
                    value
                    if isinstance(value, (Variable, Const))
                    else self._hoist(value, indent)
                )
                for value in statement.values
            ]
            values = [self._expressions.value(value).text for value in atoms]
            text = f"return {', '.join(values)}"
        self._line(text, indent)


def _range(start: Code, end: Code, step: int) -> str:
    """The numbers of a counted loop; a few constants as they are, which is sooner made than a range."""
    if is_literal(start) and is_literal(end):
        # No more of them than that: there may be 2**64.
        numbers = list(islice(range(start.low, end.low, step), _MOST_NUMBERS + 1))
        text = f"({', '.join(map(number, numbers))})"
        if 1 < len(numbers) <= _MOST_NUMBERS and len(text) <= _LONGEST_NUMBERS:
            return text
    if step != 1:
        return f"range({start.text}, {end.text}, {step})"
    if start.text == "0":
        return f"range({end.text})"
    return f"range({start.text}, {end.text})"


def _less(index: Code, bound: int, alone: bool) -> str:
    """A test for the numbers below a bound; `alone`: only one of them is still possible."""
    if bound == 1:
        return f"not {index.at(COMPARE)}"
    if alone:
        return f"{index.at(COMPARED)} == {number(bound - 1)}"
    return f"{index.at(COMPARED)} < {number(bound)}"


def _weight(value: Expression) -> tuple[int, bool]:
    """How much there is to gain by naming a value; arguments are named rather than what is called."""
    return 0 if _is_short(value) else max(1, value.size), value.type != CALLEE


def _is_short(value: Expression) -> bool:
    """Whether a value is no more than a variable or constant, or what is called by one."""
    if value.type == CALLEE:
        return all(map(_is_short, value.args))
    return isinstance(value, (Variable, Const))


def _can_be_cut(value: Expression) -> bool:
    """Whether some operand of an expression is more than a variable or constant."""
    if value.op == "tuple.make":
        return False  # of what it consists of is as short as it gets
    return not all(map(_is_short, value.args))
