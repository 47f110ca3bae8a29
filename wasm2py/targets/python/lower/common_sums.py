"""Common subexpressions of one kind: makes one variable of two that are given the same sum.

Compilers calculate nothing twice, but where strength reduction has put addresses in the place of indexes,
what was the next index and what was its address have become the same:

    v3 = i32.add(v2, i32:-4)
    v5 = i32.add(v2, i32:-4)
    ... v3 ... v5 ...              ->      v3 = i32.add(v2, i32:-4)
    v2 = v5                                ... v3 ... v3 ...
                                           v2 = v3

Why it is sound: of two variables that are given a sum of one variable and one constant, and nothing else
ever, the second becomes the first if no branch and no read of it is between them: then they are the same
wherever they are read. A read before both, in a loop, finds in both what the iteration before has left.
"""

from __future__ import annotations

from typing import Final, cast

from wasm2py.ir.effects import variable_bits
from wasm2py.ir.nodes import Assign, Const, Statement, Variable
from wasm2py.ir.walk import every, variables
from wasm2py.spec.opcodes import instructions
from wasm2py.targets.python.tree.function import StructuredFunction

_ADDITIONS: Final = instructions("add")

Sum = tuple[str, object]  # the instruction and the constant, for a variable


def share_sums(function: StructuredFunction) -> None:
    """Merge such variables of structured code, where each is assigned once."""
    renamed: dict[int, int] = {}
    waiting = [function.statements]
    while waiting:
        statements = waiting.pop()
        for statement in statements:
            waiting += statement.parts()
        _share(statements, function.assigned_once, renamed)
    if renamed:
        _rename(function.statements, renamed)


def has_equal_sums(assigns: list[Assign], once: set[int]) -> bool:
    """Whether two variables that are assigned once are given the same sum, wherever that is: it is rare."""
    found: set[tuple[int, Sum]] = set()
    for assign in assigns:
        sum = _sum(assign)
        if sum is not None and assign.variable in once:
            if sum in found:
                return True
            found.add(sum)
    return False


def _sum(statement: Statement) -> tuple[int, Sum] | None:
    """The variable and the constant that another variable is given the sum of."""
    if isinstance(statement, Assign) and statement.value.op in _ADDITIONS:
        value = statement.value
        left, right = value.args
        if isinstance(left, Variable) and isinstance(right, Const):
            return left.index, (value.op, right.imm)
    return None


def _share(
    statements: list[Statement], once: set[int], renamed: dict[int, int]
) -> None:
    """Find the second ones in a list, and take their assignments out of it."""
    known: dict[int, dict[Sum, int]] = {}  # by the variable in the sum
    read: set[int] = set()  # since the first of these
    kept: list[Statement] = []
    for statement in statements:
        if statement.is_control():
            known.clear()
            read.clear()
            kept.append(statement)
            continue
        found = _sum(statement)
        if found is not None:
            source, sum = found
            variable = cast(Assign, statement).variable
            if variable in once and variable not in read:
                first = known.setdefault(source, {}).setdefault(sum, variable)
                if first != variable:
                    renamed[variable] = first
                    continue
        kept.append(statement)
        if known:
            for expression in statement.own():
                read.update(other.index for other in variables(expression))
            for variable in statement.defines():
                known.pop(variable, None)
    statements[:] = kept


def _rename(statements: list[Statement], renamed: dict[int, int]) -> None:
    bits = variable_bits(renamed)
    for statement in every(statements):
        for expression in statement.own():
            for variable in variables(expression):
                if variable.index in renamed:
                    variable.rename(renamed[variable.index])
            expression.refresh_effects(bits)
