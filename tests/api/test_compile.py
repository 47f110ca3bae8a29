"""From bytes to modules: every kind of source, validation, and what a module tells."""

from __future__ import annotations

import array
import io
import mmap
import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import wasm2py
from tests.wasm_tools import assemble
from wasm2py.options import _TYPES

assembled = cache(assemble)

EMPTY = b"\0asm\1\0\0\0"
INVALID = EMPTY + b"\0\0"
KINDS = """(module
  (import "a" "fn" (func (param i32) (result i64)))
  (import "b" "global" (global f32)) (import "" "memory" (memory 0 128))
  (import "d" "" (table 0 128 funcref))
  (func (export "fn2")) (table (export "table") 1 externref)
  (global (export "global") (mut i32) (i32.const 7))
  (global (export "") f64 (f64.const 1.2)) (export "memory" (memory 0)))
"""


def mapped(data: bytes) -> mmap.mmap:
    """A memory mapping that holds the bytes."""
    made = mmap.mmap(-1, len(data))
    made[:] = data
    return made


def buffers(data: bytes) -> Iterator[Any]:
    """The same bytes in every kind of object that holds bytes."""
    yield data
    yield bytearray(data)
    yield memoryview(data)
    for code in "bBhHiI":
        if len(data) % array.array(code).itemsize == 0:
            yield array.array(code, data)
    yield mapped(data)
    # Every other byte of twice as many.
    yield memoryview(bytes(byte for byte in data for _ in range(2)))[::2]


@pytest.mark.parametrize("source", [*buffers(EMPTY)], ids=lambda it: type(it).__name__)
def test_buffers(source: Any) -> None:
    assert isinstance(wasm2py.compile(source), wasm2py.Module)
    assert wasm2py.validate(source)


@pytest.mark.parametrize(
    "source", [*buffers(INVALID)], ids=lambda it: type(it).__name__
)
def test_invalid_buffers(source: Any) -> None:
    with pytest.raises(wasm2py.CompileError) as info:
        wasm2py.compile(source)
    assert info.value.offset is not None
    assert not wasm2py.validate(source)


@pytest.mark.parametrize("data", [b"", *(EMPTY[:size] for size in range(1, 8))])
def test_incomplete_header(data: bytes) -> None:
    assert not wasm2py.validate(data)
    with pytest.raises(wasm2py.CompileError):
        wasm2py.compile(data)


@pytest.mark.parametrize(
    ("data", "valid"),
    [
        (EMPTY, True),
        (b"\0asm\0\0\0\0", False),
        (b"\0asm\2\0\0\0", False),
        (EMPTY + b"\0\0", False),
        (EMPTY + b"\0\1\0", True),
        (EMPTY + b"\0\2\1a", True),
    ],
)
def test_validate(data: bytes, valid: bool) -> None:
    assert wasm2py.validate(data) is valid


@pytest.mark.parametrize("argument", [None, True, object(), 1, {}, list(EMPTY), bytes])
def test_no_source(argument: Any) -> None:
    with pytest.raises(TypeError, match="source must be"):
        wasm2py.compile(argument)
    with pytest.raises(TypeError):
        wasm2py.validate(argument)


def test_validate_takes_no_path() -> None:
    with pytest.raises(TypeError):
        wasm2py.validate("module.wasm")  # type: ignore[arg-type]


def test_missing_argument() -> None:
    functions: list[Any] = [wasm2py.compile, wasm2py.validate, wasm2py.instantiate]
    for function in functions:
        with pytest.raises(TypeError):
            function()


def test_path(tmp_path: Path) -> None:
    path = tmp_path / "module.wasm"
    path.write_bytes(assembled(KINDS))
    for given in (path, str(path)):
        assert len(wasm2py.Module.exports(wasm2py.compile(given))) == 5
    with pytest.raises(FileNotFoundError):
        wasm2py.compile(tmp_path / "nothing.wasm")


