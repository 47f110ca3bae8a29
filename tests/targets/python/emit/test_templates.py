"""Generated code evaluates each operand once, and in order, whatever it makes of an instruction.

Each instruction is printed with calls for operands, in every context and with constants and variables among
them, and what is printed is executed: the calls tell when they happen.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any, NamedTuple

import pytest

from wasm2py.ir.build.builder import Builder
from wasm2py.ir.effects import ANYTHING, PURE
from wasm2py.ir.fuel import FUEL
from wasm2py.ir.function import Function
from wasm2py.ir.nodes import (
    CALLEE,
    Assign,
    Const,
    Do,
    Expression,
    Fact,
    Statement,
    Variable,
)
from wasm2py.ir.signatures import signature
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.features import DEFAULT_FEATURES
from wasm2py.spec.opcodes import CONTROL, OPCODES, ROWS
from wasm2py.spec.types import FuncType, GlobalType, Limits, MemoryType, TableType
from wasm2py.targets.python.choose.representation import plain_forms
from wasm2py.targets.python.emit.expressions import Expressions
from wasm2py.targets.python.emit.statements import Statements
from wasm2py.targets.python.idioms.copy import CopyRow
from wasm2py.targets.python.idioms.fill import FillPlaces, FillRow
from wasm2py.targets.python.idioms.fill_while import FillWhile, PaidWhile
from wasm2py.targets.python.idioms.payment import PaidRounds
from wasm2py.targets.python.idioms.search import Find
from wasm2py.targets.python.idioms.sum import SumRow
from wasm2py.targets.python.pipeline import LARGEST_EXPRESSION
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.nodes import If, Return
from wasm2py.targets.python.tree.operations import OPERATIONS

TYPES = ("i32", "i64", "f32", "f64", "funcref")
# What calls return: ways part at zero, at the sign bit and so on.
RESULTS = (3, 0, 0xFFFFFFF0)
CALLS = ("call", "callee")
CALLED = "f10000000000000000000"  # long, so that lines have to be cut

_ENV = ModuleEnvironment(DEFAULT_FEATURES)
_ENV.types = [FuncType((), (type,)) for type in TYPES] + [
    FuncType(("i32", "f32"), ("i32",))
]
_ENV.memories = [MemoryType(Limits(1, None))]
_ENV.tables = [TableType("funcref", Limits(1, None))]
_ENV.globals = [GlobalType(type, True) for type in TYPES]

_SKIPPED = ("drop", "select", "local.get", "local.set", "local.tee", "ref.null")
_IMMEDIATES: dict[str, tuple[Any, ...]] = {
    "switch.arm": ((0, 1, 2),),
    "callee": ((5, 0),),
    "call_indirect": (5,),
    "cells.fill": (FillRow(4, 0, 0, 1, 1), FillRow(4, 8, 0, 4, 2)),
    "cells.fill_places": (FillPlaces(4, ((0, 0),), 8, 0, 1),),
    "cells.fill_while": (
        FillWhile(4, 0, 0, 0, "i32"),
        FillWhile(4, 8, 0, 1, "i32"),
    ),
    "cells.find": (Find(0, 0), Find(8, 0)),
    "cells.sum": (SumRow(("u8",), (0,), 0, 1, 1), SumRow(("u8",), (8,), 0, 4, 2)),
    "cells.products": (SumRow(("u8", "i16"), (0, 4), 0, 1, 1),),
    "cells.copy": (CopyRow(4, (0, 8), 0, 1, 1), CopyRow(4, (0, 8), 0, 4, 2)),
    "cells.paid": (PaidRounds(12, 4, 0, (4, 8)),),
    "cells.paid_while": (PaidWhile(12, FillWhile(4, 8, 0, 1, "i32")),),
    "cells.copy_down": (CopyRow(4, (0, 0), 0, 1, 1),),
    "memory.init": ((0, 0),),
    "memory.copy": ((0, 0),),
    "table.init": ((0, 0),),
    "table.copy": ((0, 0),),
}


class Form(NamedTuple):
    """An instruction with its immediate and its type, if there is a choice."""

    op: str
    imm: Any
    params: tuple[str, ...]
    result: str


def _forms() -> Iterator[Form]:
    """All that there is in the intermediate representation, but for what has no operands."""
    for row in OPCODES:
        if row.effects & CONTROL or row.name in (*_SKIPPED, "call", "call_indirect"):
            continue
        imms = _IMMEDIATES.get(row.name, (None,))
        if row.width:
            imms = ((0, 0, 0), (0, 12, 0))
        elif row.name.startswith("global"):
            imms = tuple(range(len(TYPES)))
        elif row.name.startswith(("memory", "table", "data", "elem")):
            imms = _IMMEDIATES.get(row.name, (0,))
        for imm in imms:
            yield _form(row.name, imm, "funcref")
    yield Form("call", 5, ("i32", "f32"), "i32")
    for op in ("callee", "call_indirect", "switch.arm"):
        yield _form(op, _IMMEDIATES[op][0], "i32")
    cells = [op for op in _IMMEDIATES if op.startswith("cells.")]
    for op in cells:
        for imm in _IMMEDIATES[op]:
            yield _form(op, imm, "" if op.startswith("cells.copy") else "i32")
    for type in ("i32", "i64"):
        yield _form(f"{type}.gcd_u", None, type)
        yield _form(f"{type}.gcd_s", None, type)
    for type in TYPES:
        yield _form("select", None, type)


def _form(op: str, imm: Any, type: str) -> Form:
    some = tuple(Const(type, 0) for _ in range(6))
    of = Expression(op, some, imm, type, 0, 0)
    params, result = signature(_ENV, of, OPERATIONS)
    return Form(op, imm, params, result)


FORMS = [form for form in _forms() if form.params]


def test_there_are_all_of_them() -> None:
    assert len(FORMS) > 200


# Operands


def _call(at: int, type: str, effects: int = ANYTHING) -> Expression:
    """A call that tells of itself as number `at`."""
    if type == CALLEE:
        index = _call(at, "i32")
        return Expression("callee", (index,), (5, 0), CALLEE, ANYTHING, 20)
    return Expression("call", (), f"{CALLED[1:]}{at}", type, effects, 30)


def _atoms(type: str) -> list[Expression]:
    """Constants and variables of a type."""
    index = TYPES.index(type) if type in TYPES else 0
    constants = {
        "i32": (0, 5, 0xFFFFFFFF),
        "i64": (0, 5, 1 << 63),
        "f32": (0, 0x3F800000),
    }
    found: list[Expression] = [Variable(index, type)]
    if type in ("i32", "i64"):
        known = Variable(index, type)
        known.fact = Fact(0, 1000, 1)
        found.append(known)
    numbers: tuple[int | None, ...] = constants.get(type, (0,))
    if type == "funcref":
        numbers = (None,)
    found += [Const(type, value) for value in numbers]
    return found


def _operands(form: Form) -> Iterator[tuple[Expression, ...]]:
    """Calls for all operands, and for all but one, which is an atom."""
    calls = [_call(at, type) for at, type in enumerate(form.params)]
    if form.op == "select":
        calls[1:] = [_call(at, form.result, PURE) for at in (1, 2)]
    yield tuple(calls)
    for at, type in enumerate(form.params):
        if type not in (CALLEE, FUEL):
            for atom in _atoms(type):
                yield (*calls[:at], atom, *calls[at + 1 :])


def _expression(form: Form, operands: tuple[Expression, ...]) -> Expression:
    return Expression(form.op, operands, form.imm, form.result, ANYTHING, 100)


# Contexts


def _statements(form: Form, value: Expression) -> Iterator[list[Statement]]:
    """An instruction in all places where it can be, alone and as an operand."""
    type = value.type
    if type == CALLEE:
        number = Const("f32", 0)
        args = (value, Variable(0, "i32"), number)
        yield [Do(Expression("call_indirect", args, 5, "i32", ANYTHING, 50))]
        return
    yield [Do(value)]
    if not type:
        return
    yield [Return((value,))]
    if type in TYPES:
        yield [Assign(TYPES.index(type), value)]
    if type == "i32":
        yield [If(value, False, [], [])]
        yield [If(value, True, [], [])]
        wide = Expression("i64.extend_i32_s", (value,), None, "i64", ANYTHING, 20)
        yield [Return((wide,))]
    if type in ("i32", "i64"):
        for op in ("lt_s", "add", "and"):
            both = (value, Const(type, 7))
            result = "i32" if op == "lt_s" else type
            name = f"{type}.{op}"
            yield [Return((Expression(name, both, None, result, ANYTHING, 50),))]


# What is printed


class _Object(int):
    """Stands for whatever generated code finds in its module: functions, views, tables."""

    raw: Any = 1

    def __call__(self, *args: Any) -> Any:
        return _Object(1)

    def __getitem__(self, index: Any) -> Any:
        return _Object(1)

    def __setitem__(self, index: Any, value: Any) -> None:
        pass


def _printed(statements: list[Statement], words: bool, in_loop: bool) -> str:
    """The statements as Python, in a function that has a variable of each type."""
    builder = Builder(_ENV, FuncType((), ()), list(TYPES), LARGEST_EXPRESSION)
    builder.step(ROWS["end"], None)
    graph = Function(FuncType((), ()), 0, len(TYPES), builder)
    function = StructuredFunction(graph, statements)
    expressions = Expressions(_ENV, function, plain_forms(function), words, True, True)
    expressions.loop_depth = int(in_loop)
    writer = Statements(expressions, function.assigned_once, 4, 1 << 20)
    writer.block(statements, 4)
    lines = [f"    v{at} = {value}" for at, value in enumerate((2, 2, 1.5, 1.5, None))]
    lines.append("    r = [0.0]")
    return "\n".join(["def function():", *lines, *writer.lines]) + "\n"


def _order(text: str, result: int) -> list[int]:
    """The calls that what is printed makes, in order."""
    taken: list[int] = []
    code = compile(text, "<printed>", "exec")
    body = next(item for item in code.co_consts if isinstance(item, CodeType))

    def call(at: int) -> Callable[[], int]:
        def function() -> int:
            taken.append(at)
            return result

        return function

    names: dict[str, Any] = {}
    for name in body.co_names:
        if name.startswith(CALLED):
            names[name] = call(int(name[len(CALLED) :]))
        elif not hasattr(builtins, name):
            names[name] = _Object(1)
    exec(code, names)
    try:
        names["function"]()
    except (ZeroDivisionError, OverflowError, TypeError, ValueError):
        pass  # after the operands
    return taken


def test_there_is_a_form_of_each_instruction() -> None:
    """But for control instructions and what has no operands, or a test of its own."""
    plain = {row.name for row in OPCODES if not row.effects & CONTROL and row.params}
    assert {form.op for form in FORMS} == (
        plain
        | (OPERATIONS.keys() - {"label"})
        | {"call", "callee", "call_indirect", "select"}
        | {"global.set", "table.get", "table.set", "table.fill", "table.grow"}
        | {"table.init", "table.copy", "ref.is_null", "memory.init", "memory.copy"}
        | {"memory.grow", "memory.fill"}
    )


def _wanted(form: Form, operands: tuple[Expression, ...], taken: list[int]) -> bool:
    """Whether these are the operands, each once and in order."""
    calls = [at for at, operand in enumerate(operands) if operand.op in CALLS]
    if form.op == "select":
        # Arms that are evaluated without need do nothing else.
        return len(taken) == len(set(taken)) and set(calls) - {1, 2} <= set(taken)
    return taken == calls


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.op} {form.imm}")
def test_operands_are_evaluated_once_and_in_order(form: Form) -> None:
    for operands in _operands(form):
        for words in (False, True):
            for in_loop in (False, True):
                for statements in _statements(form, _expression(form, operands)):
                    text = _printed(statements, words, in_loop)
                    for result in RESULTS:
                        taken = _order(text, result)
                        assert _wanted(form, operands, taken), (taken, text)
