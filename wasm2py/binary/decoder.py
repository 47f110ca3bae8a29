"""Decoding of expressions and function bodies into instructions.

What follows an opcode is told by its row's `immediates`; the decoded value is

- `""`: None
- `"block"`: the FuncType of the block
- `"label"`, `"local"`, `"global"`, `"func"`, `"table"`, `"memory"`, `"data"`,
  `"elem"`: an index
- `"labels"`: a tuple of labels, the default last
- `"call_indirect"`: (type, table)
- `"memory.init"`: (data segment, memory); `"table.init"`: (element segment, table)
- `"memory.copy"`, `"table.copy"`: (destination, source)
- `"memarg"`: (logarithm of the alignment, offset, memory)
- `"i32"`, `"i64"`: an integer in the unsigned range
- `"f32"`, `"f64"`: a bit pattern
- `"select"`: a tuple of value types; `"heaptype"`: the type of its null
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from itertools import accumulate
from typing import Final, cast

from wasm2py.binary.reader import Reader
from wasm2py.binary.type_reader import (
    read_block_type,
    read_null_type,
    read_value_type,
)
from wasm2py.errors import CompileError, LimitExceeded, Malformed, Unimplemented
from wasm2py.spec import limits
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.features import (
    IMPLEMENTED,
    MEMORY64,
    MULTI_MEMORY,
    REFERENCE_TYPES,
    Features,
    refusal,
)
from wasm2py.spec.matching import has_default
from wasm2py.spec.opcodes import (
    OPCODES,
    PREFIX_SHIFT,
    PREFIXES,
    Opcode,
    proposal_of,
    spelling,
)
from wasm2py.spec.types import ValType

Decoder = Callable[[Reader, ModuleEnvironment], object]
# An instruction; below which number a byte is all that follows, and a number as it stands; what is
# added to the depth of blocks; and how to decode what follows, None if nothing does.
Entry = tuple[Opcode, int, int, "Decoder | None"]

# So many locals at most are listed one by one: two bytes can declare thousands.
MOST_LISTED: Final = 1024

_MEMORY_FLAG: Final = 0x40  # in the flags of a memarg: an index of a memory follows


def _nothing(reader: Reader, env: ModuleEnvironment) -> None:
    return None


def _index(reader: Reader, env: ModuleEnvironment) -> int:
    return reader.u32()


def _zero(reader: Reader) -> int:
    """The byte that stood where an index came to be."""
    offset = reader.offset
    if reader.byte():
        raise Malformed("zero byte expected", offset)
    return 0


def _memory(reader: Reader, env: ModuleEnvironment) -> int:
    return reader.u32() if MULTI_MEMORY in env.features else _zero(reader)


def _table(reader: Reader, env: ModuleEnvironment) -> int:
    return reader.u32() if REFERENCE_TYPES in env.features else _zero(reader)


def _labels(reader: Reader, env: ModuleEnvironment) -> tuple[int, ...]:
    count = reader.u32() + 1
    if count > reader.remaining:
        raise reader.unexpected_end()
    short = reader.data[reader.pos : reader.pos + count]
    if max(short) < 0x80:
        reader.pos += count
        return tuple(short)
    return tuple([reader.u32() for _ in range(count)])


def _memarg(reader: Reader, env: ModuleEnvironment) -> tuple[int, int, int]:
    data, pos = reader.data, reader.pos
    if pos + 1 < len(data) and data[pos] < 0x20 and data[pos + 1] < 0x80:
        reader.pos = pos + 2
        return data[pos], data[pos + 1], 0
    start = reader.offset
    flags = reader.u32()
    memory = 0
    indexed = MULTI_MEMORY in env.features
    if flags >= (2 * _MEMORY_FLAG if indexed else 0x20):
        raise Malformed("malformed memop flags", start)
    if flags & _MEMORY_FLAG:
        flags -= _MEMORY_FLAG
        memory = reader.u32()
    offset = reader.u64() if MEMORY64 in env.features else reader.u32()
    return flags, offset, memory


def _select(reader: Reader, env: ModuleEnvironment) -> tuple[ValType, ...]:
    count = reader.u32()
    return tuple([read_value_type(reader, env.features) for _ in range(count)])


# The operands below are evaluated in the order in which they are encoded.
_DECODERS: Final[dict[str, Decoder]] = {
    "": _nothing,
    "block": read_block_type,
    "label": _index,
    "labels": _labels,
    "func": _index,
    "call_indirect": lambda reader, env: (reader.u32(), _table(reader, env)),
    "local": _index,
    "global": _index,
    "table": _table,
    "memory": _memory,
    "data": _index,
    "elem": _index,
    "memory.init": lambda reader, env: (reader.u32(), _memory(reader, env)),
    "memory.copy": lambda reader, env: (_memory(reader, env), _memory(reader, env)),
    "table.init": lambda reader, env: (reader.u32(), _table(reader, env)),
    "table.copy": lambda reader, env: (_table(reader, env), _table(reader, env)),
    "memarg": _memarg,
    "i32": lambda reader, env: reader.i32(),
    "i64": lambda reader, env: reader.i64(),
    "f32": lambda reader, env: reader.f32(),
    "f64": lambda reader, env: reader.f64(),
    "select": _select,
    "heaptype": lambda reader, env: read_null_type(reader, env.features),
}
# Immediates that are nearly always one byte, and below which number that is itself.
_ALONE: Final = {
    "i32": 0x40,
    "i64": 0x40,
    **{kind: 0x80 for kind, decoder in _DECODERS.items() if decoder is _index},
}
_OPCODES: Final = {row.code: row for row in OPCODES}


def _entry(row: Opcode) -> Entry:
    if row.immediates not in _DECODERS:
        raise Unimplemented(f"there is no decoder for {row.name}")
    nesting = -1 if row.name == "end" else int(row.immediates == "block")
    decoder = None
    if row.immediates or nesting:
        decoder = _DECODERS[row.immediates]
    return row, _ALONE.get(row.immediates, 0), nesting, decoder


class InstructionSet:
    """The instructions that a set of features allows, ready for decoding."""

    def __init__(self, features: Features) -> None:
        self._features = features
        usable = features & IMPLEMENTED
        self._entries = {
            row.code: _entry(row) for row in OPCODES if row.feature in usable
        }
        # By the first byte; None where a look at the byte alone does not settle it.
        self.one_byte = [self._entries.get(code) for code in range(0x100)]

    def look_up(self, reader: Reader) -> Entry:
        """The entry of the opcode at the cursor, which is moved behind it.

        Raises Malformed if there is no such instruction, Unsupported if there is one
        in a proposal that is not implemented.
        """
        offset = reader.offset
        code = reader.byte()
        if code in PREFIXES:
            number = reader.u32()
            if number >> PREFIX_SHIFT:
                raise Malformed(f"illegal opcode {code:02x} {number:x}", offset)
            code = code << PREFIX_SHIFT | number
        entry = self._entries.get(code)
        if entry is None:
            raise self._refusal(code, offset)
        return entry

    def _refusal(self, code: int, offset: int) -> CompileError:
        disabled = f"illegal opcode {spelling(code)}"
        row = _OPCODES.get(code)
        feature = proposal_of(code) if row is None else row.feature
        if feature is not None:
            construct = f"opcode {spelling(code)}" if row is None else row.name
            error = refusal(self._features, feature, construct, offset, disabled)
            if error is not None:
                return error
            return Unimplemented(f"{construct} of the proposal {feature!r} has no row")
        return Malformed(disabled, offset)


@cache
def instruction_set(features: Features) -> InstructionSet:
    """The instruction set of `features`, built once."""
    return InstructionSet(features)


def decode(
    reader: Reader, env: ModuleEnvironment, is_body: bool = False
) -> Iterator[tuple[Opcode, object, int]]:
    """The instructions of an expression, to the `end` that closes it.

    Yields the opcode's row, the decoded immediates, and the offset in the module.
    The reader's cursor is behind the expression after the last one: at the end of
    the bytes, if they are a body.
    """
    data, base, pos = reader.data, reader.base, reader.pos
    instructions = instruction_set(env.features)
    entries = instructions.one_byte
    depth = 1
    name = None
    try:
        while depth:
            offset = base + pos
            name = None
            entry = entries[data[pos]]
            if entry is None:
                reader.pos = pos
                entry = instructions.look_up(reader)
                pos = reader.pos
            else:
                pos += 1
            opcode, alone, nesting, decoder = entry
            if decoder is None:
                yield opcode, None, offset
                continue
            name = opcode.name
            if alone and data[pos] < alone:
                immediate: object = data[pos]
                pos += 1
            else:
                depth += nesting
                reader.pos = pos
                immediate = decoder(reader, env)
                pos = reader.pos
            yield opcode, immediate, offset
    except IndexError:
        error: CompileError = reader.unexpected_end()
        error.locate(offset, reader.function, name)
        raise error from None
    except CompileError as error:
        error.locate(offset, reader.function, name)
        raise
    if is_body and reader.remaining:
        message = f"END opcode expected: {reader.remaining} bytes are left in the body"
        raise Malformed(message, reader.offset, function=reader.function)


def decode_body(
    reader: Reader, env: ModuleEnvironment
) -> Iterator[tuple[Opcode, object, int]]:
    """The instructions of a function body, after its locals."""
    return decode(reader, env, is_body=True)


class DeclaredLocals:
    """The types of many locals, parameters first, as the few runs that they are declared in."""

    def __init__(self, runs: list[tuple[int, ValType]]) -> None:
        self._types = [type for _, type in runs]
        self._ends = list(accumulate(count for count, _ in runs))

    def __len__(self) -> int:
        return self._ends[-1]

    def __getitem__(self, index: int) -> ValType:
        return self._types[bisect_right(self._ends, index)]


Locals = list[ValType] | DeclaredLocals
"""The types of a function's locals, its parameters first."""


