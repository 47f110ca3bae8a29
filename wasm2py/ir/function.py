"""A function's intermediate representation, as it goes from pass to pass."""

from __future__ import annotations

from typing import Final

from wasm2py.ir.build.builder import Builder
from wasm2py.ir.graph import link
from wasm2py.spec.types import FuncType

# Of more, only those are variables that instructions name: three bytes can make a function with a
# thousand of them.
MOST_PARAMETERS: Final = 32


class Function:
    """A function: its variables, and its code: a graph of linked blocks."""

    __slots__ = (
        "arguments",
        "assigned_once",
        "blocks",
        "calls",
        "largest_expression",
        "locals",
        "ops",
        "params",
        "tuples",
        "type",
        "types",
        "views",
        "webs",
        "zeroed",
    )

    def __init__(
        self, type: FuncType, params: int, locals: int, builder: Builder
    ) -> None:
        self.type = type
        self.params = params  # those that are variables, the first ones
        self.arguments: list[int] = []  # which of the arguments each of them is
        self.locals = locals  # parameters and locals
        self.types = builder.types  # of all variables
        self.tuples = builder.element_types  # of the variables that are tuples
        self.zeroed = list(range(self.params, locals))  # begin as zero
        self.assigned_once = (
            builder.assigned_once
        )  # get their only value before any use
        self.largest_expression = builder.largest_expression  # that may be made
        self.webs: dict[int, int] = (
            {}
        )  # variables for further values of locals, numbered
        self.blocks = link(builder.blocks)
        self.ops = builder.ops  # plain instructions that are in use
        self.calls = builder.calls  # functions
        self.views = builder.views  # (tableidx, typeidx) of indirect calls

    def new_web(self, local: int) -> int:
        """A new variable for a value of a local that has nothing to do with its other ones."""
        variable = len(self.types)
        self.types.append(self.types[local])
        self.webs[variable] = len(self.webs)
        return variable

    def keep_zeros(self, live: int) -> None:
        """Give only the locals their initial zero that may be read before they are set."""
        self.zeroed = [local for local in self.zeroed if live >> local & 1]
