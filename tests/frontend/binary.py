"""Modules put together byte by byte, valid or not, and ways of reading them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from wasm2py.binary.decoder import decode_body, read_locals
from wasm2py.binary.events import NEED_DATA, Event, ModuleEnd
from wasm2py.binary.module_reader import FunctionJob, ModuleReader
from wasm2py.binary.parser import Parser
from wasm2py.binary.reader import Reader
from wasm2py.errors import CompileError
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.features import DEFAULT_FEATURES, Features
from wasm2py.validation.function import Validator

HEADER = b"\0asm\1\0\0\0"
EMPTY_FUNC = b"\x60\0\0"
EMPTY_BODY = b"\0\x0b"


def u32(number: int) -> bytes:
    """The shortest LEB128 of an unsigned integer."""
    encoded = bytearray()
    while number >= 0x80:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def sized(contents: bytes) -> bytes:
    """A length and that many bytes: a name, a function body."""
    return u32(len(contents)) + contents


def section(number: int, contents: bytes) -> bytes:
    """A section with its id and size."""
    return bytes((number,)) + sized(contents)


def vector(items: Sequence[bytes]) -> bytes:
    """A count and the items."""
    return u32(len(items)) + b"".join(items)


def custom(name: str, contents: bytes) -> bytes:
    """A custom section."""
    return section(0, sized(name.encode()) + contents)


def types(*definitions: bytes) -> bytes:
    """A type section."""
    return section(1, vector(definitions))


def functions(*indices: int) -> bytes:
    """A function section."""
    return section(3, vector([u32(index) for index in indices]))


def code(*bodies: bytes) -> bytes:
    """A code section; a body is its locals and instructions."""
    return section(10, vector([sized(body) for body in bodies]))


def module(*sections: bytes) -> bytes:
    """A module."""
    return HEADER + b"".join(sections)


def function(
    *instructions: int, type: bytes = EMPTY_FUNC, before: bytes = b""
) -> bytes:
    """A module with one function without locals; its `end` is added.

    `before` are the sections between the function section and the code.
    """
    body = bytes((0, *instructions, 0x0B))
    return module(types(type), functions(0), before, code(body))


def check_function(env: ModuleEnvironment, job: FunctionJob) -> None:
    """Decode and validate a function."""
    type = env.func_type(job.funcidx)
    reader = Reader(job.body, job.offset, job.funcidx)
    locals = read_locals(reader, env.features, type.params)
    validator = Validator(env, type, locals, job.funcidx)
    for opcode, imm, offset in decode_body(reader, env):
        validator.step(opcode, imm, offset)
    assert not validator.frames


def read(
    data: bytes, features: Features = DEFAULT_FEATURES, cuts: Iterable[int] = ()
) -> ModuleReader:
    """A module read and validated whole, its bytes arriving cut at `cuts`."""
    reader = ModuleReader(features)
    for piece in (*pieces(data, cuts), b""):
        for job in reader.receive(piece):
            with reader.env.naming_functions():
                check_function(reader.env, job)
    assert reader.complete
    return reader


def pieces(data: bytes, cuts: Iterable[int]) -> list[bytes]:
    """`data` cut at the positions given; no piece is empty."""
    ends = sorted({0, len(data), *cuts})
    return [data[start:end] for start, end in pairwise(ends)]


def parse(
    data: bytes, cuts: Iterable[int] = (), features: Features = DEFAULT_FEATURES
) -> list[Event | str]:
    """The parser's events, and the text of the error that ends them, if any."""
    parser = Parser(features)
    events: list[Event | str] = []
    try:
        for piece in (*pieces(data, cuts), b""):
            parser.receive_data(piece)
            for event in ready(parser):
                events.append(event)  # noqa: PERF402
    except CompileError as error:
        events.append(f"{type(error).__name__}: {error}")
    return events


def ready(parser: Parser) -> Iterator[Event]:
    """The events that are ready."""
    while (event := parser.next_event()) is not NEED_DATA:
        yield event
        if isinstance(event, ModuleEnd):
            return


def drain(parser: Parser) -> list[Event]:
    """The events that are ready, if no error is."""
    return list(ready(parser))
