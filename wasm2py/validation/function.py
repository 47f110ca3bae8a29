"""Validation of function bodies, an instruction at a time.

This is the algorithm of the specification's appendix "Validation Algorithm", with
its names: a stack of operand types and one of control frames. In unreachable code the
operand stack is polymorphic: operands that are not there are of the type `BOTTOM`,
which matches every type. Types that are equal match, so most comparisons end there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from wasm2py.binary.decoder import Locals
from wasm2py.errors import (
    CompileError,
    Invalid,
    LimitExceeded,
    Malformed,
    Unimplemented,
)
from wasm2py.spec import limits
from wasm2py.spec.addresses import ADDRESS_TYPES
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.matching import (
    BOTTOM,
    FUNCTION_REFERENCE,
    all_match,
    is_number,
    is_reference,
    is_vector,
    matches,
)
from wasm2py.spec.opcodes import OPCODES, Opcode
from wasm2py.spec.types import FUNCREF, I32, FuncType, MemoryType, TableType, ValType

# By the type of addresses: the greatest one, and the types of an access's operands.
_Operands = dict[ValType, tuple[int, list[ValType]]]
_Memarg = tuple[int, int, int]
_Pair = tuple[int, int]


class ControlFrame:
    """A block that is open.

    `opcode` is "function", "block", "loop", "if" or "else"; `height` is the number of
    operands below the block's own; `unreachable` tells that the rest of the block
    cannot be reached.
    """

    __slots__ = ("end_types", "height", "opcode", "start_types", "unreachable")

    def __init__(
        self,
        opcode: str,
        start_types: tuple[ValType, ...],
        end_types: tuple[ValType, ...],
        height: int,
    ) -> None:
        self.opcode = opcode
        self.start_types = start_types
        self.end_types = end_types
        self.height = height
        self.unreachable = False

    @property
    def label_types(self) -> tuple[ValType, ...]:
        """The types of the operands that a branch to the block's label takes."""
        return self.start_types if self.opcode == "loop" else self.end_types


