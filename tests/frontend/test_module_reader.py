"""Reading modules as they arrive."""

from __future__ import annotations

import pickle
import random
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.frontend.binary import (
    EMPTY_BODY,
    EMPTY_FUNC,
    HEADER,
    code,
    custom,
    functions,
    module,
    read,
    section,
    sized,
    types,
    u32,
)
from wasm2py.binary.module_reader import FunctionJob, ModuleReader, SectionRange
from wasm2py.errors import CompileError, Malformed
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.translation.translator import Translator

IMPORT = section(2, b"\1" + sized(b"m") + sized(b"f") + b"\0\0")
CALL = b"\0\x10\0\x10\1\x0b"
SAMPLE = module(
    types(EMPTY_FUNC),
    IMPORT,
    functions(0, 0),
    section(5, b"\1\0\1"),
    section(7, b"\1" + sized(b"run") + b"\0\1"),
    section(12, b"\1"),
    code(EMPTY_BODY, CALL),
    section(11, b"\1\0\x41\x08\x0b" + sized(b"data" * 100)),
    custom("name", b"\1" + sized(b"\1\1" + sized(b"main"))),
)


def outcome(data: bytes, cuts: list[int]) -> object:
    try:
        reader = read(data, cuts=cuts)
    except CompileError as error:
        return type(error), str(error)
    return vars(reader.env), reader.data, reader.sections, reader.size


def test_pieces_do_not_matter() -> None:
    whole = outcome(SAMPLE, [])
    assert outcome(SAMPLE, list(range(len(SAMPLE)))) == whole
    rng = random.Random(1)
    for _ in range(100):
        assert outcome(SAMPLE, rng.sample(range(len(SAMPLE)), 5)) == whole


def test_damage_is_told_alike_whatever_the_pieces() -> None:
    rng = random.Random(2)
    seen: set[object] = set()
    for _ in range(400):
        damaged = bytearray(SAMPLE)
        for _ in range(rng.randint(1, 3)):
            damaged[rng.randrange(8, len(SAMPLE))] = rng.randrange(256)
        data = bytes(damaged)[: rng.choice((len(SAMPLE), rng.randrange(len(SAMPLE))))]
        whole = outcome(data, [])
        assert outcome(data, list(range(len(data)))) == whole
        seen.add(type(whole))
        seen.add(str(whole).partition(":")[0])
    assert len(seen) > 10


def test_jobs_come_with_the_last_byte_of_their_body() -> None:
    reader = ModuleReader()
    at: dict[int, FunctionJob] = {}
    for position in range(len(SAMPLE)):
        for job in reader.receive(SAMPLE[position : position + 1]):
            at[position] = job
    first = SAMPLE.index(sized(EMPTY_BODY) + sized(CALL)) + 1
    second = first + len(EMPTY_BODY) + 1
    assert at == {
        first + 1: FunctionJob(1, first, EMPTY_BODY),
        second + len(CALL) - 1: FunctionJob(2, second, CALL),
    }
    assert reader.size == 0
    assert list(reader.receive(b"")) == []
    assert (reader.complete, reader.size) == (True, len(SAMPLE))


def test_everything_that_bodies_need_is_there_before_the_first() -> None:
    reader = ModuleReader()
    job = next(reader.receive(SAMPLE))
    copy: ModuleEnvironment = pickle.loads(pickle.dumps(reader.env))
    assert vars(copy) == vars(reader.env)
    assert copy.func_type(job.funcidx) == ((), ())
    assert copy.data_count == 1
    assert pickle.loads(pickle.dumps(job)) == job


def test_sections() -> None:
    sections = read(SAMPLE).sections
    assert [section.name for section in sections] == [
        *["type", "import", "function", "memory", "export", "data count"],
        *["code", "data", "name"],
    ]
    assert sections[0] == SectionRange(1, "type", 10, 4)
    assert sections[-1].offset + sections[-1].size == len(SAMPLE)


