"""Building metered code: what instructions cost, and where it is paid.

Each instruction costs 1, and so does entering a function. Those cost nothing that only say where control may
go (`FREE`). Bulk instructions cost 1 more for each byte or element. All this is as with wasmtime, which takes
the same for each page and element that is added, too. What a sequence of instructions costs that is always
executed as a whole is taken at its beginning.

It is paid at the beginning of a sequence that turns a loop, calls a function or leaves this one, and
before bulk instructions. So no loop goes on, and nothing is called, with fuel that is not there.
"""

from __future__ import annotations

from typing import Final

from wasm2py.ir.build.builder import Builder
from wasm2py.ir.build.frame import Frame
from wasm2py.ir.build.runs import MOST_NAMES
from wasm2py.ir.effects import may_throw
from wasm2py.ir.fuel import FUEL, PAYING, pay, take, take_in_proportion
from wasm2py.ir.graph import Block, End, ReturnEnd, UnreachableEnd
from wasm2py.ir.nodes import Statement
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.opcodes import CALLS, Opcode
from wasm2py.spec.types import FuncType

FREE: Final = frozenset(
    ["block", "loop", "else", "end", "return", "unreachable", "nop", "drop"]
)
"""Instructions that cost nothing."""

BULK: Final = frozenset(
    [
        *("memory.fill", "memory.copy", "memory.init"),
        *("table.fill", "table.copy", "table.init"),
    ]
)
"""Instructions whose last operand is what they cost more: bytes or elements.

(How much can grow is for other limits to say, and growth that fails costs no time.)
"""

_DECIDE: Final = frozenset(["if", "br_if", "br_table"])


class MeteredBuilder(Builder):
    """Builds the blocks of one function, and takes and pays fuel in them."""

    def __init__(
        self,
        env: ModuleEnvironment,
        type: FuncType,
        locals: list[str],
        largest_expression: int,
        most_names: int = MOST_NAMES,
    ) -> None:
        super().__init__(env, type, locals, largest_expression, most_names)
        self.fuel: Final = self.new_variable(FUEL)
        self._cost = 1  # of the current block, so far
        self._pays = False  # whether it does

    def step(self, opcode: Opcode, imm: object) -> None:
        """Take the next instruction, which the validator has accepted."""
        op = opcode.name
        if not self._alive:
            super().step(opcode, imm)
            return
        self._cost += op not in FREE
        if opcode.effects & CALLS:
            self._pays = True
        elif op in BULK:
            self._pay_in_proportion()
        elif op in _DECIDE and may_throw(self.stack[-1].effects):
            # After the call, the fuel is read again in this block.
            self._atoms(1)
        super().step(opcode, imm)
        if op == "loop":
            self._pays = True

    def _pay_in_proportion(self) -> None:
        if self.element_types:
            self._separate(1, self._frames[-1].height)
        self._atoms(1)
        count = self.stack[-1]
        statements: tuple[Statement, ...] = (
            take_in_proportion(self.fuel, count),
            pay(self.fuel),
        )
        for statement in statements:
            self._add(statement, PAYING)

    def _destination(self, frame: Frame) -> Block:
        if frame.op == "function":
            self._pays = True
        return super()._destination(frame)

    def _finish(self, end: End) -> None:
        first: list[Statement] = []
        if self._cost:
            first.append(take(self.fuel, self._cost))
        if self._pays or isinstance(end, (ReturnEnd, UnreachableEnd)):
            first.append(pay(self.fuel))
        self._block.statements[:0] = first
        self._cost = 0
        self._pays = False
        super()._finish(end)
