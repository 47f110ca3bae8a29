"""A function of the target Python, once its graph has become structured code."""

from __future__ import annotations

from wasm2py.ir.function import Function
from wasm2py.ir.nodes import Statement


class StructuredFunction(Function):
    """A function whose code is a tree of statements; it has no blocks any more."""

    __slots__ = ("slots", "statements")

    def __init__(self, graph: Function, statements: list[Statement]) -> None:
        self.type = graph.type
        self.params = graph.params
        self.arguments = graph.arguments
        self.locals = graph.locals
        self.types = graph.types
        self.zeroed = graph.zeroed
        self.assigned_once = graph.assigned_once
        self.largest_expression = graph.largest_expression
        self.webs = graph.webs
        self.blocks = []
        self.ops = graph.ops
        self.calls = graph.calls
        self.views = graph.views
        self.statements = statements
        # Variables that are kept where another one is, which is not needed then.
        self.slots: dict[int, int] = {}