def read_local_runs(
    reader: Reader, features: Features, params: int
) -> list[tuple[int, ValType]]:
    """How many locals of which type a function declares, one after the other.

    Raises LimitExceeded when there are more than 50,000 together with the parameters.
    """
    start = reader.offset
    runs = []
    total = params
    try:
        for _ in range(reader.u32()):
            offset = reader.offset
            count = reader.u32()
            total += count
            if total > limits.LOCALS:
                message = f"too many locals: the limit is {limits.LOCALS:,}"
                raise LimitExceeded(message, offset)
            type = read_value_type(reader, features)
            if not has_default(type):
                raise Unimplemented(f"locals of type {type}", offset)
            runs.append((count, type))
    except CompileError as error:
        error.locate(start, reader.function)
        raise
    return runs


def read_locals(
    reader: Reader, features: Features, params: tuple[ValType, ...]
) -> Locals:
    """The types of a function's locals, its parameters first.

    Raises LimitExceeded when there are more than 50,000.
    """
    runs = read_local_runs(reader, features, len(params))
    total = len(params)
    for count, _ in runs:
        total += count
    if total > MOST_LISTED:
        return DeclaredLocals([(1, param) for param in params] + runs)
    types = list(params)
    for count, type in runs:
        types += [type] * count
    return types


def used_locals(body: bytes, params: int, env: ModuleEnvironment) -> list[int]:
    """The locals that a body names, in order.

    The body need not be valid: what cannot be read any more names nothing.
    """
    reader = Reader(body, 0)
    used = set()
    with suppress(CompileError):
        read_local_runs(reader, env.features, params)
        for opcode, imm, _ in decode(reader, env):
            if opcode.immediates == "local":
                used.add(cast(int, imm))
    return sorted(used)
