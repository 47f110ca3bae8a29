"""Fuel: how many instructions an instance may still execute, in metered code.

While a function runs, its fuel is in a variable of the type `FUEL`, a signed number. What it takes there it
pays from time to time, into the instance: that is where it stops if there is not enough. The builder decides
where (`wasm2py.ir.build.metered`), by the instructions alone, so that the numbers are the same whatever passes
and targets make of the code, to which all this is variables and instructions like others:

- `fuel.get` gives what the instance has,
- `fuel.less[n]` takes n, `fuel.bulk` its second operand,
- `fuel.pay` makes it what the instance has, and traps where that is less than nothing; it gives the fuel,
  of which a target may have split off a part.

Whatever is called pays as well, so the variable is read anew after calls.
"""

from __future__ import annotations

from typing import Final, cast

from wasm2py.ir.effects import (
    PURE,
    READS_GLOBAL,
    TRAPS,
    WRITES_GLOBAL,
    may_throw,
)
from wasm2py.ir.graph import Block, JumpEnd
from wasm2py.ir.nodes import Assign, Do, Expression, Statement, Variable

FUEL: Final = "fuel"
PAYING: Final = READS_GLOBAL | WRITES_GLOBAL | TRAPS

FUEL_EFFECTS: Final = {
    "fuel.get": READS_GLOBAL,
    "fuel.less": PURE,
    "fuel.bulk": PURE,
    "fuel.pay": PAYING,
}
_SIZE: Final = 8


def take(variable: int, amount: int) -> Assign:
    """Take some of the fuel."""
    return Assign(variable, _less(Variable(variable, FUEL), amount))


def _less(fuel: Expression, amount: int) -> Expression:
    return Expression("fuel.less", (fuel,), amount, FUEL, fuel.effects, _SIZE)


def take_in_proportion(variable: int, count: Expression) -> Assign:
    """Take as much as a count is, read as unsigned."""
    fuel = Variable(variable, FUEL)
    effects = fuel.effects | count.effects
    return Assign(
        variable, Expression("fuel.bulk", (fuel, count), None, FUEL, effects, _SIZE)
    )


def pay(variable: int) -> Assign:
    """Pay for what has been taken."""
    fuel = Variable(variable, FUEL)
    effects = PAYING | fuel.effects
    return Assign(variable, Expression("fuel.pay", (fuel,), None, FUEL, effects, _SIZE))


def get(variable: int) -> Assign:
    """Read what the instance has."""
    return Assign(variable, Expression("fuel.get", (), None, FUEL, READS_GLOBAL, _SIZE))


def place_fuel(blocks: list[Block], variable: int) -> None:
    """Read the fuel where it is needed, in linked blocks, and take and pay no more often than must be.

    Where something is taken does not matter, if it is before the same payment.
    """
    for block in blocks:
        _sink(block, variable)
    _drop_payments(blocks, variable)
    needed = _find_needed(blocks)
    handlers = {block.handler for block in blocks}
    for block in blocks:
        after = any(needed[target.position] for target in block.end.targets)
        block.statements[:] = _with_reads(block, variable, after)
        if block in handlers and needed[block.position]:
            block.statements.insert(1, get(variable))
    if needed[0]:
        _read_late(blocks[0], needed, variable)
    for block in blocks:
        block.statements[:] = _joined(block.statements, variable)


def _op(statement: Statement) -> str:
    """The instruction on fuel that a statement is, if it is one."""
    for value in statement.own():
        if value.op in FUEL_EFFECTS:
            return value.op
    return ""


def _calls(statement: Statement) -> bool:
    return any(may_throw(value.effects) for value in statement.own())


def _sink(block: Block, variable: int) -> None:
    """Take what a block takes in those that follow, if these take something themselves."""
    place = next((n for n, each in enumerate(block.statements) if _op(each)), None)
    targets = block.end.distinct_targets()
    if (
        place is None
        or sum(map(bool, map(_op, block.statements))) != 1
        or _op(block.statements[place]) != "fuel.less"
        or any(target.predecessors != [block] for target in targets)
        or not any(_takes(target) for target in targets)
    ):
        return
    taken = block.statements.pop(place)
    for target in targets:
        target.statements[:0] = [taken.again()]
        target.statements[:] = _joined(target.statements, variable)


