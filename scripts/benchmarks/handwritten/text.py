"""Bytes, text and an interpreter, as a person would write them."""

from __future__ import annotations

from collections.abc import Callable

M32 = 0xFFFFFFFF

HALT, PUSH, ADD, SUB, MUL, DIV, MOD, AND, OR, XOR, SHL, SHR = range(12)


NOT, NEG, DUP, DROP, SWAP, OVER, LOAD, STORE, INC, DEC = range(12, 22)


JUMP, JZ, JNZ, EQ, NE, LT, LE, GT, GE, CALL, RET, NOP = range(22, 34)


PROGRAM = (
    PUSH, 2, STORE, 1, LOAD, 1, LOAD, 0, GE, JNZ, 48, PUSH, 2, STORE, 2,
    LOAD, 2, DUP, MUL, LOAD, 1, GT, JNZ, 39, LOAD, 1, LOAD, 2, MOD, JZ, 44,
    INC, 2, NOP, NOP, JUMP, 15, HALT, HALT, CALL, 60, NOP, NOP, NOP,
    INC, 1, JUMP, 4, LOAD, 3, LOAD, 4, XOR, HALT,
    HALT, HALT, HALT, HALT, HALT, HALT,
    INC, 3, LOAD, 4, PUSH, 31, MUL, LOAD, 1, ADD, STORE, 4, RET,
)  # fmt: skip


_BINARY: dict[int, Callable[[int, int], int]] = {
    ADD: lambda a, b: a + b & M32,
    SUB: lambda a, b: a - b & M32,
    MUL: lambda a, b: a * b & M32,
    DIV: lambda a, b: a // b,
    MOD: lambda a, b: a % b,
    AND: lambda a, b: a & b,
    OR: lambda a, b: a | b,
    XOR: lambda a, b: a ^ b,
    EQ: lambda a, b: a == b,
    NE: lambda a, b: a != b,
    LT: lambda a, b: a < b,
    LE: lambda a, b: a <= b,
    GT: lambda a, b: a > b,
    GE: lambda a, b: a >= b,
}


def interp(n: int) -> int:  # a ladder, as an interpreter is: nothing to split
    stack: list[int] = []
    frames: list[int] = []
    variables = [n] + [0] * 7
    pc = 0
    while True:
        opcode = PROGRAM[pc]
        pc += 1
        if opcode == LOAD:
            stack.append(variables[PROGRAM[pc]])
            pc += 1
        elif opcode == PUSH:
            stack.append(PROGRAM[pc])
            pc += 1
        elif opcode in _BINARY:
            right = stack.pop()
            stack[-1] = _BINARY[opcode](stack[-1], right)
        elif opcode == JZ:
            pc = pc + 1 if stack.pop() else PROGRAM[pc]
        elif opcode == JNZ:
            pc = PROGRAM[pc] if stack.pop() else pc + 1
        elif opcode == STORE:
            variables[PROGRAM[pc]] = stack.pop()
            pc += 1
        elif opcode == INC:
            variables[PROGRAM[pc]] += 1
            pc += 1
        elif opcode == JUMP:
            pc = PROGRAM[pc]
        elif opcode == DUP:
            stack.append(stack[-1])
        elif opcode == CALL:
            frames.append(pc + 1)
            pc = PROGRAM[pc]
        elif opcode == RET:
            pc = frames.pop()
        elif opcode == HALT:
            return stack[-1]


_WORDS = ("lorem", "ipsum", "dolor", "sit", "amet,", "42", "consectetur", "-1234567")


def _find(hay: str, needle: str, start: int) -> int:
    """Character by character, as the kernel does; `str.find` would be another job."""
    for i in range(start, len(hay)):
        for j, wanted in enumerate(needle):
            if i + j >= len(hay) or hay[i + j] != wanted:
                break
        else:
            return i
    return -1


def _number(text: str, i: int) -> int:
    sign = 1
    value = 0
    if text[i] == "-":
        sign = -1
        i += 1
    while i < len(text) and "0" <= text[i] <= "9":
        value = value * 10 + ord(text[i]) - 48
        i += 1
    return sign * value


def strings(n: int) -> int:
    seed = 5
    pieces = []
    for i in range(n):
        seed = (seed * 1103515245 + 12345) & M32
        pieces.append(_WORDS[seed >> 16 & 7] + ("\n" if i % 11 == 10 else " "))
    text = "".join(pieces)
    result = len(text)
    inside = False
    for character in text:
        if "a" <= character <= "z" or "A" <= character <= "Z":
            result = (result * 33 + ord(character)) & M32
            inside = True
        elif inside:
            result ^= 0x5BD1E995
            inside = False
    place = _find(text, "-12", 0)
    while place >= 0:
        result += _number(text, place)
        place = _find(text, "-12", place + 1)
    return result & M32


def bulk(n: int) -> int:
    page = bytearray(i * 13 & 255 for i in range(8192))
    other = bytearray(8192)
    result = 0
    for turn in range(n):
        start = turn & 63
        other[0:4096] = page[start : start + 4096]
        other[4096:6144] = bytes([turn & 255]) * 2048
        page[16:4016] = page[0:4000]
        for i in range(256):
            page[i] = (other[4096 + i * 8] + i) & 255
        other[6144:6400] = b"\1" * 256
        for i in range(8):
            result = (result * 31 + other[(result >> 3 & 4095) + i]) & M32
    return result


def _pack(source: bytearray) -> bytearray:
    packed = bytearray()
    head = [0] * 1024
    n = len(source)
    i = 0
    while i + 4 < n:
        word = source[i : i + 4]
        h = (int.from_bytes(word, "little") * 2654435761 & M32) >> 22
        candidate = head[h]
        head[h] = i
        if candidate and source[candidate : candidate + 4] == word:
            run = 4
            while (
                run < 130 and i + run < n and source[candidate + run] == source[i + run]
            ):
                run += 1
            distance = i - candidate
            packed += bytes((0x80 | (run - 4), distance & 255, distance >> 8))
            i += run
        else:
            packed.append(source[i] & 0x7F)
            i += 1
    return packed + bytes(byte & 0x7F for byte in source[i:])


def _unpack(packed: bytearray) -> bytearray:
    unpacked = bytearray()
    i = 0
    while i < len(packed):
        token = packed[i]
        i += 1
        if token & 0x80:
            distance = packed[i] | packed[i + 1] << 8
            i += 2
            for _ in range((token & 0x7F) + 4):
                unpacked.append(unpacked[-distance])
        else:
            unpacked.append(token)
    return unpacked


def lzss(n: int) -> int:
    seed = 3
    source = bytearray()
    for _ in range(n):
        seed = (seed * 1103515245 + 12345) & M32
        letter = b"abcdefgh"[seed >> 24 & 3] + (7 if (seed >> 16 & 31) == 0 else 0)
        source.append(letter)
    packed = _pack(source)
    unpacked = _unpack(packed)
    if len(unpacked) != n:
        return 0
    result = len(packed)
    for byte in unpacked:
        result = (result ^ byte) * 16777619 & M32
    return result