class Validator:
    """Validates one function; `step` takes its instructions in order.

    `locals` are the types of all locals, parameters first.
    """

    def __init__(
        self,
        env: ModuleEnvironment,
        functype: FuncType,
        locals: Locals,
        funcidx: int | None = None,
    ) -> None:
        self.env = env
        self.locals = locals
        self.funcidx = funcidx
        self.operands: list[ValType] = []
        self.frames: list[ControlFrame] = []
        self.frame = ControlFrame("function", (), functype.results, 0)
        self.frames.append(self.frame)
        self._results = functype.results

    @property
    def unreachable(self) -> bool:
        """Whether the next instruction cannot be reached."""
        return self.frame.unreachable

    def step(self, opcode: Opcode, imm: object, offset: int) -> None:
        """Check an instruction and apply it; raises CompileError.

        `imm` is as `wasm2py.binary.decoder` decodes it, `offset` is in the module.
        """
        try:
            rule, params, results = _CHECKS[opcode.name]
            if rule is not None:
                rule(self, imm)
                return
            operands = self.operands
            base = len(operands) - len(params)
            if base >= self.frame.height and operands[base:] == params:
                operands[base:] = results
            else:
                self._pop_types(params)
                operands += results
        except CompileError as error:
            error.locate(offset, self.funcidx, opcode.name)
            raise

    # The operand stack.

    def _pop_any(self) -> ValType:
        if len(self.operands) == self.frame.height:
            if self.frame.unreachable:
                return BOTTOM
            raise Invalid("type mismatch: an operand is missing, the stack is empty")
        return self.operands.pop()

    def _pop(self, expected: ValType) -> ValType:
        if len(self.operands) == self.frame.height:
            if self.frame.unreachable:
                return BOTTOM
            raise Invalid(f"type mismatch: expected {expected}, the stack is empty")
        actual = self.operands.pop()
        if actual != expected and not matches(actual, expected):
            raise Invalid(f"type mismatch: expected {expected}, found {actual}")
        return actual

    def _pop_types(
        self, expected: tuple[ValType, ...] | list[ValType]
    ) -> list[ValType]:
        if not expected:
            return []  # as most blocks and branches take
        operands = self.operands
        base = len(operands) - len(expected)
        popped = operands[base:] if base >= self.frame.height else []
        if popped == list(expected):
            del operands[base:]
            return popped
        popped = [self._pop(type) for type in reversed(expected)]
        popped.reverse()
        return popped

    def _push_types(self, types: tuple[ValType, ...]) -> None:
        """Push what a call or block leaves: two bytes may stand for 1,000 operands."""
        self.operands += types
        if len(self.operands) > limits.OPERANDS:
            raise LimitExceeded(f"too many operands: the limit is {limits.OPERANDS:,}")

    # The control stack.

    def _push_frame(self, opcode: str, type: FuncType) -> None:
        height = len(self.operands)
        self.frame = ControlFrame(opcode, type.params, type.results, height)
        self.frames.append(self.frame)
        self._push_types(type.params)

    def _pop_frame(self) -> ControlFrame:
        frame = self.frame
        self._pop_types(frame.end_types)
        extra = len(self.operands) - frame.height
        if extra:
            raise Invalid(
                f"type mismatch: {extra} operands too many at the block's end"
            )
        self.frames.pop()
        if self.frames:
            self.frame = self.frames[-1]
        return frame

    def _set_unreachable(self) -> None:
        del self.operands[self.frame.height :]
        self.frame.unreachable = True

    def _label_types(self, label: int) -> tuple[ValType, ...]:
        if label >= len(self.frames):
            raise Invalid(f"unknown label {label}")
        return self.frames[-1 - label].label_types

    # Index spaces.

    def _func_type(self, funcidx: int) -> FuncType:
        functions = self.env.functions
        if funcidx >= len(functions):
            raise Invalid(f"unknown function {funcidx}")
        return self.env.types[functions[funcidx]]

    def _local_type(self, local: int) -> ValType:
        try:
            return self.locals[local]
        except IndexError:
            raise Invalid(f"unknown local {local}") from None

    def _table(self, table: int) -> TableType:
        if table >= len(self.env.tables):
            raise Invalid(f"unknown table {table}")
        return self.env.tables[table]

    def _memory(self, memory: int) -> MemoryType:
        if memory >= len(self.env.memories):
            raise Invalid(f"unknown memory {memory}")
        return self.env.memories[memory]

    def _check_data(self, data: int) -> None:
        count = self.env.data_count
        if count is None:
            raise Malformed("data count section required")
        if data >= count:
            raise Invalid(f"unknown data segment {data}")

    def _element_type(self, elem: int) -> ValType:
        if elem >= len(self.env.elements):
            raise Invalid(f"unknown elem segment {elem}")
        return self.env.elements[elem].type

    # Control instructions.

    def _on_unreachable(self, imm: object) -> None:
        self._set_unreachable()

    def _on_block(self, type: FuncType) -> None:
        self._pop_types(type.params)
        self._push_frame("block", type)

    def _on_loop(self, type: FuncType) -> None:
        self._pop_types(type.params)
        self._push_frame("loop", type)

    def _on_if(self, type: FuncType) -> None:
        self._pop(I32)
        self._pop_types(type.params)
        self._push_frame("if", type)

    def _on_else(self, imm: object) -> None:
        if self.frame.opcode != "if":
            raise Malformed("END opcode expected: there is no `if` for this `else`")
        frame = self._pop_frame()
        self._push_frame("else", FuncType(frame.start_types, frame.end_types))

    def _on_end(self, imm: object) -> None:
        frame = self._pop_frame()
        if frame.opcode == "if" and not all_match(frame.start_types, frame.end_types):
            raise Invalid("type mismatch: an `if` with a result needs an `else`")
        self._push_types(frame.end_types)

    def _on_br(self, label: int) -> None:
        self._pop_types(self._label_types(label))
        self._set_unreachable()

    def _on_br_if(self, label: int) -> None:
        self._pop(I32)
        types = self._label_types(label)
        self._pop_types(types)
        self.operands += types

    def _on_br_table(self, labels: tuple[int, ...]) -> None:
        *others, default = labels
        self._pop(I32)
        default_types = self._label_types(default)
        # Blocks share their types: thousands of labels are few types to check.
        checked = {id(default_types)}
        for label in dict.fromkeys(others):
            types = self._label_types(label)
            if id(types) in checked:
                continue
            checked.add(id(types))
            if len(types) != len(default_types):
                raise Invalid("type mismatch: br_table's labels differ in arity")
            self.operands += self._pop_types(types)
        self._pop_types(default_types)
        self._set_unreachable()

    def _on_return(self, imm: object) -> None:
        self._pop_types(self._results)
        self._set_unreachable()

    def _on_call(self, funcidx: int) -> None:
        type = self._func_type(funcidx)
        if type.params:
            self._pop_types(type.params)
        if type.results:
            self._push_types(type.results)

    def _on_call_indirect(self, indexes: _Pair) -> None:
        type = self._callee_type(indexes)
        self._pop_types(type.params)
        self._push_types(type.results)

    def _callee_type(self, indexes: _Pair) -> FuncType:
        """The type of an indirect call, whose table index is popped."""
        typeidx, tableidx = indexes
        table = self._table(tableidx)
        if not matches(table.element, FUNCREF):
            raise Invalid(
                f"type mismatch: a table of {table.element} holds no functions"
            )
        if typeidx >= len(self.env.types):
            raise Invalid(f"unknown type {typeidx}")
        self._pop(table.address)
        return self.env.types[typeidx]

    def _on_return_call(self, funcidx: int) -> None:
        self._tail_call(self._func_type(funcidx))

    def _on_return_call_indirect(self, indexes: _Pair) -> None:
        self._tail_call(self._callee_type(indexes))

    def _tail_call(self, type: FuncType) -> None:
        if not all_match(type.results, self._results):
            raise Invalid("type mismatch: the callee's results are not the caller's")
        self._pop_types(type.params)
        self._set_unreachable()

    # Parametric instructions.

    def _on_drop(self, imm: object) -> None:
        self._pop_any()

    def _on_select(self, types: tuple[ValType, ...] | None) -> None:
        self._pop(I32)
        if types is not None:
            if len(types) != 1:
                raise Invalid("invalid result arity: select takes one type")
            self._pop_types(types * 2)
            self.operands += types
            return
        second, first = self._pop_any(), self._pop_any()
        numbers = is_number(first) and is_number(second)
        if not numbers and not (is_vector(first) and is_vector(second)):
            raise Invalid(
                "type mismatch: select without a type takes numbers or vectors"
            )
        if matches(first, second):
            self.operands.append(second)
        elif matches(second, first):
            self.operands.append(first)
        else:
            raise Invalid(f"type mismatch: select between {first} and {second}")

    # Variables.

    def _on_local_get(self, local: int) -> None:
        self.operands.append(self._local_type(local))

    def _on_local_set(self, local: int) -> None:
        self._pop(self._local_type(local))

    def _on_local_tee(self, local: int) -> None:
        type = self._local_type(local)
        self._pop(type)
        self.operands.append(type)

    def _on_global_get(self, index: int) -> None:
        if index >= len(self.env.globals):
            raise Invalid(f"unknown global {index}")
        self.operands.append(self.env.globals[index].type)

    def _on_global_set(self, index: int) -> None:
        if index >= len(self.env.globals):
            raise Invalid(f"unknown global {index}")
        if not self.env.globals[index].mutable:
            raise Invalid("global is immutable")
        self._pop(self.env.globals[index].type)

    # References and tables.

    def _on_ref_null(self, type: ValType) -> None:
        self.operands.append(type)

    def _on_ref_is_null(self, imm: object) -> None:
        type = self._pop_any()
        if not is_reference(type):
            raise Invalid(f"type mismatch: expected a reference, found {type}")
        self.operands.append(I32)

    def _on_ref_func(self, index: int) -> None:
        self._func_type(index)
        if index not in self.env.declared_functions:
            raise Invalid(f"undeclared function reference {index}")
        self.operands.append(FUNCTION_REFERENCE)

    def _on_table_get(self, tableidx: int) -> None:
        table = self._table(tableidx)
        self._pop(table.address)
        self.operands.append(table.element)

    def _on_table_set(self, tableidx: int) -> None:
        table = self._table(tableidx)
        self._pop(table.element)
        self._pop(table.address)

    def _on_table_size(self, tableidx: int) -> None:
        self.operands.append(self._table(tableidx).address)

    def _on_table_grow(self, tableidx: int) -> None:
        table = self._table(tableidx)
        self._pop(table.address)
        self._pop(table.element)
        self.operands.append(table.address)

    def _on_table_fill(self, tableidx: int) -> None:
        table = self._table(tableidx)
        self._pop_types([table.address, table.element, table.address])

    def _on_table_copy(self, tables: _Pair) -> None:
        to, source = (self._table(index) for index in tables)
        if not matches(source.element, to.element):
            raise Invalid(f"type mismatch: {source.element} copied into {to.element}")
        # A count fits both tables: it is an i32 as soon as one address is.
        self._pop_types([to.address, source.address, min(to.address, source.address)])

    def _on_table_init(self, indexes: _Pair) -> None:
        elem, tableidx = indexes
        table = self._table(tableidx)
        type = self._element_type(elem)
        if not matches(type, table.element):
            raise Invalid(f"type mismatch: {type} copied into {table.element}")
        self._pop_types([table.address, I32, I32])

    # Memories.

    def _on_memory_size(self, memidx: int) -> None:
        self.operands.append(self._memory(memidx).address)

    def _on_memory_grow(self, memidx: int) -> None:
        memory = self._memory(memidx)
        self._pop(memory.address)
        self.operands.append(memory.address)

    def _on_memory_fill(self, memidx: int) -> None:
        memory = self._memory(memidx)
        self._pop_types([memory.address, I32, memory.address])

    def _on_memory_copy(self, memories: _Pair) -> None:
        to, source = (self._memory(index) for index in memories)
        self._pop_types([to.address, source.address, min(to.address, source.address)])

    def _on_memory_init(self, indexes: _Pair) -> None:
        data, memidx = indexes
        memory = self._memory(memidx)
        self._check_data(data)
        self._pop_types([memory.address, I32, I32])

    def _on_data_drop(self, data: int) -> None:
        self._check_data(data)

    def _on_elem_drop(self, elem: int) -> None:
        self._element_type(elem)

    def _access(
        self, memarg: _Memarg, width: int, taken: _Operands, results: list[ValType]
    ) -> None:
        """A load or store of `width` bytes."""
        align, offset, memidx = memarg
        greatest, params = taken[self._memory(memidx).address]
        if 1 << align > width:
            raise Invalid("alignment must not be larger than natural")
        if offset > greatest:
            raise Invalid("offset out of range")
        operands = self.operands
        base = len(operands) - len(params)
        if base >= self.frame.height and operands[base:] == params:
            operands[base:] = results
        else:
            self._pop_types(params)
            operands += results


