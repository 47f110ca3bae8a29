"""The parser: framing, whatever the pieces in which a module arrives."""

from __future__ import annotations

import random
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.frontend.binary import (
    EMPTY_BODY,
    EMPTY_FUNC,
    HEADER,
    code,
    custom,
    drain,
    functions,
    module,
    parse,
    section,
    sized,
    types,
    u32,
)
from wasm2py.binary.events import (
    NEED_DATA,
    Chunk,
    CodeStart,
    DataStart,
    FunctionBody,
    ModuleEnd,
    ModuleStart,
    SectionContents,
    SectionEnd,
    SectionStart,
    SegmentStart,
)
from wasm2py.binary.parser import CHUNK_SIZE, Parser
from wasm2py.binary.reader import Reader
from wasm2py.errors import LimitExceeded, Malformed, Unsupported
from wasm2py.spec import limits
from wasm2py.spec.features import DEFAULT_FEATURES, WASM1

PASSIVE = b"\1" + sized(b"data")
ACTIVE = b"\0\x41\x10\x0b" + sized(b"x" * 10)
SAMPLE = module(
    custom("first", b"contents"),
    types(EMPTY_FUNC),
    functions(0, 0),
    section(5, b"\1\0\1"),
    section(12, b"\2"),
    code(EMPTY_BODY, b"\0\1\1\x0b"),
    section(11, b"\2" + PASSIVE + ACTIVE),
    custom("", b""),
)
# Kinds of broken modules: wherever they are cut, they are refused alike.
BROKEN = {
    "magic": b"\0asn\1\0\0\0",
    "version": b"\0asm\2\0\0\0" + SAMPLE[8:],
    "component": b"\0asm\x0d\0\1\0",
    "section id": SAMPLE + b"\x0e\0",
    "order": SAMPLE + types(EMPTY_FUNC),
    "section size": HEADER + b"\1\x80\x80\x80\x80\x80\0",
    "name length": HEADER + b"\0\2\x7fx",
    "name": HEADER + b"\0\3\2\xff\xff",
    "body beyond the section": module(section(10, b"\1\5\0\x0b")),
    "body without end": module(code(b"\0\1"), custom("", b"")),
    "bodies too few": module(section(10, b"\2\2\0\x0b")),
    "bytes after the bodies": module(section(10, b"\0\0")),
    "segment kind": module(section(11, b"\1\3")),
    "segment beyond the section": module(section(11, b"\1\1\5ab")),
    "segment's offset without end": module(section(11, b"\1\0\x41\0")),
    "cut in a header": HEADER[:7],
    "cut in a section": SAMPLE[:29],
    "cut in a size": HEADER + b"\1\x80",
}


def test_events() -> None:
    start = len(HEADER)
    assert parse(SAMPLE)[:5] == [
        ModuleStart(1),
        SectionStart(0, "first", start + 2, 14),
        Chunk(b"contents"),
        SectionEnd(0, start + 16),
        SectionStart(1, "type", start + 18, 4),
    ]
    events = parse(SAMPLE)[5:]
    assert [type(event) for event in events] == [
        SectionContents,
        SectionEnd,
        *[SectionStart, SectionContents, SectionEnd] * 3,
        *[SectionStart, CodeStart, FunctionBody, FunctionBody, SectionEnd],
        *[SectionStart, DataStart, SegmentStart, Chunk, SegmentStart, Chunk],
        *[SectionEnd, SectionStart, SectionEnd, ModuleEnd],
    ]
    for event in events:
        if isinstance(event, FunctionBody):
            end = event.offset + len(event.body)
            assert SAMPLE[event.offset : end] == event.body
        elif isinstance(event, SegmentStart):
            end = event.offset + len(event.header)
            assert SAMPLE[event.offset : end] == event.header
    assert events[-1] == ModuleEnd(len(SAMPLE))


@given(st.sets(st.integers(1, len(SAMPLE) - 1)))
def test_pieces_do_not_matter(cuts: set[int]) -> None:
    assert parse(SAMPLE, cuts) == parse(SAMPLE)


@pytest.mark.parametrize("data", [SAMPLE, *BROKEN.values()], ids=["sample", *BROKEN])
def test_byte_by_byte(data: bytes) -> None:
    assert parse(data, range(len(data))) == parse(data)


@pytest.mark.parametrize("name", BROKEN)
def test_broken_modules_are_refused_alike(name: str) -> None:
    data = BROKEN[name]
    assert isinstance(parse(data)[-1], str)
    rng = random.Random(name)
    for _ in range(20):
        cuts = rng.sample(range(len(data)), min(3, len(data)))
        assert parse(data, cuts) == parse(data)


def test_every_prefix_is_refused_with_an_offset_within_it() -> None:
    ends = {event.offset for event in parse(SAMPLE) if isinstance(event, SectionEnd)}
    for end in range(len(SAMPLE)):
        last = parse(SAMPLE[:end])[-1]
        if end in ends or end == len(HEADER):
            assert last == ModuleEnd(end)
        else:
            assert isinstance(last, str), end
            assert (
                "unexpected end" in last
                or "out of bounds" in last
                or ("representation too long" in last)
            )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "UnexpectedEnd: unexpected end"),
        (b"\1", "UnexpectedEnd: unexpected end"),
        (b"<htm", "Malformed: magic header not detected, at offset 0x0"),
        (BROKEN["version"], "Malformed: unknown binary version 2, at offset 0x4"),
        (BROKEN["component"], "Unsupported: unknown binary version: this is a comp"),
        (BROKEN["section id"], "Malformed: malformed section id 14"),
        (BROKEN["order"], "Malformed: unexpected content after last section: the type"),
        (BROKEN["section size"], "Malformed: integer representation too long"),
        (BROKEN["name length"], "UnexpectedEnd: length out of bounds"),
        (BROKEN["name"], "Malformed: malformed UTF-8 encoding"),
        (BROKEN["body beyond the section"], "UnexpectedEnd: unexpected end of sect"),
        (BROKEN["body without end"], "Malformed: section size mismatch"),
        (BROKEN["bytes after the bodies"], "Malformed: section size mismatch"),
        (BROKEN["segment kind"], "Malformed: malformed data segment kind 3"),
        (module(section(13, b"\0")), "Unsupported: the tag section needs"),
    ],
)
def test_messages(data: bytes, message: str) -> None:
    last = parse(data)[-1]
    assert isinstance(last, str)
    assert last.startswith(message)


