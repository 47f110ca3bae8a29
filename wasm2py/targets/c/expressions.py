"""Expressions of the intermediate representation as C expressions, in the order of the code.

C leaves open in which order operands are evaluated. Where that could be noticed, an operand is evaluated
before the others in a statement of its own, into a temporary.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, cast

from wasm2py.errors import Unimplemented
from wasm2py.ir.effects import ANYTHING, BEYOND, CONFLICTS, TRAPS
from wasm2py.ir.function import Function
from wasm2py.ir.nodes import Const, Elements, Expression, Variable
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.opcodes import ACCESSES, INTEGERS, ROWS
from wasm2py.spec.opcodes import TRAPS as ROW_TRAPS
from wasm2py.spec.types import I32, MASKS, NUMERIC_TYPES, FuncType, ValType
from wasm2py.targets.c.code import (
    ATOM,
    EQUALITY,
    SUM,
    TERNARY,
    UNARY,
    Code,
    c_type,
    floating,
    member,
    unsigned,
)
from wasm2py.targets.c.signatures import Signatures, has_array
from wasm2py.targets.c.templates import (
    TEMPLATES,
    call_text,
    cast_to,
    function_name,
    is_numeric,
)

_WRITES: Final = ANYTHING & 56

# Instructions that trap for other reasons than a memory access out of bounds.
_OTHER_TRAPS: Final = frozenset(
    name for name, row in ROWS.items() if row.effects & ROW_TRAPS and not row.access
) | {"call", "callee", "call_indirect"}

_OPPOSITES: Final = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt"}
_OPPOSITES.update({"gt": "le", "le": "gt"})
# Of comparisons of integers, those that hold where these do not.
_NEGATED: Final = {
    row.name: row.name.replace(f".{row.operation}", f".{_OPPOSITES[row.operation]}", 1)
    for row in ROWS.values()
    if row.type in INTEGERS and row.operation in _OPPOSITES
}
_ZERO_TESTS: Final = frozenset(f"{type}.eqz" for type in INTEGERS)

MANY: Final = "many"
"""The array in which arguments are put that are too many for parameters."""


class Bound(NamedTuple):
    """A statement that has to be executed before the one being written, and what it may do."""

    text: str
    effects: int
    bounds_only: bool


def _conflict(a: Code | Bound, b: Code | Bound) -> bool:
    """Whether two evaluations may not change places; which of two accesses traps cannot be seen."""
    x, y = a.effects, b.effects
    if a.bounds_only and b.bounds_only and not (x | y) & _WRITES:
        x &= ~TRAPS
    return CONFLICTS[x & BEYOND] & y != 0


class Expressions:
    """Writes the expressions of one function."""

    def __init__(
        self, env: ModuleEnvironment, signatures: Signatures, function: Function
    ) -> None:
        self.env = env
        self.signatures = signatures
        self.function = function
        self.types = function.types
        self.before: list[Bound] = []  # the statement being written, in order
        self.variables: dict[int, str] = {}  # the names of those in use
        self.temporaries: dict[str, list[str]] = {}  # by their types in C
        self.memories: set[int] = set()  # of which the base is in use
        self.most_arguments = 0  # that an array is needed for
        self.effects = 0  # of all that has been written
        self._taken: dict[str, int] = {}
        self._temporaries = 0

    def begin_statement(self) -> None:
        """Let all temporaries be used anew."""
        self.before = []
        if self._taken:
            self._taken.clear()

    # Names

    def name(self, variable: int) -> str:
        """A variable's name: `v` is for the function's own locals, `x` for temporaries of the stack."""
        name = self.variables.get(variable)
        if name is None:
            own = variable - self.function.locals
            name = f"v{variable}" if own < 0 else f"x{own}"
            self.variables[variable] = name
        return name

    def _temporary(self, type: str) -> str:
        kind = c_type(type)
        names = self.temporaries.setdefault(kind, [])
        number = self._taken.get(kind, 0)
        self._taken[kind] = number + 1
        if number == len(names):
            names.append(f"t{self._temporaries}")
            self._temporaries += 1
        return names[number]

    def memory(self, memory: int) -> str:
        """The variable that holds a memory's base."""
        self.memories.add(memory)
        return f"m{memory}"

    # Order

    def bind(self, code: Code, type: str, at: int | None = None) -> Code:
        """Evaluate something before the statement; `at` is where among what else is."""
        name = self._temporary(type)
        statement = Bound(f"{name} = {code.text}", code.effects, code.bounds_only)
        self.before.insert(len(self.before) if at is None else at, statement)
        return Code(name, ATOM)

    def operands(self, args: tuple[Expression, ...]) -> tuple[Code, ...]:
        """The operands of an instruction, whatever the order in which they are evaluated."""
        codes: list[Code] = []
        for arg in args:
            first = len(self.before)
            code = self.value(arg)
            if codes and (code.effects or len(self.before) > first):
                self._evaluate_before(codes, args, code, first)
            codes.append(code)
        return tuple(codes)

    def _evaluate_before(
        self,
        codes: list[Code],
        args: tuple[Expression, ...],
        code: Code,
        first: int,
    ) -> None:
        """Bind those of some operands that must be evaluated before another one."""
        later: list[Code | Bound] = [code, *self.before[first:]]
        for at, earlier in enumerate(codes):
            if earlier.effects and any(_conflict(earlier, each) for each in later):
                codes[at] = self.bind(earlier, args[at].type, first)
                first += 1

    # Values

    def value(self, expression: Expression) -> Code:
        """A value as an expression that is evaluated in the statement being written."""
        if isinstance(expression, Variable):
            return self._variable(expression)
        if isinstance(expression, Const):
            return constant(expression)
        op = expression.op
        if op == "select":
            code = self._select(expression)
            bounds_only = True  # its arms cannot trap
        else:
            args = self.operands(expression.args)
            code = self._applied(expression, args)
            bounds_only = op not in _OTHER_TRAPS
            for arg in args:
                bounds_only = bounds_only and arg.bounds_only
        effects = expression.effects & BEYOND
        if not effects:
            return code
        self.effects |= effects
        return Code(code.text, code.level, effects, bounds_only, code.boolean)

    def _applied(self, expression: Expression, args: tuple[Code, ...]) -> Code:
        op = expression.op
        template = TEMPLATES.get(op)
        if template is not None:
            return template(expression, args)
        if op in ACCESSES:
            return self._access(expression, args)
        writer = _WRITERS.get(op)
        if writer is not None:
            return writer(self, expression, args)
        if not is_numeric(op):
            raise Unimplemented(f"the C target does not know {op}")
        given = ["I"] if op in _OTHER_TRAPS else []
        return call_text(function_name(op), *given, *(arg.text for arg in args))

    def _variable(self, variable: Variable) -> Code:
        name = self.name(variable.index)
        if isinstance(variable, Elements) and variable.first:
            return Code(f"{name} + {variable.first}", ATOM)
        return Code(name, ATOM)

    def _select(self, expression: Expression) -> Code:
        test, then, otherwise = expression.args
        condition = self.condition(test, False)
        first = len(self.before)
        arms = [self.value(then), self.value(otherwise)]
        if any(_conflict(condition, each) for each in self.before[first:]):
            condition = self.bind(condition, I32, first)
        a, b = (arm.at(TERNARY + 1) for arm in arms)
        boolean = arms[0].boolean and arms[1].boolean
        text = f"{condition.at(TERNARY + 1)} ? {a} : {b}"
        return Code(text, TERNARY, boolean=boolean)

    def condition(self, expression: Expression, negated: bool) -> Code:
        """What is not zero where the value is not, or, negated, where it is."""
        if expression.op in _ZERO_TESTS:
            return self.condition(expression.args[0], not negated)
        if negated and expression.op in _NEGATED:
            op, imm = _NEGATED[expression.op], expression.imm
            type, effects, size = expression.type, expression.effects, expression.size
            return self.value(Expression(op, expression.args, imm, type, effects, size))
        code = self.value(expression)
        if not negated:
            return code
        return code._replace(text=f"!{code.at(UNARY)}", level=UNARY, boolean=True)

    # Memory

    def _access(self, expression: Expression, args: tuple[Code, ...]) -> Code:
        address, *values = (arg.text for arg in args)
        name = function_name(expression.op)
        return call_text(name, *self.place(expression, address), *values)

    def place(self, expression: Expression, address: str) -> tuple[str, str, str]:
        """Where a load or store takes place: the memory's base, an address and an offset."""
        _, offset, memory = cast("tuple[int, int, int]", expression.imm)
        number = str(offset) if offset < 1 << 16 else f"0x{offset:X}"
        if self.env.memories[memory].address != I32:
            width = ROWS[expression.op].width
            address = f"checked(I, {memory}, {address}, {number}, {width})"
            number = "0"
        return self.memory(memory), address, number

    # Calls

    def arguments(
        self, type: FuncType, args: tuple[Expression, ...], codes: tuple[Code, ...]
    ) -> list[str]:
        """The arguments of a call of a function of a type."""
        if has_array(type):
            if len(args) == 1 and isinstance(args[0], Elements):
                return [codes[0].text]
            self.fill(MANY, args, codes)
            self.most_arguments = max(self.most_arguments, len(type.params))
            return [MANY]
        texts: list[str] = []
        for arg, code in zip(args, codes):
            if isinstance(arg, Elements):
                texts += elements(arg, self.name(arg.index), type.params[len(texts) :])
            else:
                texts.append(code.text)
        return texts

    def fill(
        self, array: str, args: tuple[Expression, ...], codes: tuple[Code, ...]
    ) -> None:
        """Put values into an array, one after the other, before the statement."""
        at = 0
        for arg, code in zip(args, codes):
            if isinstance(arg, Elements):
                place = f"{array} + {at}" if at else array
                text = f"memmove({place}, {code.text}, {arg.count} * sizeof *{array})"
                at += arg.count
            else:
                text = f"{array}[{at}].{member(arg.type)} = {code.text}"
                at += 1
            self.before.append(Bound(text, code.effects, code.bounds_only))

    def called(self, type: FuncType, text: Code, expression: Expression) -> Code:
        """A call that has been written; at once, if its arguments lie where others may come."""
        if has_array(type) and len(type.results) == 1:
            text = Code(text.text, ATOM, expression.effects & BEYOND, False)
            return self.bind(text, type.results[0])
        return text


