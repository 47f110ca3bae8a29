"""The table of instructions, one row each.

The rows drive the decoder, the validation of every plain instruction, the IR builder
and the printer. Nothing else in the translator knows an opcode's number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from wasm2py.spec import features
from wasm2py.spec.types import FLOAT, INTEGER, types_of

READS_MEMORY: Final = 1
# Its size and the data segments too. `memory.size` counts as such: others may grow a
# memory at any time, so no access may have begun before its size is known.
WRITES_MEMORY: Final = 2
READS_GLOBAL: Final = 4
WRITES_GLOBAL: Final = 8
READS_TABLE: Final = 16
WRITES_TABLE: Final = 32  # its size and the element segments too
TRAPS: Final = 64
CALLS: Final = 128
CONTROL: Final = 256  # opens or closes a block, or leaves one

PREFIX_SHIFT: Final = 16


INTEGERS: Final = types_of(INTEGER)
FLOATS: Final = types_of(FLOAT)
NUMBERS: Final = INTEGERS | FLOATS

# A mnemonic in its parts, such as `i64.load32_u`, `i32.trunc_sat_f64_s`, `i8x16.add`.
_MNEMONIC: Final = re.compile(
    r"(?P<type>[ifv]\d+)(?:x(?P<lanes>\d+))?\."
    r"(?:(?P<narrow>load|store|extend)(?P<bits>\d+)|(?P<operation>[a-z][a-z0-9_]*?))"
    r"(?:_(?P<source>[if]\d+))?(?:_(?P<sign>[su]))?"
)


class Access(NamedTuple):
    """What a load or store does to memory.

    `type` is that of the value, `width` the bytes that are accessed. `is_narrow` if these are not
    all of the value: `signed` tells then how a load extends them, else it is None.
    """

    stores: bool
    type: str
    width: int
    is_narrow: bool
    signed: bool | None


class Opcode:
    """An instruction: its encoding, and what is known of it without its immediates.

    `code` is the opcode's byte; after a prefix byte, `prefix << 16 | number`.
    `immediates` says what follows the opcode (see `wasm2py.binary.decoder`).
    `params` and `results` are None where they depend on immediates or operands. An
    address in them is "i32", whatever the memory's address type is. `effects` is a
    set of the bits above, `width` the bytes that a memory access touches, else 0.

    Of an instruction on numbers or vectors, `type` is the type, or the lanes' type, that its
    mnemonic begins with, `lanes` their number (1 for numbers), `operation` what it does,
    without types and sign, such as "lt", "load" or "trunc_sat", and `signed` whether it takes
    integers as signed; None if that does not matter. Of the others, `type` and `operation` are
    empty. `access` is None for all but loads and stores.
    """

    __slots__ = (
        "access",
        "code",
        "effects",
        "feature",
        "immediates",
        "lanes",
        "name",
        "operation",
        "params",
        "results",
        "signed",
        "type",
        "width",
    )

    def __init__(
        self,
        code: int,
        name: str,
        immediates: str,
        signature: tuple[tuple[str, ...], tuple[str, ...]] | None,
        effects: int,
        feature: str,
        width: int = 0,
    ) -> None:
        self.code = code
        self.name = name
        self.immediates = immediates
        self.params = None if signature is None else signature[0]
        self.results = None if signature is None else signature[1]
        self.effects = effects
        self.feature = feature
        self.width = width
        self.type, self.operation, self.lanes = "", "", 1
        self.signed: bool | None = None
        self.access: Access | None = None
        mnemonic = _MNEMONIC.fullmatch(name)
        if mnemonic is not None:
            self._parse(mnemonic)

    def _parse(self, mnemonic: re.Match[str]) -> None:
        self.type = mnemonic["type"]
        self.operation = mnemonic["narrow"] or mnemonic["operation"]
        self.lanes = int(mnemonic["lanes"] or 1)
        if mnemonic["sign"]:
            self.signed = mnemonic["sign"] == "s"
        if self.width:
            stores = bool(self.effects & WRITES_MEMORY)
            is_narrow = mnemonic["bits"] is not None
            self.access = Access(stores, self.type, self.width, is_narrow, self.signed)

    def __repr__(self) -> str:
        return f"<Opcode {self.name}>"


# code | name | immediates | params -> results | effects | bytes accessed
# No signature is given where it depends on immediates or on the operands.
_MVP: Final = """
00 | unreachable         |               |                | traps control
01 | nop                 |               | ->
02 | block               | block         |                | control
03 | loop                | block         |                | control
04 | if                  | block         |                | control
05 | else                |               |                | control
0b | end                 |               |                | control
0c | br                  | label         |                | control
0d | br_if               | label         |                | control
0e | br_table            | labels        |                | control
0f | return              |               |                | control
10 | call                | func          |                | calls
11 | call_indirect       | call_indirect |                | reads_table traps calls
1a | drop                |               |
1b | select              |               |
20 | local.get           | local         |
21 | local.set           | local         |
22 | local.tee           | local         |
23 | global.get          | global        |                | reads_global
24 | global.set          | global        |                | writes_global
28 | i32.load            | memarg        | i32 -> i32     | reads_memory traps | 4
29 | i64.load            | memarg        | i32 -> i64     | reads_memory traps | 8
2a | f32.load            | memarg        | i32 -> f32     | reads_memory traps | 4
2b | f64.load            | memarg        | i32 -> f64     | reads_memory traps | 8
2c | i32.load8_s         | memarg        | i32 -> i32     | reads_memory traps | 1
2d | i32.load8_u         | memarg        | i32 -> i32     | reads_memory traps | 1
2e | i32.load16_s        | memarg        | i32 -> i32     | reads_memory traps | 2
2f | i32.load16_u        | memarg        | i32 -> i32     | reads_memory traps | 2
30 | i64.load8_s         | memarg        | i32 -> i64     | reads_memory traps | 1
31 | i64.load8_u         | memarg        | i32 -> i64     | reads_memory traps | 1
32 | i64.load16_s        | memarg        | i32 -> i64     | reads_memory traps | 2
33 | i64.load16_u        | memarg        | i32 -> i64     | reads_memory traps | 2
34 | i64.load32_s        | memarg        | i32 -> i64     | reads_memory traps | 4
35 | i64.load32_u        | memarg        | i32 -> i64     | reads_memory traps | 4
36 | i32.store           | memarg        | i32 i32 ->     | writes_memory traps | 4
37 | i64.store           | memarg        | i32 i64 ->     | writes_memory traps | 8
38 | f32.store           | memarg        | i32 f32 ->     | writes_memory traps | 4
39 | f64.store           | memarg        | i32 f64 ->     | writes_memory traps | 8
3a | i32.store8          | memarg        | i32 i32 ->     | writes_memory traps | 1
3b | i32.store16         | memarg        | i32 i32 ->     | writes_memory traps | 2
3c | i64.store8          | memarg        | i32 i64 ->     | writes_memory traps | 1
3d | i64.store16         | memarg        | i32 i64 ->     | writes_memory traps | 2
3e | i64.store32         | memarg        | i32 i64 ->     | writes_memory traps | 4
3f | memory.size         | memory        |                | reads_memory writes_memory
40 | memory.grow         | memory        |                | reads_memory writes_memory
41 | i32.const           | i32           | -> i32
42 | i64.const           | i64           | -> i64
43 | f32.const           | f32           | -> f32
44 | f64.const           | f64           | -> f64
45 | i32.eqz             |               | i32 -> i32
46 | i32.eq              |               | i32 i32 -> i32
47 | i32.ne              |               | i32 i32 -> i32
48 | i32.lt_s            |               | i32 i32 -> i32
49 | i32.lt_u            |               | i32 i32 -> i32
4a | i32.gt_s            |               | i32 i32 -> i32
4b | i32.gt_u            |               | i32 i32 -> i32
4c | i32.le_s            |               | i32 i32 -> i32
4d | i32.le_u            |               | i32 i32 -> i32
4e | i32.ge_s            |               | i32 i32 -> i32
4f | i32.ge_u            |               | i32 i32 -> i32
50 | i64.eqz             |               | i64 -> i32
51 | i64.eq              |               | i64 i64 -> i32
52 | i64.ne              |               | i64 i64 -> i32
53 | i64.lt_s            |               | i64 i64 -> i32
54 | i64.lt_u            |               | i64 i64 -> i32
55 | i64.gt_s            |               | i64 i64 -> i32
56 | i64.gt_u            |               | i64 i64 -> i32
57 | i64.le_s            |               | i64 i64 -> i32
58 | i64.le_u            |               | i64 i64 -> i32
59 | i64.ge_s            |               | i64 i64 -> i32
5a | i64.ge_u            |               | i64 i64 -> i32
5b | f32.eq              |               | f32 f32 -> i32
5c | f32.ne              |               | f32 f32 -> i32
5d | f32.lt              |               | f32 f32 -> i32
5e | f32.gt              |               | f32 f32 -> i32
5f | f32.le              |               | f32 f32 -> i32
60 | f32.ge              |               | f32 f32 -> i32
61 | f64.eq              |               | f64 f64 -> i32
62 | f64.ne              |               | f64 f64 -> i32
63 | f64.lt              |               | f64 f64 -> i32
64 | f64.gt              |               | f64 f64 -> i32
65 | f64.le              |               | f64 f64 -> i32
66 | f64.ge              |               | f64 f64 -> i32
67 | i32.clz             |               | i32 -> i32
68 | i32.ctz             |               | i32 -> i32
69 | i32.popcnt          |               | i32 -> i32
6a | i32.add             |               | i32 i32 -> i32
6b | i32.sub             |               | i32 i32 -> i32
6c | i32.mul             |               | i32 i32 -> i32
6d | i32.div_s           |               | i32 i32 -> i32 | traps
6e | i32.div_u           |               | i32 i32 -> i32 | traps
6f | i32.rem_s           |               | i32 i32 -> i32 | traps
70 | i32.rem_u           |               | i32 i32 -> i32 | traps
71 | i32.and             |               | i32 i32 -> i32
72 | i32.or              |               | i32 i32 -> i32
73 | i32.xor             |               | i32 i32 -> i32
74 | i32.shl             |               | i32 i32 -> i32
75 | i32.shr_s           |               | i32 i32 -> i32
76 | i32.shr_u           |               | i32 i32 -> i32
77 | i32.rotl            |               | i32 i32 -> i32
78 | i32.rotr            |               | i32 i32 -> i32
79 | i64.clz             |               | i64 -> i64
7a | i64.ctz             |               | i64 -> i64
7b | i64.popcnt          |               | i64 -> i64
7c | i64.add             |               | i64 i64 -> i64
7d | i64.sub             |               | i64 i64 -> i64
7e | i64.mul             |               | i64 i64 -> i64
7f | i64.div_s           |               | i64 i64 -> i64 | traps
80 | i64.div_u           |               | i64 i64 -> i64 | traps
81 | i64.rem_s           |               | i64 i64 -> i64 | traps
82 | i64.rem_u           |               | i64 i64 -> i64 | traps
83 | i64.and             |               | i64 i64 -> i64
84 | i64.or              |               | i64 i64 -> i64
85 | i64.xor             |               | i64 i64 -> i64
86 | i64.shl             |               | i64 i64 -> i64
87 | i64.shr_s           |               | i64 i64 -> i64
88 | i64.shr_u           |               | i64 i64 -> i64
89 | i64.rotl            |               | i64 i64 -> i64
8a | i64.rotr            |               | i64 i64 -> i64
8b | f32.abs             |               | f32 -> f32
8c | f32.neg             |               | f32 -> f32
8d | f32.ceil            |               | f32 -> f32
8e | f32.floor           |               | f32 -> f32
8f | f32.trunc           |               | f32 -> f32
90 | f32.nearest         |               | f32 -> f32
91 | f32.sqrt            |               | f32 -> f32
92 | f32.add             |               | f32 f32 -> f32
93 | f32.sub             |               | f32 f32 -> f32
94 | f32.mul             |               | f32 f32 -> f32
95 | f32.div             |               | f32 f32 -> f32
96 | f32.min             |               | f32 f32 -> f32
97 | f32.max             |               | f32 f32 -> f32
98 | f32.copysign        |               | f32 f32 -> f32
99 | f64.abs             |               | f64 -> f64
9a | f64.neg             |               | f64 -> f64
9b | f64.ceil            |               | f64 -> f64
9c | f64.floor           |               | f64 -> f64
9d | f64.trunc           |               | f64 -> f64
9e | f64.nearest         |               | f64 -> f64
9f | f64.sqrt            |               | f64 -> f64
a0 | f64.add             |               | f64 f64 -> f64
a1 | f64.sub             |               | f64 f64 -> f64
a2 | f64.mul             |               | f64 f64 -> f64
a3 | f64.div             |               | f64 f64 -> f64
a4 | f64.min             |               | f64 f64 -> f64
a5 | f64.max             |               | f64 f64 -> f64
a6 | f64.copysign        |               | f64 f64 -> f64
a7 | i32.wrap_i64        |               | i64 -> i32
a8 | i32.trunc_f32_s     |               | f32 -> i32     | traps
a9 | i32.trunc_f32_u     |               | f32 -> i32     | traps
aa | i32.trunc_f64_s     |               | f64 -> i32     | traps
ab | i32.trunc_f64_u     |               | f64 -> i32     | traps
ac | i64.extend_i32_s    |               | i32 -> i64
ad | i64.extend_i32_u    |               | i32 -> i64
ae | i64.trunc_f32_s     |               | f32 -> i64     | traps
af | i64.trunc_f32_u     |               | f32 -> i64     | traps
b0 | i64.trunc_f64_s     |               | f64 -> i64     | traps
b1 | i64.trunc_f64_u     |               | f64 -> i64     | traps
b2 | f32.convert_i32_s   |               | i32 -> f32
b3 | f32.convert_i32_u   |               | i32 -> f32
b4 | f32.convert_i64_s   |               | i64 -> f32
b5 | f32.convert_i64_u   |               | i64 -> f32
b6 | f32.demote_f64      |               | f64 -> f32
b7 | f64.convert_i32_s   |               | i32 -> f64
b8 | f64.convert_i32_u   |               | i32 -> f64
b9 | f64.convert_i64_s   |               | i64 -> f64
ba | f64.convert_i64_u   |               | i64 -> f64
bb | f64.promote_f32     |               | f32 -> f64
bc | i32.reinterpret_f32 |               | f32 -> i32
bd | i64.reinterpret_f64 |               | f64 -> i64
be | f32.reinterpret_i32 |               | i32 -> f32
bf | f64.reinterpret_i64 |               | i64 -> f64
"""

_SIGN_EXTENSION: Final = """
c0 | i32.extend8_s       |               | i32 -> i32
c1 | i32.extend16_s      |               | i32 -> i32
c2 | i64.extend8_s       |               | i64 -> i64
c3 | i64.extend16_s      |               | i64 -> i64
c4 | i64.extend32_s      |               | i64 -> i64
"""

_SATURATING_FLOAT_TO_INT: Final = """
fc 00 | i32.trunc_sat_f32_s |            | f32 -> i32
fc 01 | i32.trunc_sat_f32_u |            | f32 -> i32
fc 02 | i32.trunc_sat_f64_s |            | f64 -> i32
fc 03 | i32.trunc_sat_f64_u |            | f64 -> i32
fc 04 | i64.trunc_sat_f32_s |            | f32 -> i64
fc 05 | i64.trunc_sat_f32_u |            | f32 -> i64
fc 06 | i64.trunc_sat_f64_s |            | f64 -> i64
fc 07 | i64.trunc_sat_f64_u |            | f64 -> i64
"""

_BULK_MEMORY: Final = """
fc 08 | memory.init      | memory.init   |                | writes_memory traps
fc 09 | data.drop        | data          | ->             | writes_memory
fc 0a | memory.copy      | memory.copy   |                | reads_memory writes_memory traps
fc 0b | memory.fill      | memory        |                | writes_memory traps
fc 0c | table.init       | table.init    |                | writes_table traps
fc 0d | elem.drop        | elem          | ->             | writes_table
fc 0e | table.copy       | table.copy    |                | reads_table writes_table traps
"""

_REFERENCE_TYPES: Final = """
1c | select              | select        |
25 | table.get           | table         |                | reads_table traps
26 | table.set           | table         |                | writes_table traps
d0 | ref.null            | heaptype      |
d1 | ref.is_null         |               |
d2 | ref.func            | func          |
fc 0f | table.grow       | table         |                | reads_table writes_table
fc 10 | table.size       | table         |                | reads_table
fc 11 | table.fill       | table         |                | writes_table traps
"""

_TAIL_CALL: Final = """
12 | return_call          | func          |               | calls control
13 | return_call_indirect | call_indirect |               | reads_table traps calls control
"""

_EFFECTS: Final = {
    "reads_memory": READS_MEMORY,
    "writes_memory": WRITES_MEMORY,
    "reads_global": READS_GLOBAL,
    "writes_global": WRITES_GLOBAL,
    "reads_table": READS_TABLE,
    "writes_table": WRITES_TABLE,
    "traps": TRAPS,
    "calls": CALLS,
    "control": CONTROL,
}


def _signature(text: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    if not text:
        return None
    params, _, results = text.partition("->")
    return tuple(params.split()), tuple(results.split())


def _row(line: str, feature: str) -> Opcode:
    cells = [cell.strip() for cell in line.split("|")]
    cells += [""] * (6 - len(cells))
    code = 0
    for number in cells[0].split():
        code = code << PREFIX_SHIFT | int(number, 16)
    effects = 0
    for effect in cells[4].split():
        effects |= _EFFECTS[effect]
    signature = _signature(cells[3])
    width = int(cells[5] or 0)
    return Opcode(code, cells[1], cells[2], signature, effects, feature, width)


OPCODES: Final = tuple(
    _row(line, feature)
    for feature, table in (
        (features.MVP, _MVP),
        (features.SIGN_EXTENSION, _SIGN_EXTENSION),
        (features.SATURATING_FLOAT_TO_INT, _SATURATING_FLOAT_TO_INT),
        (features.BULK_MEMORY, _BULK_MEMORY),
        (features.REFERENCE_TYPES, _REFERENCE_TYPES),
        (features.TAIL_CALL, _TAIL_CALL),
    )
    for line in table.strip().splitlines()
)

ROWS: Final = {row.name: row for row in OPCODES}
"""The instructions by name; the two of `select` are one in all but their encoding."""

ACCESSES: Final = {row.name: row.access for row in OPCODES if row.access is not None}
LOADS: Final = {name: access for name, access in ACCESSES.items() if not access.stores}
STORES: Final = {name: access for name, access in ACCESSES.items() if access.stores}


def instructions(
    *operations: str, types: Iterable[str] = INTEGERS, signed: bool | None = None
) -> frozenset[str]:
    """The names of the instructions that do one of some operations on numbers of some types.

    Given `signed`, only of those that take integers as signed, or as unsigned.
    """
    return frozenset(
        row.name
        for row in OPCODES
        if row.operation in operations and row.type in types and row.lanes == 1
        if signed is None or row.signed is signed
    )


END: Final = 0x0B
"""The byte with which every expression ends."""

PREFIXES: Final = frozenset((0xFB, 0xFC, 0xFD, 0xFE))
"""Bytes after which the instruction's number follows as a u32."""

