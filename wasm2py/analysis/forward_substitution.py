"""Forward substitution: puts temporaries into the expressions that read them.

The builder gives a value a name when an assignment comes between it and its use. After the split into
webs most such assignments are of other variables:

    v1 = i32.load(v0)
    v2 = i32.add(v1, i32:16843009)          ->
    i32.store offset=4 (v0, v2)                   i32.store offset=4 (v0, i32.add(i32.load(v0), i32:16843009))

Why it is sound: a temporary that is read once, in the same block, moves to where it is read only if
neither the statements between nor the operands evaluated before it conflict with it (by the effects of
the builder), if it writes nothing, and never into an arm that might not be evaluated. A sum with a constant moves
past a step of its variable as the sum of the next value with what is left of the constant, modulo 2**32:

    v1 = i32.add(v0, i32:1025)
    v2 = i32.add(v0, i32:1)                 ->   v2 = i32.add(v0, i32:1)
    v0 = v2                                      v0 = v2
    i32.load8_u(v1)                              i32.load8_u(i32.add(v0, i32:1024))

A copy of a
variable that never changes is that variable: both are assigned once, and the copy's assignment
dominates its uses. So what a handler may see stays: it does not read the temporary, which is read elsewhere,
and what writes nothing does not throw.
"""

from __future__ import annotations

from typing import Final

from wasm2py.analysis.ranges.induction_variables import (
    constant_step,
    has_step,
    own_step,
)
from wasm2py.ir.effects import (
    ANYTHING,
    BEYOND,
    conflict,
    variable_bit,
    variable_bits,
)
from wasm2py.ir.function import Function
from wasm2py.ir.graph import Block, BranchEnd
from wasm2py.ir.nodes import (
    TUPLE,
    Assign,
    Const,
    Expression,
    Statement,
    Variable,
    binary,
)
from wasm2py.ir.walk import variables
from wasm2py.spec.types import MASKS

_WRITES: Final = ANYTHING & 56
# So many statements behind a temporary at most are looked at.
_FARTHEST: Final = 12


def fold_temporaries(blocks: list[Block], function: Function) -> None:
    """Fold what can be folded in the linked blocks of a function."""
    copies, temporaries = _copies_and_temporaries(blocks, function)
    if not copies and not temporaries:
        return
    renamed = variable_bits(copies)
    concerned = renamed | variable_bits(temporaries)
    times: dict[int, int] = {}
    for block in blocks:
        for expression in block.expressions():
            if not expression.effects & concerned:
                continue
            for variable in variables(expression):
                index = variable.index
                if index in copies:
                    index = copies[index]
                    variable.rename(index)
                times[index] = times.get(index, 0) + 1
    if copies:
        for block in blocks:
            block.refresh_effects(renamed)
            block.statements = [s for s in block.statements if not _is_copy(s, copies)]
    single = {variable for variable in temporaries if times.get(variable) == 1}
    for block in dict.fromkeys(temporaries[variable] for variable in single):
        _fold_block(block, single, function.largest_expression)


def _copies_and_temporaries(
    blocks: list[Block], function: Function
) -> tuple[dict[int, int], dict[int, Block]]:
    """The variables that are copies of others for good, and of which; those whose values may be moved.

    The latter are in the blocks in which they get their values, and are moved if they are read once.
    """
    once, types = function.assigned_once, function.types
    copies: dict[int, int] = {}
    temporaries: dict[int, Block] = {}
    for block in blocks:
        for statement in block.statements:
            if not isinstance(statement, Assign) or statement.variable not in once:
                continue
            variable, value = statement.variable, statement.value
            if isinstance(value, Variable) and value.index in once:
                copies[variable] = copies.get(value.index, value.index)
            elif not value.effects & _WRITES and types[variable] != TUPLE:
                temporaries[variable] = block
    return copies, temporaries


def _is_copy(statement: Statement, copies: dict[int, int]) -> bool:
    return isinstance(statement, Assign) and statement.variable in copies


def _fold_block(block: Block, single: set[int], largest: int) -> None:
    statements = block.statements
    kept: list[Statement] = []
    for at in range(len(statements) - 1, -1, -1):
        statement = statements[at]
        if isinstance(statement, Assign) and statement.variable in single:
            if _fold(statement, kept, block, largest):
                continue
        kept.append(statement)
    kept.reverse()
    block.statements = kept


def _fold(assign: Assign, behind: list[Statement], block: Block, largest: int) -> bool:
    """Move a value into the expression that reads it, among the statements behind (last one first)."""
    value, bit = assign.value, variable_bit(assign.variable)
    for at in range(len(behind) - 1, max(-1, len(behind) - 1 - _FARTHEST), -1):
        statement = behind[at]
        own, before = statement.own(), 0
        for expression in own:
            if expression.effects & bit:
                if conflict(before, value.effects):
                    return False
                folded = _folded(expression, assign.variable, value, largest)
                if folded is None:
                    return False
                statement.replace_own(
                    tuple(folded if e is expression else e for e in own)
                )
                return True
            before |= expression.effects
        if conflict(before, value.effects):
            return False
        # Or the value would be another one.
        if value.effects & variable_bits(statement.defines()):
            moved = _moved(value, behind, at)
            if moved is None:
                return False
            value = moved
    end = block.end
    if len(behind) > _FARTHEST or not isinstance(end, BranchEnd):
        return False
    if end.condition.effects & bit:
        folded = _folded(end.condition, assign.variable, value, largest)
        if folded is not None:
            end.condition = folded
            return True
    return False


def _moved(value: Expression, behind: list[Statement], at: int) -> Expression | None:
    """A sum of a variable and a constant as one of what a statement steps the variable to, or None."""
    statement = behind[at]
    if not has_step(value) or not isinstance(statement, Assign):
        return None
    variable, stepped = value.args[0], statement.value
    if not isinstance(variable, Variable) or statement.variable != variable.index:
        return None
    if isinstance(stepped, Variable) and at + 1 < len(behind):
        before = behind[at + 1]
        if isinstance(before, Assign) and before.variable == stepped.index:
            stepped = before.value
    step = own_step(stepped, variable.index)
    left = constant_step(value) - step
    # What is left is not subtracted: of a difference less is known.
    if not step or not 0 <= left <= MASKS[value.type]:
        return None
    if not left:
        return variable
    return binary(f"{value.type}.add", variable, Const(value.type, left))


def _folded(
    expression: Expression, variable: int, value: Expression, largest: int
) -> Expression | None:
    """An expression with a value in a variable's place, or None if that is not possible."""
    if isinstance(expression, Variable):
        return value if expression.index == variable else None
    if expression.size + value.size > largest or not expression.args:
        return None
    bit = variable_bit(variable)
    before = 0
    for at, arg in enumerate(expression.args):
        if arg.effects & bit:
            if conflict(before, value.effects):
                return None
            if expression.op == "select" and at and value.effects & BEYOND:
                return None  # might not be evaluated
            folded = _folded(arg, variable, value, largest)
            return None if folded is None else expression.with_arg(at, folded)
        before |= arg.effects
    return None
