"""Keeps the value of a global that is changed and then set back, as each stack frame does with its pointer.

    v1 = i32.sub(global.get[0](), i32:32)          v2 = global.get[0]()
    global.set[0](v1)                              v1 = i32.sub(v2, i32:32)
    ...                                     ->     global.set[0](v1)
    global.set[0](i32.add(v1, i32:32))             ...
                                                   global.set[0](v2)

Why it is sound: the variable gets its only value before any use, and the new one gets its value with it. The
sum that is replaced takes back the constant, modulo 2**32, so it is what was read there. It is looked for where a
function begins, outside of everything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, cast

from wasm2py.analysis.ranges.induction_variables import constant_step, has_step
from wasm2py.ir.nodes import Assign, Do, Expression, Statement, Variable, binary
from wasm2py.ir.walk import every
from wasm2py.spec.types import MASKS
from wasm2py.targets.python.tree.function import StructuredFunction


class Moved(NamedTuple):
    """A global's value and a constant."""

    globalidx: int
    step: int


def restore_globals(function: StructuredFunction) -> None:
    """Name what structured code begins with reading of such globals, and set them back to that."""
    moved = moved_variables(function.statements, function.assigned_once)
    before: dict[int, Variable] = {}  # what each moved variable has been made of
    for statement in every(function.statements):
        if not isinstance(statement, Do) or statement.value.op != "global.set":
            continue
        restored = _restored(statement.value, moved)
        if restored is None:
            continue
        if restored.index not in before:
            function.types.append(restored.type)
            variable = len(function.types) - 1
            function.assigned_once.add(variable)
            before[restored.index] = Variable(variable, restored.type)
        value = before[restored.index]
        statement.value = statement.value.with_arg(0, _again(value))
    function.statements[:] = _named(list(function.statements), before)


def moved_variables(statements: list[Statement], once: set[int]) -> dict[int, Moved]:
    """The variables whose only value is that of a global and a constant."""
    moved: dict[int, Moved] = {}
    for statement in statements:
        if isinstance(statement, Assign) and has_step(statement.value):
            origin = statement.value.args[0]
            if origin.op == "global.get" and statement.variable in once:
                step = constant_step(statement.value)
                moved[statement.variable] = Moved(cast(int, origin.imm), step)
    return moved


def _restored(setting: Expression, moved: dict[int, Moved]) -> Variable | None:
    """The moved variable that is moved back where a global is set."""
    (value,) = setting.args
    if not has_step(value) or not isinstance(variable := value.args[0], Variable):
        return None
    known = moved.get(variable.index)
    if known is None or known.globalidx != setting.imm:
        return None
    rest = (known.step + constant_step(value)) & MASKS[value.type]
    return None if rest else variable


def _again(variable: Variable) -> Variable:
    return Variable(variable.index, variable.type)


def _named(
    statements: list[Statement], before: dict[int, Variable]
) -> Iterator[Statement]:
    """Statements, and in front of those that give moved variables their values what these are made of."""
    for statement in statements:
        if isinstance(statement, Assign) and statement.variable in before:
            variable = before[statement.variable]
            origin, constant = statement.value.args
            yield Assign(variable.index, origin)
            statement.value = binary(statement.value.op, _again(variable), constant)
        yield statement
