"""A target that is not Python: its code is the graph of a function, as JSON (see `tests.targets.graph_reader`).

It has passes of its own choice, all of them from `wasm2py.analysis`.
"""

from __future__ import annotations

import json
from typing import Any

from wasm2py.analysis.forward_substitution import fold_temporaries
from wasm2py.analysis.liveness import MOST_LOCALS, find_live, remove_dead_assignments
from wasm2py.analysis.webs import split_variables
from wasm2py.binary.module_reader import FunctionJob
from wasm2py.ir.function import Function
from wasm2py.ir.graph import Block
from wasm2py.ir.nodes import (
    Assign,
    AssignMany,
    Do,
    Elements,
    Expression,
    Statement,
    Variable,
)
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.targets.base import FunctionCode, Options, SourceTooLong


class GraphTarget:
    """Writes graphs as JSON."""

    optional_passes = ("webs", "folding")
    largest_expression = 200

    def translate(
        self,
        env: ModuleEnvironment,
        job: FunctionJob,
        function: Function,
        options: Options,
        most_source: int,
    ) -> FunctionCode:
        blocks, locals = function.blocks, function.locals
        if locals <= MOST_LOCALS:
            live = find_live(blocks, locals)
            remove_dead_assignments(blocks, live, locals)
            if "webs" not in options.without:
                split_variables(blocks, function, live)
        if "folding" not in options.without:
            fold_temporaries(blocks, function)
        plain = {name: getattr(function, name) for name in _KEPT}
        source = json.dumps({**plain, "blocks": [_block(block) for block in blocks]})
        if len(source) > most_source:
            raise SourceTooLong
        calls, views = tuple(sorted(function.calls)), tuple(sorted(function.views))
        return FunctionCode(
            job.funcidx, job.offset, len(job.body), source, calls, views
        )

    def renumbered(self, code: FunctionCode, job: FunctionJob) -> FunctionCode:
        return code._replace(funcidx=job.funcidx, offset=job.offset)


_KEPT = ("arguments", "zeroed", "types")


def _block(block: Block) -> list[Any]:
    end = block.end
    return [
        [_statement(each) for each in block.statements],
        type(end).__name__,
        [_expression(each) for each in end.own()],
        [target.position for target in end.targets],
        None if block.handler is None else block.handler.position,
    ]


def _statement(statement: Statement) -> list[Any]:
    assert isinstance(statement, (Assign, AssignMany, Do))
    value = _expression(statement.value)
    if isinstance(statement, Do):
        return [value]
    if isinstance(statement, Assign):
        return [value, statement.variable]
    return [value, list(statement.variables)]


def _expression(e: Expression) -> list[Any]:
    if isinstance(e, Elements):
        return ["elements", e.index, e.first, e.count, e.whole]
    if isinstance(e, Variable):
        return ["local", e.index, e.type]
    return [e.op, e.type, e.imm, *map(_expression, e.args)]
