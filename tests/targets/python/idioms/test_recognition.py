"""What replaces a loop sets all of its variables from what they were before it."""

from __future__ import annotations

import random

import pytest

from wasm2py.ir.build.builder import Builder
from wasm2py.ir.function import Function
from wasm2py.ir.nodes import Assign, Const, Expression, Variable, binary
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.features import feature_set
from wasm2py.spec.opcodes import ROWS
from wasm2py.spec.types import FuncType
from wasm2py.targets.python.idioms.recognition import assigned_at_once
from wasm2py.targets.python.pipeline import LARGEST_EXPRESSION
from wasm2py.targets.python.tree.function import StructuredFunction


def evaluated(value: Expression, variables: dict[int, int]) -> int:
    if isinstance(value, Variable):
        return variables[value.index]
    if isinstance(value, Const):
        return int(str(value.imm))
    left, right = (evaluated(arg, variables) for arg in value.args)
    return (left * 3 + right) % 1_000_003


@pytest.mark.parametrize("count", range(1, 7))
def test_values_that_need_each_other(count: int) -> None:
    """Also where there are several cycles, and every value needs every variable."""
    chooser = random.Random(count)
    for density in (1, 2, count):
        for _ in range(60):
            values: dict[int, Expression] = {}
            for variable in range(count):
                value: Expression = Const("i32", chooser.randrange(100))
                for _ in range(density):
                    read = Variable(chooser.randrange(count), "i32")
                    value = binary("i32.add", value, read)
                values[variable] = value
            type = FuncType(("i32",) * count, ())
            builder = Builder(
                ModuleEnvironment(feature_set()),
                type,
                ["i32"] * count,
                LARGEST_EXPRESSION,
            )
            builder.step(ROWS["end"], None)
            graph = Function(type, count, count, builder)
            function = StructuredFunction(graph, [])
            variables = {at: chooser.randrange(1000) for at in range(count)}
            wanted = {at: evaluated(value, variables) for at, value in values.items()}
            statements = assigned_at_once(function, dict(values))
            assert len(statements) <= 2 * count
            for statement in statements:
                assert isinstance(statement, Assign)
                variables[statement.variable] = evaluated(statement.value, variables)
            assert {at: variables[at] for at in range(count)} == wanted