@pytest.mark.parametrize("kind", ["data", "custom"])
@pytest.mark.parametrize(("keep_contents", "copies"), [(False, 0), (True, 1)])
def test_contents_of_any_size_are_copied_at_most_once(
    kind: str, keep_contents: bool, copies: int
) -> None:
    size = 20_000_000
    head = {"data": b"\1\1" + u32(size), "custom": sized(b"big")}[kind]
    start = b"\x0b" if kind == "data" else b"\0"
    reader = ModuleReader(keep_contents=keep_contents)
    tracemalloc.start()
    try:
        list(reader.receive(HEADER + start + u32(len(head) + size) + head))
        for _ in range(size // 50_000):
            list(reader.receive(bytes(50_000)))
        list(reader.receive(b""))
        kept = len(reader.data) + sum(len(c) for _, c in reader.env.custom_sections)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert reader.complete
    assert kept == copies * size
    # Growing buffers have some room to spare.
    assert peak < 1_000_000 + 1.2 * kept


def test_names_are_known_where_contents_are_not_kept() -> None:
    names = b"\1" + sized(b"\1\0" + sized(b"main"))
    reader = ModuleReader(keep_contents=False)
    list(reader.receive(module(custom("name", names))))
    assert reader.env.names.functions == {0: "main"}


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        (
            [functions(0)],
            "function and code section have inconsistent lengths: 1 and 0",
        ),
        ([code(EMPTY_BODY)], "function and code section have inconsistent lengths"),
        ([functions(0, 0), code(EMPTY_BODY)], "function and code section have incons"),
        ([section(12, b"\1")], "data count and data section have inconsistent length"),
        ([section(12, b"\1"), section(11, b"\0")], "data count and data section have"),
        ([functions(0, 0), code(b"\0\1", b"\0\1")], "END opcode expected"),
        ([functions(0), code(b"\0\1")], "unexpected end of section or function"),
        ([functions(0), code(b"\0\1"), section(11, b"\0")], "section size mismatch"),
        ([functions(0), code(b"\0\xff\1")], "illegal opcode ff"),
    ],
)
def test_errors(sections: list[bytes], message: str) -> None:
    data = module(types(EMPTY_FUNC), *sections)
    with pytest.raises(Malformed, match=f"^{message}"):
        read(data)
    assert outcome(data, list(range(len(data)))) == outcome(data, [])


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"\1\1\x45\x0b", b"\0\xff\x0b", b"\0\x41\x0b", b"\0\x0b\x0b"]
)
def test_every_error_of_a_body_tells_the_function(body: bytes) -> None:
    data = module(types(EMPTY_FUNC), IMPORT, functions(0, 0), code(EMPTY_BODY, body))
    with pytest.raises(CompileError) as caught:
        read(data)
    assert caught.value.function == 2


def test_an_error_of_a_body_tells_the_function_s_name_if_it_is_known() -> None:
    export = section(7, b"\1" + sized(b"run") + b"\0\0")
    names = custom("name", b"\1" + sized(b"\1\0" + sized(b"main")))
    bodies = [b"\0\x6a\x0b", b"\0\xff\x0b", b"\0\x0b\x0b", b"\0\x41\x80\x0b"]
    of_locals, without_end = [b"\1\1\x45\x0b", b"\1\xff\xff\xff\x0b"], [b"\0\1", b""]
    for body in bodies + of_locals + without_end:
        rest = (types(EMPTY_FUNC), functions(0), export, code(body))
        with pytest.raises(CompileError, match="in function 0 'run'"):
            read(module(*rest))
        with pytest.raises(CompileError, match="in function 0 'main'"):
            read(module(names, *rest))


def test_an_error_between_bodies_tells_the_function() -> None:
    start = module(types(EMPTY_FUNC), IMPORT, functions(0, 0))
    bodies = b"\2" + sized(EMPTY_BODY) + u32(9_000_000)
    for rest, function in [
        (b"\x0a" + u32(10_000_000) + bodies, 2),  # larger than a body may be
        (section(10, bodies[:4]), 2),  # no room for a body
        (section(10, b"\1" + bodies[1:4]), None),  # another error
        (section(10, b"\2" + sized(EMPTY_BODY) * 3), None),  # behind all bodies
        (section(10, b"\2" + sized(EMPTY_BODY) * 2)[:-2], 2),  # cut off
        (section(10, b"\2" + sized(EMPTY_BODY) * 2)[:4], 1),
    ]:
        with pytest.raises(CompileError) as caught:
            read(start + rest)
        assert caught.value.function == function


@pytest.mark.parametrize("executor", [None, ThreadPoolExecutor])
def test_translators_tell_the_name_of_a_function_too(executor: Any) -> None:
    export = section(7, b"\1" + sized(b"run") + b"\0\0")
    body = b"\1\1\x45\x0b"
    data = module(types(EMPTY_FUNC), functions(0), export, code(body))
    translator = Translator(executor=executor and executor(1))
    with pytest.raises(CompileError, match="in function 0 'run'"):
        for piece in data, b"":
            translator.receive(piece)


def test_an_error_stays() -> None:
    reader = ModuleReader()
    with pytest.raises(Malformed, match="magic"):
        list(reader.receive(b"x" * 8))
    with pytest.raises(Malformed, match="magic"):
        list(reader.receive(HEADER))
    with pytest.raises(Malformed, match="magic"):
        list(reader.receive(b""))


def test_an_error_of_a_section_stays_too() -> None:
    reader = ModuleReader()
    with pytest.raises(CompileError, match="unknown type"):
        list(reader.receive(module(functions(0), custom("x", b""))))
    with pytest.raises(CompileError, match="unknown type"):
        list(reader.receive(b""))
