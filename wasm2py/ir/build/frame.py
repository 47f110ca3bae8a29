"""Control frames: the blocks that are open where the builder is."""

from __future__ import annotations

from wasm2py.ir.graph import Block
from wasm2py.ir.nodes import Expression
from wasm2py.spec.types import FuncType


class Frame:
    """A block, loop, if or function body that is open, and what a branch to its label needs."""

    __slots__ = (
        "entries",
        "height",
        "is_target",
        "op",
        "otherwise",
        "target",
        "type",
        "variables",
    )

    def __init__(self, op: str, type: FuncType, target: Block, height: int) -> None:
        self.op = op
        self.type = type
        self.target = target  # of a branch to the label
        self.is_target = False  # there is such a branch
        self.variables: tuple[int, ...] | None = None  # carry the label's values
        self.height = height
        self.otherwise: Block | None = None  # of an if, until its else or end
        self.entries: list[Expression] = []  # of an if: its parameters