def elements(run: Elements, name: str, types: tuple[ValType, ...]) -> list[str]:
    """Each element of a run, of which the first ones of some types are the types."""
    return [f"{name}[{run.first + at}].{member(types[at])}" for at in range(run.count)]


def constant(constant: Const) -> Code:
    """A constant."""
    if constant.imm is None:
        return Code("NULL", ATOM)
    if constant.type in MASKS:
        return unsigned(cast(int, constant.imm), constant.type)
    return floating(cast(int, constant.imm), constant.type)


def has_cell(env: ModuleEnvironment, globalidx: int) -> bool:
    """Whether a global is a member of the module's own struct.

    All are that hold numbers, but those that other modules may set.
    """
    type, mutable = env.globals[globalidx]
    imported = globalidx < env.imported_globals
    return type in NUMERIC_TYPES and not (mutable and imported)


# Other instructions

_Writer = Callable[[Expressions, Expression, tuple[Code, ...]], Code]


def _global_get(e: Expressions, expression: Expression, args: tuple[Code, ...]) -> Code:
    index = cast(int, expression.imm)
    if has_cell(e.env, index):
        return Code(f"own(I)->g{index}", ATOM)
    return call_text(f"{_global_access(expression.type)}_get", "I", str(index))


def _global_set(e: Expressions, expression: Expression, args: tuple[Code, ...]) -> Code:
    index = cast(int, expression.imm)
    if has_cell(e.env, index):
        return Code(f"own(I)->g{index} = {args[0].text}", ATOM)
    name = f"{_global_access(e.env.globals[index].type)}_set"
    return call_text(name, "I", str(index), args[0].text)