def test_file(tmp_path: Path) -> None:
    """The caller's file stays open."""
    path = tmp_path / "module.wasm"
    path.write_bytes(assembled(KINDS))
    for buffering in (-1, 0):
        with open(path, "rb", buffering=buffering) as file:
            assert len(wasm2py.Module.exports(wasm2py.compile(file))) == 5
            assert not file.closed
    in_memory = io.BytesIO(assembled(KINDS))
    assert len(wasm2py.Module.exports(wasm2py.compile(in_memory))) == 5
    with open(path, encoding="latin-1") as text, pytest.raises(TypeError, match="text"):
        wasm2py.compile(text)  # type: ignore[arg-type]


def test_pipe() -> None:
    """Work is done while the bytes arrive."""
    reading, writing = os.pipe()
    module = assembled(KINDS)
    seen: list[int] = []
    arrived = threading.Event()

    def write() -> None:
        with open(writing, "wb", buffering=0) as file:
            file.write(module[:20])
            arrived.wait(10)
            file.write(module[20:])

    def progress(done: wasm2py.Progress) -> None:
        seen.append(done.bytes_received)
        arrived.set()

    writer = threading.Thread(target=write)
    writer.start()
    with open(reading, "rb") as file:
        wasm2py.compile(file, progress=progress)
    writer.join()
    assert seen[0] == 20


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_named_pipe(tmp_path: Path) -> None:
    """Its size is not known."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    seen: list[wasm2py.Progress] = []
    writer = threading.Thread(target=path.write_bytes, args=(assembled(KINDS),))
    writer.start()
    wasm2py.compile(path, progress=seen.append)
    writer.join()
    assert seen[-1] == (len(assembled(KINDS)), None, 1)


def test_progress() -> None:
    seen: list[wasm2py.Progress] = []
    wasm2py.compile(assembled(KINDS), progress=seen.append)
    size = len(assembled(KINDS))
    assert seen[-1] == (size, size, 1)

    async def progress(done: wasm2py.Progress) -> None:
        pass

    with pytest.raises(TypeError, match="only the streaming calls"):
        wasm2py.compile(assembled(KINDS), progress=progress)


def test_executor() -> None:
    for executor in (ThreadPoolExecutor(2), ProcessPoolExecutor(2)):
        with executor:
            module = wasm2py.compile(assembled(KINDS), executor=executor)
        assert len(wasm2py.Module.exports(module)) == 5


def test_options() -> None:
    module = assembled("(module (func (param externref)))")
    assert wasm2py.validate(module)
    for features in ("wasm1", {"multi-value"}, ["wasm1", "multi-value"]):
        assert not wasm2py.validate(module, features=features)
        with pytest.raises(wasm2py.CompileError, match="reference-types"):
            wasm2py.compile(module, features=features)
    for features in ("wasm2", "wasm3", "all", {"reference-types"}):
        assert wasm2py.validate(module, features=features)
    for optimize in (0, 1, 2):
        wasm2py.compile(module, optimize=optimize)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"features": "wasm9"}, ValueError),
        ({"features": ["simd", "nothing"]}, ValueError),
        ({"target": "rust"}, ValueError),
        ({"optimize": 3}, ValueError),
        ({"features": 5}, TypeError),
        ({"target": None}, TypeError),
        ({"optimize": "2"}, TypeError),
        ({"optimize": 1.0}, TypeError),
        ({"builtins": "js-string"}, TypeError),
        ({"builtins": None}, TypeError),
        ({"builtins": b"js-string"}, TypeError),
        ({"builtins": ["js-string", 5]}, TypeError),
        ({"imported_string_constants": b"'"}, TypeError),
        ({"imported_string_constants": 5}, TypeError),
        ({"executor": 5}, TypeError),
        ({"cache": None}, TypeError),
        ({"cache": b"folder"}, TypeError),
        ({"progress": 5}, TypeError),
        ({"unknown": 1}, TypeError),
    ],
)
def test_wrong_options(options: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        wasm2py.compile(EMPTY, **options)
    with pytest.raises(error):
        wasm2py.validate(EMPTY, **options)


def test_every_option_has_types() -> None:
    assert set(_TYPES) == set(wasm2py.CompileOptions.__annotations__)


def test_descriptors() -> None:
    module = wasm2py.compile(assembled(KINDS))
    exports = wasm2py.Module.exports(module)
    assert [(export.name, export.kind) for export in exports] == [
        ("fn2", "function"),
        ("table", "table"),
        ("global", "global"),
        ("", "global"),
        ("memory", "memory"),
    ]
    imports = wasm2py.Module.imports(module)
    assert [(item.module, item.name, item.kind) for item in imports] == [
        ("a", "fn", "function"),
        ("b", "global", "global"),
        ("", "memory", "memory"),
        ("d", "", "table"),
    ]
    assert str(imports[0].type) == "(i32) -> (i64)"
    # Whoever changes the list changes nothing of the module.
    exports.clear()
    assert len(wasm2py.Module.exports(module)) == 5
    assert wasm2py.Module.imports(module) is not wasm2py.Module.imports(module)


def test_descriptors_of_an_empty_module() -> None:
    module = wasm2py.compile(EMPTY)
    assert wasm2py.Module.exports(module) == []
    assert wasm2py.Module.imports(module) == []
    assert wasm2py.Module.custom_sections(module, "") == []


@pytest.mark.parametrize("argument", [None, True, "", object(), 1, {}, wasm2py.Module])
def test_descriptors_of_no_module(argument: Any) -> None:
    functions: tuple[Any, ...] = (wasm2py.Module.exports, wasm2py.Module.imports)
    for function in functions:
        with pytest.raises(TypeError):
            function(argument)
        with pytest.raises(TypeError):
            function()
    with pytest.raises(TypeError):
        wasm2py.Module.custom_sections(argument, "")
    with pytest.raises(TypeError):
        wasm2py.Module.custom_sections(wasm2py.compile(EMPTY))  # type: ignore[call-arg]


def custom(name: str, content: bytes) -> bytes:
    encoded = name.encode()
    body = bytes([len(encoded)]) + encoded + content
    return bytes([0, len(body)]) + body


def test_custom_sections() -> None:
    first, second = b"WebAssembly", b"JSAPI"
    sections = custom("name", first) + custom("name", second) + custom("foo", first)
    module = wasm2py.compile(EMPTY + sections)
    assert wasm2py.Module.custom_sections(module, "name") == [first, second]
    assert wasm2py.Module.custom_sections(module, "foo") == [first]
    for name in ("", "\0", "name\0", "foo\0", "Name"):
        assert wasm2py.Module.custom_sections(module, name) == []


def test_custom_sections_with_unusual_names() -> None:
    for name, others in (
        ("yee\U00010437eey", ("yee\ufffdeey", "yee\ufffd\ufffdeey")),
        ("na\ufffdme", ("name", "na\udc01me")),
    ):
        module = wasm2py.compile(EMPTY + custom(name, b"content"))
        assert wasm2py.Module.custom_sections(module, name) == [b"content"]
        for other in others:
            assert wasm2py.Module.custom_sections(module, other) == []


def test_changed_buffer() -> None:
    """The module does not depend on what becomes of its source."""
    data = bytearray(assembled(KINDS))
    module = wasm2py.compile(data)
    data[:] = bytes(len(data))
    assert len(wasm2py.Module.exports(module)) == 5


def test_subclasses() -> None:
    class Memory(wasm2py.Memory):
        pass

    class Table(wasm2py.Table):
        pass

    class Global(wasm2py.Global):
        pass

    class Instance(wasm2py.Instance):
        pass

    made = (Memory(0, 1), Table("funcref", 0), Global("i32", 0))
    for item, base in zip(made, (wasm2py.Memory, wasm2py.Table, wasm2py.Global)):
        assert isinstance(item, base)
    assert isinstance(Instance(wasm2py.compile(EMPTY)), wasm2py.Instance)


def test_quick_import() -> None:
    """`import wasm2py` imports neither clients nor the command line's libraries."""
    import subprocess

    slow = "httpx black typer rich asyncio trio aiohttp requests".split()
    code = f"import sys, wasm2py; print([m for m in {slow} if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert run.stdout == "[]\n"
