"""From instructions to basic blocks of statements.

The operand stack holds expressions that have not been evaluated yet (see `wasm2py.ir.build.operand_stack`);
everything happens in the order of the code all the same. Entries are bound to temporaries where
control flow splits or joins.

The builder relies on the validator having accepted each instruction first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from wasm2py.errors import Unimplemented
from wasm2py.ir.build.frame import Frame
from wasm2py.ir.build.instruction_effects import EFFECTS, may_trap
from wasm2py.ir.build.runs import MOST_NAMES, RunStack
from wasm2py.ir.effects import (
    ANYTHING,
    PURE,
    READS_GLOBAL,
    TRAPS,
    WRITES_GLOBAL,
    WRITES_MEMORY,
)
from wasm2py.ir.graph import (
    Block,
    BranchEnd,
    End,
    JumpEnd,
    ReturnEnd,
    SwitchEnd,
    UnreachableEnd,
)
from wasm2py.ir.nodes import (
    ADDITIONS,
    CALLEE,
    TUPLE,
    Assign,
    AssignMany,
    Const,
    Do,
    Expression,
    Variable,
    added_up,
)
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.matching import FUNCTION_REFERENCE
from wasm2py.spec.opcodes import CALLS, CONTROL, OPCODES, ROWS, Opcode
from wasm2py.spec.types import FuncType

_MUST_HAPPEN: Final = ANYTHING & ~7  # writes or traps


class Builder(RunStack):
    """Builds the blocks of one function, an instruction at a time."""

    def __init__(
        self,
        env: ModuleEnvironment,
        type: FuncType,
        locals: list[str],
        largest_expression: int,
        most_names: int = MOST_NAMES,
    ) -> None:
        super().__init__(list(locals), largest_expression, most_names)
        self.env = env
        self.blocks: list[Block] = []
        self.ops: set[str] = set()  # the plain instructions that are in use
        self.calls: set[int] = set()
        self.views: set[tuple[int, int]] = set()
        self._dead_frames = 0  # blocks opened in unreachable code
        self._alive = True
        self._begin(self._block)
        self._frames = [Frame("function", type, Block(), 0)]

    @property
    def finished(self) -> bool:
        """Whether the function's own end has been met."""
        return not self._frames

    def step(self, opcode: Opcode, imm: object) -> None:
        """Take the next instruction, which the validator has accepted."""
        if not self._alive:
            self._step_unreachable(opcode.name)
            return
        if self.element_types:
            self._separate(_TAKEN[opcode.name], self._frames[-1].height)
        handler = HANDLERS.get(opcode.name)
        if handler is None:
            raise Unimplemented(f"the builder does not know {opcode.name}")
        handler(self, imm)

    def _step_unreachable(self, op: str) -> None:
        if op in _STRUCTURE:
            self._dead_frames += 1
        elif self._dead_frames:
            self._dead_frames -= op == "end"
        elif op == "else":
            self._on_else(None)
        elif op == "end":
            self._on_end(None)

    # Blocks and edges

    def _begin(self, block: Block) -> None:
        block.position = len(self.blocks)
        self.blocks.append(block)
        self._block = block
        self._alive = True

    def _finish(self, end: End) -> None:
        """End the current block; what follows is unreachable until a block begins."""
        self._block.end = end
        self._alive = False

    def _jump(self, frame: Frame) -> None:
        """End the current block with a branch to a label, which takes its values from the stack."""
        self._carry(frame)
        self._finish(JumpEnd(frame.target))
        frame.is_target = True

    def _do(self, op: str, args: tuple[Expression, ...], imm: object) -> None:
        effects = EFFECTS[op]
        for arg in args:
            effects |= arg.effects
        self._add(Do(Expression(op, args, imm, "", effects, 0)), effects)

    # Plain instructions

    def _bind_address(self, count: int) -> None:
        """Bind an address that a call gives: the memory may have grown until it is used."""
        at = len(self.stack) - count
        if self.stack[at].effects & WRITES_MEMORY:
            self._bind_in_order(at)

    # Structure

    def _height_below(self, params: tuple[str, ...]) -> int:
        """The height of the stack below a block's parameters, of which many become one entry."""
        if len(params) > self._most_names:
            self._pack(params)
        entries = self._entries(len(params))  # may split one
        return len(self.stack) - entries

    def _on_block(self, type: FuncType) -> None:
        self._settle(len(self.stack))
        self._frames.append(
            Frame("block", type, Block(), self._height_below(type.params))
        )

    def _on_loop(self, type: FuncType) -> None:
        self._settle(len(self.stack))
        header = Block()
        frame = Frame("loop", type, header, self._height_below(type.params))
        self._frames.append(frame)
        self._jump(frame)
        self._begin(header)
        self._push_carried(frame)

    def _on_if(self, type: FuncType) -> None:
        condition = self._pop()
        self._settle(len(self.stack))
        frame = Frame("if", type, Block(), self._height_below(type.params))
        frame.entries = self.stack[frame.height :]
        then, frame.otherwise = Block(), Block()
        self._frames.append(frame)
        self._finish(BranchEnd(condition, then, frame.otherwise))
        self._begin(then)

    def _on_else(self, imm: object) -> None:
        frame = self._frames[-1]
        if self._alive:
            self._jump(frame)
        otherwise = cast(Block, frame.otherwise)
        frame.otherwise = None
        self._drop_down_to(frame.height)
        self._begin(otherwise)
        self.stack += frame.entries
        self._settled = len(self.stack)

    def _on_end(self, imm: object) -> None:
        frame = self._frames[-1]
        if frame.otherwise is not None:
            self._on_else(None)  # an if without else hands its parameters on
        self._frames.pop()
        if frame.op == "function":
            if self._alive:
                self._return(len(frame.type.results))
            return
        if frame.op == "loop" or not frame.is_target:
            if not self._alive:
                self._drop_down_to(frame.height)
            return
        if self._alive:
            self._jump(frame)
        self._drop_down_to(frame.height)
        self._begin(frame.target)
        self._push_carried(frame)

    # Branches

    def _carried(self, frame: Frame) -> tuple[str, ...]:
        return frame.type.params if frame.op == "loop" else frame.type.results

    def _carry(self, frame: Frame) -> None:
        """Take the values of a branch from the stack into the label's variables."""
        types = self._carried(frame)
        if not types:
            self._drop_above(frame.height, 0)
            return
        if frame.variables is None:
            frame.variables = self._new_carriers(types)
        if len(types) > 1:
            self._pack(types)
        self._drop_above(frame.height, self._entries_of_top(len(types)))
        for variable, value in zip(frame.variables, self._pop_top(len(types))):
            if not (isinstance(value, Variable) and value.index == variable):
                self._assign(variable, value)

    def _push_carried(self, frame: Frame) -> None:
        if frame.variables is not None:
            self._push_carriers(frame.variables, self._carried(frame))

    def _drop_above(self, height: int, kept: int) -> None:
        """Evaluate what a branch drops, where that can be noticed."""
        stack = self.stack
        for at in range(max(height, self._settled), len(stack) - kept):
            if stack[at].effects & _MUST_HAPPEN:
                self._bind_in_order(at)

    def _frame(self, label: int) -> Frame:
        return self._frames[-1 - label]

    def _destination(self, frame: Frame) -> Block:
        """The block that a branch out of the current one goes to; its values are at hand."""
        if frame.op == "function":
            block = Block()
            block.end = ReturnEnd(self._top(len(frame.type.results)))
            block.position = len(self.blocks)
            self.blocks.append(block)
            return block
        if frame.variables is not None:
            values = self._top(len(self._carried(frame)))
            for variable, value in zip(frame.variables, values):
                if not (isinstance(value, Variable) and value.index == variable):
                    self._assign(variable, value)
        frame.is_target = True
        return frame.target

    def _prepare(self, frame: Frame) -> None:
        types = self._carried(frame)
        if frame.variables is None and types and frame.op != "function":
            frame.variables = self._new_carriers(types)
        self._pack(types)

    def _on_br(self, label: int) -> None:
        frame = self._frame(label)
        if frame.op == "function":
            self._return(len(frame.type.results))
            return
        self._jump(frame)

    def _on_br_if(self, label: int) -> None:
        frame = self._frame(label)
        condition = self._pop()
        if self._carried(frame):
            condition = self._keep_condition(condition)
        self._prepare(frame)
        self._settle(len(self.stack))
        source = self._block
        target = self._destination(frame)
        following = Block()
        self._block = source
        self._finish(BranchEnd(condition, target, following))
        self._begin(following)

    def _keep_condition(self, condition: Expression) -> Expression:
        """A condition that the assignments of a label's variables cannot change."""
        if isinstance(condition, Const):
            return condition
        self._push(condition)
        self._atoms(1)
        return self._pop()

    def _on_br_table(self, labels: tuple[int, ...]) -> None:
        carries = any(self._carried(self._frame(label)) for label in labels)
        if carries or not isinstance(self.stack[-1], Variable):
            self._atoms(1)
        index = self._pop()
        self._settle(len(self.stack))
        destinations: dict[int, Block] = {}
        for label in labels:
            if label not in destinations:
                frame = self._frame(label)
                self._prepare(frame)
                destinations[label] = self._destination(frame)
        targets = [destinations[label] for label in labels]
        if len(targets) == 1:
            self._finish(JumpEnd(targets[0]))
        else:
            self._finish(SwitchEnd(index, targets))

    def _on_return(self, imm: object) -> None:
        self._return(len(self._frames[0].type.results) if self._frames else 0)

    def _return(self, count: int) -> None:
        self._drop_above(0, self._entries_of_top(count))
        self._finish(ReturnEnd(self._pop_top(count)))

    def _on_unreachable(self, imm: object) -> None:
        self._drop_above(0, 0)
        self._finish(UnreachableEnd())

    # Parametric, variable and reference instructions

    def _on_nop(self, imm: object) -> None:
        pass

    def _on_drop(self, imm: object) -> None:
        entry = self._pop()
        if entry.effects & _MUST_HAPPEN:
            self._add(Do(entry), entry.effects)

    def _on_select(self, types: tuple[str, ...] | None) -> None:
        stack = self.stack
        # Only one arm is evaluated, after the condition. It must not be noticed whether it has been,
        # as if a trap lay in between.
        self._bind_before(2, stack[-1].effects | TRAPS)
        size = sum(entry.size for entry in stack[-3:]) + 10
        if size > self.largest_expression:
            size = self._cut(3, size)
        then, otherwise, test = self._pop_many(3)
        type = then.type if types is None else types[0]
        effects = then.effects | otherwise.effects | test.effects
        args = (test, then, otherwise)
        self._push(Expression("select", args, None, type, effects, size))

    def _on_local_get(self, index: int) -> None:
        self._push(Variable(index, self.types[index]))

    def _on_local_set(self, local: int) -> None:
        self._assign(local, self._pop())

    def _on_local_tee(self, index: int) -> None:
        self._assign(index, self._pop())
        self._push(Variable(index, self.types[index]))

    def _on_global_get(self, index: int) -> None:
        type = self.env.globals[index]
        effects = READS_GLOBAL if type.mutable else PURE
        self._push(Expression("global.get", (), index, type.type, effects, 8))

    def _on_global_set(self, imm: object) -> None:
        value = self._pop()
        effects = value.effects | WRITES_GLOBAL
        self._add(Do(Expression("global.set", (value,), imm, "", effects, 0)), effects)

    def _on_ref_null(self, type: str) -> None:
        self._push(Const(type, None))

    def _on_ref_func(self, imm: object) -> None:
        self._push(Expression("ref.func", (), imm, FUNCTION_REFERENCE, PURE, 11))

    def _on_ref_is_null(self, imm: object) -> None:
        value = self._pop()
        self._push(
            Expression(
                "ref.is_null", (value,), None, "i32", value.effects, value.size + 8
            )
        )

    def _on_table_get(self, tableidx: int) -> None:
        index = self._pop()
        effects = EFFECTS["table.get"] | index.effects
        type = self.env.tables[tableidx].element
        self._push(
            Expression("table.get", (index,), tableidx, type, effects, index.size + 15)
        )

    def _sized(self, op: str, count: int, imm: object) -> None:
        """An instruction on a table or memory that gives back a number of its address type."""
        args = self._pop_many(count)
        effects = EFFECTS[op]
        for arg in args:
            effects |= arg.effects
        size = 16 + sum(arg.size for arg in args)
        self._push(
            Expression(op, args, imm, self._address_type(op, imm), effects, size)
        )
        if effects & _MUST_HAPPEN:
            self._bind_in_order(len(self.stack) - 1)

    def _address_type(self, op: str, imm: object) -> str:
        if ROWS[op].immediates == "table":
            return self.env.tables[cast(int, imm)].address
        return self.env.memories[cast(int, imm)].address

    def _on_table_size(self, imm: object) -> None:
        self._sized("table.size", 0, imm)

    def _on_table_grow(self, imm: object) -> None:
        self._sized("table.grow", 2, imm)

    def _on_memory_size(self, imm: object) -> None:
        self._sized("memory.size", 0, imm)

    def _on_memory_grow(self, imm: object) -> None:
        self._sized("memory.grow", 1, imm)

    # Calls

    def _on_call(self, index: int) -> None:
        self.calls.add(index)
        type = self.env.func_type(index)
        count = self._entries(len(type.params))
        self._call("call", self._arguments(count), index, type)

    def _on_call_indirect(self, indexes: tuple[int, int]) -> None:
        typeidx, tableidx = indexes
        self.views.add((tableidx, typeidx))
        type = self.env.types[typeidx]
        count = self._entries(len(type.params) + 1) - 1
        # The callee is looked up, and may trap, before the arguments are evaluated.
        lookup = EFFECTS["callee"]
        self._bind_before(count, self.stack[-1].effects | lookup)
        *args, index = self._arguments(count + 1)
        effects = index.effects | lookup
        callee = Expression("callee", (index,), indexes, CALLEE, effects, index.size)
        self._call("call_indirect", (callee, *args), typeidx, type)

    def _arguments(self, count: int) -> tuple[Expression, ...]:
        if not count:
            return ()
        stack = self.stack
        room = self.largest_expression
        for at in range(len(stack) - count, len(stack)):
            size = stack[at].size
            if size > 8 and size > room:
                self._bind_in_order(at)
                size = 3
            room -= size + 2
        return self._pop_many(count)

    def _call(
        self, op: str, args: tuple[Expression, ...], imm: object, type: FuncType
    ) -> None:
        args = self._joined(args)
        effects, size = ANYTHING, 8
        for arg in args:
            effects |= arg.effects
            size += arg.size + 2
        results = type.results
        call = Expression(op, args, imm, results[0] if results else "", effects, size)
        if len(results) == 1:
            self._push(call)
        elif not results:
            self._add(Do(call), effects)
        else:
            variables = self._new_carriers(results)
            self.assigned_once.update(variables)
            if len(variables) > 1:
                self._add(AssignMany(variables, call), effects)
            else:
                call = Expression(op, args, imm, TUPLE, effects, size)
                self._add(Assign(variables[0], call), effects)
            self._push_carriers(variables, results)