def _global_access(type: str) -> str:
    return f"global_{member(type)}"


def _call(e: Expressions, expression: Expression, args: tuple[Code, ...]) -> Code:
    index = cast(int, expression.imm)
    type = e.env.func_type(index)
    texts = e.arguments(type, expression.args, args)
    return e.called(type, call_text(f"f{index}", "I", *texts), expression)


def _callee(e: Expressions, expression: Expression, args: tuple[Code, ...]) -> Code:
    typeidx, tableidx = cast("tuple[int, int]", expression.imm)
    index = args[0].text
    return call_text("w2p_callee", "I", str(tableidx), index, str(typeidx))


def _call_indirect(
    e: Expressions, expression: Expression, args: tuple[Code, ...]
) -> Code:
    type = e.env.types[cast(int, expression.imm)]
    texts = e.arguments(type, expression.args[1:], args[1:])
    text = call_text(e.signatures.call(type), args[0].text, *texts)
    return e.called(type, text, expression)


def _fuel_get(e: Expressions, expression: Expression, args: tuple[Code, ...]) -> Code:
    return Code("I->fuel", ATOM)


def _fuel_less(e: Expressions, expression: Expression, args: tuple[Code, ...]) -> Code:
    return Code(f"{args[0].text} - {expression.imm}", SUM)