# Instructions that have no row: first and last code, and the proposal they are from.
_PROPOSED: Final = (
    (0x06, 0x07, features.LEGACY_EXCEPTIONS),
    (0x08, 0x08, features.EXCEPTIONS),
    (0x09, 0x09, features.LEGACY_EXCEPTIONS),
    (0x0A, 0x0A, features.EXCEPTIONS),
    (0x14, 0x15, features.FUNCTION_REFERENCES),
    (0x18, 0x19, features.LEGACY_EXCEPTIONS),
    (0x1F, 0x1F, features.EXCEPTIONS),
    (0xD3, 0xD3, features.GC),
    (0xD4, 0xD6, features.FUNCTION_REFERENCES),
    (0xE0, 0xE6, features.STACK_SWITCHING),
    (0xFB_0000, 0xFB_001E, features.GC),
    (0xFC_0013, 0xFC_0016, features.WIDE_ARITHMETIC),
    (0xFD_0000, 0xFD_00FF, features.SIMD),
    (0xFD_0100, 0xFD_0113, features.RELAXED_SIMD),
    (0xFE_0000, 0xFE_0003, features.THREADS),
    (0xFE_0010, 0xFE_004E, features.THREADS),
)


def proposal_of(code: int) -> str | None:
    """The feature that has brought an instruction which has no row here."""
    for first, last, feature in _PROPOSED:
        if first <= code <= last:
            return feature
    return None


def spelling(code: int) -> str:
    """How an opcode is written, such as "6a" or "fc 08"."""
    prefix, number = code >> PREFIX_SHIFT, code & ((1 << PREFIX_SHIFT) - 1)
    return f"{prefix:02x} {number:02x}" if prefix else f"{code:02x}"