def _takes(block: Block) -> bool:
    """Whether a block takes something at its beginning."""
    return bool(block.statements) and _op(block.statements[0]) == "fuel.less"


def _drop_payments(blocks: list[Block], variable: int) -> None:
    """Remove payments where nothing has been taken since the last one."""
    owed = [False] * len(blocks)
    changed = True
    while changed:
        changed = False
        for block in blocks:
            owes = _owed_after(block.statements, owed[block.position])
            for target in block.followers():
                if owes and not owed[target.position]:
                    owed[target.position] = changed = True
    after = [_owed_after(block.statements, owed[block.position]) for block in blocks]
    for block in blocks:
        before = owed[block.position]
        if block.statements[:1] and _op(block.statements[0]) == "fuel.pay":
            # Where some have nothing to pay, the others do so before they come here.
            debtors = [p for p in block.predecessors if after[p.position]]
            if len(debtors) < len(block.predecessors) and all(
                isinstance(each.end, JumpEnd) for each in debtors
            ):
                for each in debtors:
                    each.statements.append(pay(variable))
                before = False
        kept = []
        for statement in block.statements:
            op = _op(statement)
            if before or op != "fuel.pay":
                kept.append(statement)
            before = _owes(op, before)
        block.statements[:] = kept


def _owed_after(statements: list[Statement], before: bool) -> bool:
    """Whether something has to be paid behind statements, if so or not before them."""
    for statement in statements:
        before = _owes(_op(statement), before)
    return before


def _owes(op: str, before: bool) -> bool:
    return op != "fuel.pay" and (before or op in ("fuel.less", "fuel.bulk"))


def _find_needed(blocks: list[Block]) -> list[bool]:
    """Whether the variable is read that has a value at the beginning of each block."""
    needed = [False] * len(blocks)
    changed = True
    while changed:
        changed = False
        for block in reversed(blocks):
            before = any(needed[target.position] for target in block.end.targets)
            for statement in reversed(block.statements):
                before = bool(_op(statement)) or (before and not _calls(statement))
            if before and not needed[block.position]:
                needed[block.position] = changed = True
    return needed


def _with_reads(block: Block, variable: int, after: bool) -> list[Statement]:
    """The statements of a block, with fuel that is read again after calls."""
    found: list[Statement] = []
    for statement in reversed(block.statements):
        if after and _calls(statement):
            found.append(get(variable))
            after = False
        if _op(statement) == "fuel.pay" and not after:
            statement = Do(*statement.own())
        after = after or bool(_op(statement))
        found.append(statement)
    return found[::-1]


def _read_late(first: Block, needed: list[bool], variable: int) -> None:
    """Read the fuel at the beginning, or where it is first needed on each way from there."""
    waiting = [first]
    for block in waiting:  # which grows
        targets = block.end.distinct_targets()
        if any(map(_op, block.statements)) or any(
            target.predecessors != [block] for target in targets
        ):
            block.statements.insert(0, get(variable))
        else:
            waiting += [target for target in targets if needed[target.position]]


def _joined(statements: list[Statement], variable: int) -> list[Statement]:
    """The same, with what is read or taken right before it is taken from as one."""
    found: list[Statement] = []
    for statement in statements:
        before = found[-1] if found else None
        if (
            isinstance(statement, Assign)
            and isinstance(before, Assign)
            and statement.value.op == "fuel.less"
            and before.value.op in ("fuel.get", "fuel.less")
        ):
            value, amount = before.value, cast(int, statement.value.imm)
            if value.op == "fuel.less":
                value, amount = value.args[0], amount + cast(int, value.imm)
            found[-1] = Assign(variable, _less(value, amount))
        else:
            found.append(statement)
    return found