def _fuel_bulk(e: Expressions, expression: Expression, args: tuple[Code, ...]) -> Code:
    fuel, count = args
    return call_text("fuel_less", fuel.text, count.text)


def _fuel_pay(e: Expressions, expression: Expression, args: tuple[Code, ...]) -> Code:
    return call_text("fuel_pay", "I", args[0].text)


def _tuple_get(e: Expressions, expression: Expression, args: tuple[Code, ...]) -> Code:
    text = f"{args[0].text}[{expression.imm}].{member(expression.type)}"
    return Code(text, ATOM)


def _is_null(e: Expressions, expression: Expression, args: tuple[Code, ...]) -> Code:
    return Code(f"{args[0].inside(UNARY)} == NULL", EQUALITY, boolean=True)


def _indexed(name: str) -> _Writer:
    """A call of a function for the one that the immediate names."""

    def text(e: Expressions, expression: Expression, args: tuple[Code, ...]) -> Code:
        code = call_text(name, "I", str(expression.imm), *(arg.text for arg in args))
        # Sizes are numbers of 64 bits, whatever the type of addresses.
        return cast_to("uint32_t", code) if expression.type == I32 else code

    return text


def _paired(name: str, swapped: bool = False) -> _Writer:
    """A call of a function for the two that the immediate names."""

    def text(e: Expressions, expression: Expression, args: tuple[Code, ...]) -> Code:
        one, two = cast("tuple[int, int]", expression.imm)
        indices = (two, one) if swapped else (one, two)
        return call_text(name, "I", *map(str, indices), *(arg.text for arg in args))

    return text


_WRITERS: Final[dict[str, _Writer]] = {
    "global.get": _global_get,
    "global.set": _global_set,
    "call": _call,
    "callee": _callee,
    "call_indirect": _call_indirect,
    "tuple.get": _tuple_get,
    "fuel.get": _fuel_get,
    "fuel.less": _fuel_less,
    "fuel.bulk": _fuel_bulk,
    "fuel.pay": _fuel_pay,
    "ref.is_null": _is_null,
    "ref.func": _indexed("w2p_ref_func"),
    "table.get": _indexed("w2p_table_get"),
    "table.set": _indexed("w2p_table_set"),
    "table.size": _indexed("w2p_table_size"),
    "table.grow": _indexed("w2p_table_grow"),
    "table.fill": _indexed("w2p_table_fill"),
    "table.copy": _paired("w2p_table_copy"),
    "table.init": _paired("w2p_table_init", swapped=True),
    "elem.drop": _indexed("w2p_elem_drop"),
    "memory.size": _indexed("memory_size"),
    "memory.grow": _indexed("w2p_memory_grow"),
    "memory.fill": _indexed("memory_fill"),
    "memory.copy": _paired("memory_copy"),
    "memory.init": _paired("w2p_memory_init", swapped=True),
    "data.drop": _indexed("w2p_data_drop"),
}