def test_sections_of_features_that_are_off() -> None:
    for number in (12, 13):
        last = parse(module(section(number, b"\0")), features=WASM1)[-1]
        assert isinstance(last, str)
        assert last.startswith(f"Malformed: malformed section id {number}")


def test_events_come_as_early_as_they_can() -> None:
    parser = Parser(DEFAULT_FEATURES)
    body_at = SAMPLE.index(b"\2" + EMPTY_BODY) + 1
    parser.receive_data(SAMPLE[: body_at + 1])
    assert type(drain(parser)[-1]) is CodeStart
    parser.receive_data(SAMPLE[body_at + 1 : body_at + 2])
    assert drain(parser) == [FunctionBody(0, body_at, EMPTY_BODY)]


def test_an_error_stays() -> None:
    parser = Parser(DEFAULT_FEATURES)
    parser.receive_data(b"nonsense")
    raised = []
    for call in (
        parser.next_event,
        parser.next_event,
        lambda: parser.receive_data(b""),
    ):
        with pytest.raises(Malformed) as caught:
            call()
        raised.append(caught.value)
    assert raised[0] is raised[1] is raised[2]


def test_the_end_stays() -> None:
    parser = Parser(DEFAULT_FEATURES)
    parser.receive_data(HEADER)
    assert drain(parser) == [ModuleStart(1)]
    parser.receive_data(b"")
    assert parser.next_event() == parser.next_event() == ModuleEnd(8)
    with pytest.raises(ValueError, match="after the end"):
        parser.receive_data(b"x")


def test_nothing_is_allocated_on_a_length_s_word() -> None:
    claims = [
        b"\1" + u32((1 << 30) - 20),
        b"\0" + u32((1 << 30) - 20) + u32((1 << 30) - 30),
        b"\x0b" + u32((1 << 30) - 20) + b"\1\1" + u32((1 << 30) - 30),
        b"\x0a" + u32((1 << 30) - 20) + u32(1_000_000) + u32(limits.BODY_SIZE),
    ]
    for claim in claims:
        parser = Parser(DEFAULT_FEATURES)
        tracemalloc.start()
        parser.receive_data(HEADER + claim)
        drain(parser)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 100_000
        assert parser.next_event() is NEED_DATA


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\1\xff\xff\xff\xff\x0f", "module size must be at most 1,073,741,824 bytes"),
        (b"\0\xff\xff\xff\xff\x0f", "module size must be at most 1,073,741,824 bytes"),
        (b"\x0a\x7f" + u32(limits.FUNCTIONS + 1), "too many functions: 1,000,001"),
        (b"\x0a\x7f\1" + u32(limits.BODY_SIZE + 1), "too many bytes in a function"),
        (b"\x0b\x7f" + u32(limits.DATA_SEGMENTS + 1), "too many data segments"),
    ],
)
def test_limits_are_told_as_soon_as_they_are_exceeded(
    data: bytes, message: str
) -> None:
    parser = Parser(DEFAULT_FEATURES)
    parser.receive_data(HEADER + data)
    with pytest.raises(LimitExceeded, match=message):
        drain(parser)


def test_large_contents_come_in_chunks_of_the_same_sizes() -> None:
    contents = bytes(range(256)) * 1000
    data = module(custom("big", contents), section(11, b"\1\1" + sized(contents)))
    events = parse(data)
    assert parse(data, range(0, len(data), 999)) == events
    chunks = [event.data for event in events if isinstance(event, Chunk)]
    assert max(map(len, chunks)) == CHUNK_SIZE
    assert b"".join(chunks) == contents * 2


def test_large_contents_are_not_kept() -> None:
    size = 3_000_000
    parser = Parser(DEFAULT_FEATURES)
    parser.receive_data(HEADER + b"\x0b" + u32(size + 6) + b"\1\1" + u32(size))
    drain(parser)
    piece = bytes(10_000)
    tracemalloc.start()
    for _ in range(size // len(piece)):
        parser.receive_data(piece)
        drain(parser)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * CHUNK_SIZE


class _CountingReader(Reader):
    """Counts the bytes that readers are given."""

    given = 0

    def __init__(self, data: bytes, base: int = 0) -> None:
        super().__init__(data, base)
        _CountingReader.given += len(data)


def test_one_byte_at_a_time_is_linear_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long offset of a data segment, and long integers, are not decoded again and
    again while they arrive."""
    monkeypatch.setattr("wasm2py.binary.parser.Reader", _CountingReader)
    offset = b"\x41\0" + b"\x41\x80\x80\x80\x80\0\x6a" * 5000 + b"\x0b"
    bodies = [b"\0" + b"\1" * size + b"\x0b" for size in (10, 10_000)]
    data = module(code(*bodies), section(11, b"\1\0" + offset + b"\0"))
    _CountingReader.given = 0
    parse(data, range(len(data)))
    assert _CountingReader.given < 4 * len(data)


def test_unsupported_is_not_malformed() -> None:
    assert not issubclass(Unsupported, Malformed)