_Handler = Callable[..., None]  # of a builder and the immediates


def _constant(type: str) -> _Handler:
    def push(builder: Builder, imm: object) -> None:
        builder._push(Const(type, imm))

    return push


def _statement(op: str, count: int) -> _Handler:
    def add(builder: Builder, imm: object) -> None:
        builder._do(op, builder._pop_many(count), imm)

    return add


def _effect(op: str, count: int, is_access: bool) -> _Handler:
    """A plain instruction that gives nothing."""

    def add(builder: Builder, imm: object) -> None:
        builder.ops.add(op)
        if is_access:
            builder._bind_address(count)
        builder._do(op, builder._pop_many(count), imm)

    return add


def _operation(op: str, count: int, result: str, is_access: bool) -> _Handler:
    """A plain instruction that gives a value."""
    own_effects = EFFECTS[op]
    own_size = 7 if count == 1 else 4
    is_sum = op in ADDITIONS

    def push(builder: Builder, imm: object) -> None:
        builder.ops.add(op)
        if is_access:
            builder._bind_address(count)
        stack = builder.stack
        at = len(stack) - count
        args = tuple(stack[at:])
        size = own_size
        for arg in args:
            size += arg.size
        if size > builder.largest_expression:
            size = builder._cut(count, size)
            args = tuple(stack[at:])
        builder._drop_down_to(at)
        effects = own_effects
        if effects == TRAPS and not may_trap(op, args):
            effects = PURE
        for arg in args:
            effects |= arg.effects
        value = Expression(op, args, imm, result, effects, size)
        builder._push(added_up(value) if is_sum else value)

    return push


