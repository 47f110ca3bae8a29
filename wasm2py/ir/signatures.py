"""What the instructions of the intermediate representation take, give and do.

The checker's own account of it, which the builder and the passes know nothing of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, cast

from wasm2py.errors import Unimplemented
from wasm2py.ir.build.instruction_effects import EFFECTS, may_trap
from wasm2py.ir.effects import (
    ANYTHING,
    PURE,
    READS_GLOBAL,
    TRAPS,
)
from wasm2py.ir.fuel import FUEL
from wasm2py.ir.nodes import CALLEE, TUPLE, Elements, Expression
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.matching import FUNCTION_REFERENCE
from wasm2py.spec.opcodes import ACCESSES, ROWS

Signature = tuple[tuple[str, ...], str]  # the operands, and the result or ""


class Operation(NamedTuple):
    """An instruction that a target has besides those of the intermediate representation."""

    signature: Callable[[Expression], Signature]
    effects: int = PURE  # what it does itself
    repeats: bool = False  # may evaluate its operands more than once


Operations = Mapping[str, Operation]  # by their names

NONE: Final[Operations] = {}
_ATOMS: Final = frozenset(["const", "local"])


def operands(expression: Expression) -> list[str | None]:
    """The types of the operands that an expression has; None for elements of a tuple, each."""
    types: list[str | None] = []
    for arg in expression.args:
        if isinstance(arg, Elements):
            types += [None] * arg.count
        else:
            types.append(arg.type)
    return types


def is_access(op: str) -> bool:
    """Whether an instruction is a load or store."""
    return op in ACCESSES


def own_effects(
    env: ModuleEnvironment, expression: Expression, added: Operations = NONE
) -> int:
    """What an instruction does itself, its operands left out; `added` are a target's own ones."""
    op = expression.op
    if op in added:
        return added[op].effects
    if op in ("call", "call_indirect"):
        return ANYTHING
    if op == "global.get":
        return READS_GLOBAL if env.globals[_index(expression)].mutable else PURE
    if op in _ATOMS or op in ("select", "tuple.make", "tuple.get"):
        return PURE
    effects = EFFECTS[op]
    if effects & TRAPS and not may_trap(op, expression.args):
        effects &= ~TRAPS
    return effects


def signature(
    env: ModuleEnvironment, expression: Expression, added: Operations = NONE
) -> Signature:
    """The types of an instruction's operands, and of its result; of several, of the first.

    `added` are instructions of a target's own.
    """
    op = expression.op
    if op in added:
        return added[op].signature(expression)
    row = ROWS.get(op)
    if op in _ATOMS:
        return (), expression.type
    if row is not None and row.width:
        return _access(env, expression)
    if row is not None and row.params is not None and row.results is not None:
        return row.params, _one(op, row.results)
    if op in ("call", "call_indirect"):
        return _call(env, expression)
    if op == "tuple.make":
        return tuple(arg.type for arg in expression.args), TUPLE
    if op == "tuple.get":
        return (TUPLE,), expression.type
    if op in ("global.get", "global.set"):
        type = env.globals[_index(expression)].type
        return ((), type) if op == "global.get" else ((type,), "")
    if row is not None and row.immediates in ("table", "table.init", "table.copy"):
        return _table(env, expression)
    if row is not None and row.immediates in ("memory", "memory.init", "memory.copy"):
        return _memory(env, expression)
    if op == "callee":
        _, table = cast("tuple[int, int]", expression.imm)
        return (env.tables[table].address,), CALLEE
    return _other(expression)


def _one(op: str, results: tuple[str, ...]) -> str:
    """The type of an instruction's result, "" if there is none."""
    if len(results) > 1:
        raise Unimplemented(f"{op} has {len(results)} results")
    return results[0] if results else ""


def _known(signatures: dict[str, Signature], op: str) -> Signature:
    if op not in signatures:
        raise Unimplemented(f"the checker has no signature of {op}")
    return signatures[op]


def _index(expression: Expression) -> int:
    return cast(int, expression.imm)


def _access(env: ModuleEnvironment, expression: Expression) -> Signature:
    row = ROWS[expression.op]
    _, _, memory = cast("tuple[int, int, int]", expression.imm)
    if row.params is None or row.results is None:
        raise Unimplemented(f"the row of {row.name} has no signature")
    return (env.memories[memory].address, *row.params[1:]), _one(row.name, row.results)


def _call(env: ModuleEnvironment, expression: Expression) -> Signature:
    params, results = (
        env.func_type(_index(expression))
        if expression.op == "call"
        else env.types[_index(expression)]
    )
    if expression.op == "call_indirect":
        params = (CALLEE, *params)
    if len(results) > 1 and expression.type == TUPLE:
        return params, TUPLE
    return params, results[0] if results else ""


def _table(env: ModuleEnvironment, expression: Expression) -> Signature:
    op, imm = expression.op, expression.imm
    if op == "table.init":
        _, table = cast("tuple[int, int]", imm)
        return (env.tables[table].address, "i32", "i32"), ""
    if op == "table.copy":
        to, start = cast("tuple[int, int]", imm)
        one, two = env.tables[to].address, env.tables[start].address
        return (one, two, one if one == two else "i32"), ""
    element, _, address = env.tables[_index(expression)]
    signatures: dict[str, Signature] = {
        "table.get": ((address,), element),
        "table.set": ((address, element), ""),
        "table.size": ((), address),
        "table.grow": ((element, address), address),
        "table.fill": ((address, element, address), ""),
    }
    return _known(signatures, op)


def _memory(env: ModuleEnvironment, expression: Expression) -> Signature:
    op, imm = expression.op, expression.imm
    if op == "memory.copy":
        to, start = cast("tuple[int, int]", imm)
        one, two = env.memories[to].address, env.memories[start].address
        return (one, two, one if one == two else "i32"), ""
    if op == "memory.init":
        _, memory = cast("tuple[int, int]", imm)
        return (env.memories[memory].address, "i32", "i32"), ""
    address = env.memories[_index(expression)].address
    signatures: dict[str, Signature] = {
        "memory.size": ((), address),
        "memory.grow": ((address,), address),
        "memory.fill": ((address, "i32", address), ""),
    }
    return _known(signatures, op)


def _other(expression: Expression) -> Signature:
    """Of what fits several types: the one that the expression says."""
    type = expression.type
    signatures: dict[str, Signature] = {
        "select": (("i32", type, type), type),
        "caught": ((), "exnref"),
        "ref.func": ((), FUNCTION_REFERENCE),
        "fuel.get": ((), FUEL),
        "fuel.less": ((FUEL,), FUEL),
        "fuel.pay": ((FUEL,), FUEL),
    }
    if expression.op == "ref.is_null":
        return (expression.args[0].type,), "i32"
    if expression.op == "fuel.bulk":
        return (FUEL, expression.args[1].type), FUEL
    return _known(signatures, expression.op)
