"""The intermediate representation as text, for people and for tests."""

from __future__ import annotations

from wasm2py.ir.graph import Block
from wasm2py.ir.nodes import (
    Assign,
    AssignMany,
    Break,
    Const,
    Continue,
    Count,
    Do,
    Elements,
    Expression,
    If,
    LabelTest,
    Loop,
    Return,
    SetLabel,
    Statement,
    Switch,
    Unreachable,
    Variable,
)
from wasm2py.spec.types import FuncType


def print_function(
    name: str, type: FuncType, statements: list[Statement], slots: dict[int, int]
) -> str:
    """A function's structured code, one statement to a line, and which variables are in one slot."""
    lines = [_head(name, type)] + _block(statements, "  ")
    sharing: dict[int, list[str]] = {}
    for variable, slot in slots.items():
        sharing.setdefault(slot, []).append(f"v{variable}")
    lines += [f"  slot v{slot}: {' '.join(sharing[slot])}" for slot in sorted(sharing)]
    return "\n".join(lines) + "\n"


def print_graph(name: str, type: FuncType, blocks: list[Block]) -> str:
    """A function's linked blocks, one statement to a line."""
    lines = [_head(name, type)]
    for block in blocks:
        lines.append(f"  block {block.position}")
        lines += _block(block.statements, "    ")
        ending = [block.kind]
        if block.condition is not None:
            ending.append(print_expression(block.condition))
        ending += [str(target.position) for target in block.targets]
        ending += map(print_expression, block.values)
        lines.append("    " + " ".join(ending))
    return "\n".join(lines) + "\n"


def _head(name: str, type: FuncType) -> str:
    params = ", ".join(f"v{i}: {param}" for i, param in enumerate(type.params))
    results = ", ".join(type.results)
    return f"func {name} ({params}) -> ({results})"


def _block(statements: list[Statement], indent: str) -> list[str]:
    lines: list[str] = []
    for statement in statements:
        lines += _statement(statement, indent)
    return lines


def _statement(statement: Statement, indent: str) -> list[str]:
    inner = indent + "  "
    if isinstance(statement, If):
        sense = "unless" if statement.negated else "if"
        lines = [f"{indent}{sense} {print_expression(statement.condition)}"]
        lines += _block(statement.then, inner)
        if statement.otherwise:
            lines += [f"{indent}else"] + _block(statement.otherwise, inner)
        return lines
    if isinstance(statement, Loop):
        head = "loop"
        if statement.condition is not None:
            sense = "until" if statement.negated else "while"
            head = f"loop {sense} {print_expression(statement.condition)}"
        return [indent + head] + _block(statement.body, inner)
    if isinstance(statement, Count):
        bounds = " to ".join(map(print_expression, (statement.start, statement.end)))
        head = f"count v{statement.variable} from {bounds} by {statement.step}"
        return [indent + head] + _block(statement.body, inner)
    if isinstance(statement, Switch):
        lines = [f"{indent}switch {print_expression(statement.index)}"]
        for start, arm in zip([0, *statement.bounds], statement.arms):
            lines += [f"{indent}from {start}"] + _block(arm, inner)
        return lines
    return [indent + _simple(statement)]


def _simple(statement: Statement) -> str:
    if isinstance(statement, Assign):
        return f"v{statement.variable} = {print_expression(statement.value)}"
    if isinstance(statement, AssignMany):
        names = ", ".join(f"v{variable}" for variable in statement.variables)
        return f"{names} = {print_expression(statement.value)}"
    if isinstance(statement, Do):
        return print_expression(statement.value)
    if isinstance(statement, Return):
        values = ", ".join(map(print_expression, statement.values))
        return f"return {values}".rstrip()
    if isinstance(statement, SetLabel):
        return f"to {statement.label}"
    if isinstance(statement, Unreachable):
        return "unreachable"
    return {Break: "break", Continue: "continue"}[type(statement)]


def print_expression(expression: Expression) -> str:
    """An expression as mnemonics applied to operands."""
    if isinstance(expression, Elements):
        end = expression.first + expression.count
        return f"*v{expression.index}[{expression.first}:{end}]"
    if isinstance(expression, Variable):
        return f"v{expression.index}"
    if isinstance(expression, Const):
        if expression.imm is None:
            return f"{expression.type}.null"
        return f"{expression.type}:{expression.imm}"
    if isinstance(expression, LabelTest):
        return f"to {expression.relation} {expression.label}"
    args = ", ".join(map(print_expression, expression.args))
    imm = expression.imm
    if isinstance(imm, tuple):
        imm = " ".join(map(str, imm))
    shown = "" if imm is None else f"[{imm}]"
    return f"{expression.op}{shown}({args})"