_Rule = Callable[..., None]  # of a validator and the immediates

_SIGNATURES: Final = {
    row.name: (list(row.params), list(row.results))
    for row in OPCODES
    if row.params is not None and row.results is not None
}


def _access_rule(row: Opcode) -> _Rule:
    width = row.width
    params, results = _SIGNATURES[row.name]
    taken = {
        type: (addresses.greatest, [type, *params[1:]])
        for type, addresses in ADDRESS_TYPES.items()
    }

    def rule(validator: Validator, memarg: _Memarg) -> None:
        validator._access(memarg, width, taken, results)

    return rule


# The instructions whose types depend on immediates or operands, or which name an
# index. All others follow their row's signature.
_RULES: Final[dict[str, _Rule]] = {
    "unreachable": Validator._on_unreachable,
    "block": Validator._on_block,
    "loop": Validator._on_loop,
    "if": Validator._on_if,
    "else": Validator._on_else,
    "end": Validator._on_end,
    "br": Validator._on_br,
    "br_if": Validator._on_br_if,
    "br_table": Validator._on_br_table,
    "return": Validator._on_return,
    "call": Validator._on_call,
    "call_indirect": Validator._on_call_indirect,
    "return_call": Validator._on_return_call,
    "return_call_indirect": Validator._on_return_call_indirect,
    "drop": Validator._on_drop,
    "select": Validator._on_select,
    "local.get": Validator._on_local_get,
    "local.set": Validator._on_local_set,
    "local.tee": Validator._on_local_tee,
    "global.get": Validator._on_global_get,
    "global.set": Validator._on_global_set,
    "ref.null": Validator._on_ref_null,
    "ref.is_null": Validator._on_ref_is_null,
    "ref.func": Validator._on_ref_func,
    "table.get": Validator._on_table_get,
    "table.set": Validator._on_table_set,
    "table.size": Validator._on_table_size,
    "table.grow": Validator._on_table_grow,
    "table.fill": Validator._on_table_fill,
    "table.copy": Validator._on_table_copy,
    "table.init": Validator._on_table_init,
    "elem.drop": Validator._on_elem_drop,
    "memory.size": Validator._on_memory_size,
    "memory.grow": Validator._on_memory_grow,
    "memory.fill": Validator._on_memory_fill,
    "memory.copy": Validator._on_memory_copy,
    "memory.init": Validator._on_memory_init,
    "data.drop": Validator._on_data_drop,
    **{row.name: _access_rule(row) for row in OPCODES if row.width},
}


# Of these immediates nothing depends: neither the types nor what must be there.
_NUMBERS: Final = ("", "i32", "i64", "f32", "f64")

_Check = tuple[_Rule | None, list[ValType], list[ValType]]


def _check(row: Opcode) -> _Check:
    """The rule of an instruction, or the signature that is all there is to check."""
    if row.name in _RULES:
        return _RULES[row.name], [], []
    if row.name in _SIGNATURES and row.immediates in _NUMBERS:
        return None, *_SIGNATURES[row.name]

    def refuse(validator: Validator, imm: object) -> None:
        raise Unimplemented(f"there is no rule of validation for {row.name}")

    return refuse, [], []


_CHECKS: Final[dict[str, _Check]] = {row.name: _check(row) for row in OPCODES}