def _plain(row: Opcode) -> _Handler | None:
    """An instruction that is what its row says: operands, at most one result, and an address if any."""
    if row.params is None or row.results is None or len(row.results) > 1:
        return None
    if row.immediates not in ("", "memarg") or row.effects & (CALLS | CONTROL):
        return None
    count, is_access = len(row.params), row.width > 0
    if not row.results:
        return _effect(row.name, count, is_access)
    return _operation(row.name, count, row.results[0], is_access)


def _plain_handlers() -> dict[str, _Handler]:
    found = {row.name: _plain(row) for row in OPCODES}
    return {op: handler for op, handler in found.items() if handler is not None}


HANDLERS: Final[dict[str, _Handler]] = {
    **_plain_handlers(),
    "block": Builder._on_block,
    "loop": Builder._on_loop,
    "if": Builder._on_if,
    "else": Builder._on_else,
    "end": Builder._on_end,
    "br": Builder._on_br,
    "br_if": Builder._on_br_if,
    "br_table": Builder._on_br_table,
    "return": Builder._on_return,
    "unreachable": Builder._on_unreachable,
    "nop": Builder._on_nop,
    "drop": Builder._on_drop,
    "select": Builder._on_select,
    "local.get": Builder._on_local_get,
    "local.set": Builder._on_local_set,
    "local.tee": Builder._on_local_tee,
    "global.get": Builder._on_global_get,
    "global.set": Builder._on_global_set,
    "i32.const": _constant("i32"),
    "i64.const": _constant("i64"),
    "f32.const": _constant("f32"),
    "f64.const": _constant("f64"),
    "ref.null": Builder._on_ref_null,
    "ref.func": Builder._on_ref_func,
    "ref.is_null": Builder._on_ref_is_null,
    "table.get": Builder._on_table_get,
    "table.set": _statement("table.set", 2),
    "table.size": Builder._on_table_size,
    "table.grow": Builder._on_table_grow,
    "table.fill": _statement("table.fill", 3),
    "table.copy": _statement("table.copy", 3),
    "table.init": _statement("table.init", 3),
    "elem.drop": _statement("elem.drop", 0),
    "memory.size": Builder._on_memory_size,
    "memory.grow": Builder._on_memory_grow,
    "memory.fill": _statement("memory.fill", 3),
    "memory.copy": _statement("memory.copy", 3),
    "memory.init": _statement("memory.init", 3),
    "data.drop": _statement("data.drop", 0),
    "call": Builder._on_call,
    "call_indirect": Builder._on_call_indirect,
}
_STRUCTURE: Final = frozenset({"block", "loop", "if"})
_MOST_TAKEN: Final = 3
# Of how many operands instructions want each for itself; calls and branches take the others as they are.
_TAKEN: Final = {
    **{row.name: max(_MOST_TAKEN, len(row.params or ())) for row in OPCODES},
    **dict.fromkeys(("block", "loop", "else", "end", "br", "return", "call"), 0),
    **dict.fromkeys(("nop", "unreachable", "local.get", "global.get"), 0),
    **dict.fromkeys(("i32.const", "i64.const", "f32.const", "f64.const"), 0),
    **dict.fromkeys(("if", "br_if", "br_table", "call_indirect"), 1),
}
