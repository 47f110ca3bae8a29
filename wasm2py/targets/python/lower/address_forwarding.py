"""Address forwarding: puts a variable plus a constant back into the accesses that use the sum.

Compilers name an address that they use twice, to read a cell and to write it. If it is a variable and a
constant whose sum does not wrap around, views at a distance have the sum for nothing at each access, so
the name goes:

    v1 = i32.add(v0, i32:8)
    i32.store(v1, i32.load(v1))     ->     i32.store offset=8 (v0, i32.load offset=8 (v0))

Why it is sound: all that reads the name must be accesses, in statements that follow it without a loop or
an `if` in between and before the other variable is given a value. The value is the same there, and
evaluating it anywhere has no effect.
"""

from __future__ import annotations

from typing import Final, cast

from wasm2py.ir.effects import variable_bit, variable_bits
from wasm2py.ir.nodes import (
    Assign,
    Const,
    Expression,
    Statement,
    Variable,
)
from wasm2py.ir.walk import every, reads, variables
from wasm2py.spec.addresses import ADDRESS_TYPES
from wasm2py.spec.opcodes import ACCESSES, instructions
from wasm2py.targets.python.tree.function import StructuredFunction

_ADDITIONS: Final = instructions("add")
# So many statements behind an address at most are looked at.
_FARTHEST: Final = 8


def forward_addresses(function: StructuredFunction) -> None:
    """Forward addresses in structured code, where value ranges are known."""
    statements = every(function.statements)
    assigns = [each for each in statements if isinstance(each, Assign)]
    addresses = named_addresses(assigns, function.assigned_once)
    forwarding = _Forwarding(function, addresses)
    for part in (function.statements, *(p for s in statements for p in s.parts())):
        if part:
            forwarding.block(part)


def named_addresses(assigns: list[Assign], once: set[int]) -> set[int]:
    """The variables, of those that are assigned once, that are given such an address."""
    return {
        assign.variable
        for assign in assigns
        if assign.variable in once and _is_address(assign.value)
    }


def _is_address(value: Expression) -> bool:
    """Whether it is a variable and a constant whose sum does not wrap around."""
    if value.op not in _ADDITIONS:
        return False
    source, constant = value.args
    if not isinstance(source, Variable) or not isinstance(constant, Const):
        return False
    fact, greatest = source.fact, ADDRESS_TYPES[value.type].greatest
    if fact is None or fact.low < 0:
        return False
    return fact.high + cast(int, constant.imm) <= greatest


class _Forwarding:
    """Forwards the addresses that have certain names."""

    def __init__(self, function: StructuredFunction, addresses: set[int]) -> None:
        self._function = function
        self._addresses = addresses
        self._reads: dict[int, int] | None = None  # of these, before any change

    def block(self, statements: list[Statement]) -> None:
        """Forward those in a list."""
        kept: list[Statement] = []
        for at, statement in enumerate(statements):
            if isinstance(statement, Assign) and statement.variable in self._addresses:
                behind = statements[at + 1 : at + 1 + _FARTHEST]
                if self._replace(behind, statement.variable, statement.value):
                    continue
            kept.append(statement)
        if len(kept) < len(statements):
            statements[:] = kept

    def _replace(
        self, behind: list[Statement], variable: int, address: Expression
    ) -> bool:
        """Put an address in a variable's place, if that is where all is that reads it."""
        source = cast(Variable, address.args[0]).index
        bit = variable_bit(variable)
        times = 0
        changed: list[tuple[Statement, tuple[Expression, ...]]] = []
        for statement in behind:
            if statement.is_control():
                break
            own = statement.own()
            found = sum(
                read.index == variable
                for e in own
                if e.effects & bit
                for read in variables(e)
            )
            if found:
                replaced = [_replaced(e, variable, address) for e in own]
                new = tuple(e for e in replaced if e is not None)
                if len(new) < len(own):
                    return False
                changed.append((statement, new))
                times += found
            if source in statement.defines():
                break
        if not changed or times < self._times(variable):
            return False
        for statement, new in changed:
            statement.replace_own(new)
        return True

    def _times(self, variable: int) -> int:
        """How often a variable is read."""
        if self._reads is None:
            bits = variable_bits(self._addresses)
            self._reads = reads(self._function.statements, bits)
        return self._reads[variable]


def _replaced(
    expression: Expression, variable: int, address: Expression
) -> Expression | None:
    """An expression with an address in a variable's place, or None if it is read otherwise, too."""
    if isinstance(expression, Variable):
        return None if expression.index == variable else expression
    changed = expression
    for at, arg in enumerate(expression.args):
        if not at and expression.op in ACCESSES and isinstance(arg, Variable):
            new: Expression | None = address if arg.index == variable else arg
        else:
            new = _replaced(arg, variable, address)
        if new is None:
            return None
        if new is not arg:
            changed = changed.with_arg(at, new)
    return changed
