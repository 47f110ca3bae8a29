"""Translations that are kept on disk."""

from __future__ import annotations

import asyncio
import gzip
import io
import os
import pickle
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import wasm2py
from tests.wasm_tools import assemble
from wasm2py import cache as cache_module
from wasm2py import function


@cache
def wasm(number: int = 0) -> bytes:
    """Modules of the same size, whose first 4 KiB are the same."""
    functions = "".join(
        f"(func (param i32) (result i32) (i32.xor (local.get 0) (i32.const {n})))"
        for n in range(700)
    )
    return assemble(f"""(module (memory 1) (data (i32.const 0) "data") {functions}
      (func $last (export "f") (result i32) (i32.const {number}))
      (@custom "mine" "content"))""")


def entries(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.bin"))


@pytest.fixture
def translated(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The functions that are translated meanwhile."""
    seen: list[int] = []
    original = function.translate_function

    def translate(env: Any, job: Any, *options: Any) -> Any:
        seen.append(job.funcidx)
        return original(env, job, *options)

    monkeypatch.setattr(function, "translate_function", translate)
    return seen


def test_compile(tmp_path: Path, translated: list[int]) -> None:
    first = wasm2py.compile(wasm(), cache=tmp_path)
    assert len(translated) == 701
    seen: list[wasm2py.Progress] = []
    second = wasm2py.compile(wasm(), cache=str(tmp_path), progress=seen.append)
    assert len(translated) == 701
    assert first.info == second.info
    assert seen[-1] == (len(wasm()), len(wasm()), 701)
    assert wasm2py.instantiate(second).exports.f() == 0
    assert wasm2py.Module.custom_sections(second, "mine") == [b"content"]
    assert len(entries(tmp_path)) == 1


def test_off_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WASM2PY_CACHE_DIR", str(tmp_path))
    wasm2py.compile(wasm())
    assert not entries(tmp_path)
    wasm2py.compile(wasm(), cache=True)
    assert len(entries(tmp_path)) == 1


def test_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WASM2PY_CACHE_DIR", raising=False)
    assert "wasm2py" in cache_module.default_folder().parts[-1]


def test_every_source(tmp_path: Path, translated: list[int]) -> None:
    path = tmp_path / "module.wasm"
    path.write_bytes(wasm())
    folder = tmp_path / "cache"
    wasm2py.compile(path, cache=folder)
    count = len(translated)
    wasm2py.compile(path, cache=folder)
    wasm2py.compile(wasm(), cache=folder)
    headers = {"Content-Type": "application/wasm"}
    wasm2py.compile(wasm2py.Response(wasm(), headers=headers), cache=folder)
    assert len(translated) == count
    # The size is not known beforehand: it is not held back.
    wasm2py.compile(io.BytesIO(wasm()), cache=folder)
    assert len(translated) == 2 * count


def test_streaming(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def compile_(length: int | None) -> wasm2py.Module:
        headers = {"Content-Type": "application/wasm"}
        if length is not None:
            headers["Content-Length"] = str(length)
        chunks = [wasm()[i : i + 100] for i in range(0, len(wasm()), 100)]
        response = wasm2py.Response(chunks, headers=headers)
        return await wasm2py.compile_streaming(response, cache=tmp_path)

    first = asyncio.run(compile_(None))
    assert len(entries(tmp_path)) == 1
    with monkeypatch.context() as patch:
        patch.delattr("wasm2py.function.translate_function")
        second = asyncio.run(compile_(len(wasm())))
    assert first.info == second.info
    # A server that says something wrong.
    third = asyncio.run(compile_(len(wasm()) - 50))
    assert first.info == third.info


def test_content_decides(tmp_path: Path) -> None:
    """Not the size, nor how a module begins."""
    assert wasm(0)[:4096] == wasm(1)[:4096]
    assert len(wasm(0)) == len(wasm(1))
    for number in (0, 1, 0, 1):
        module = wasm2py.compile(wasm(number), cache=tmp_path)
        assert wasm2py.instantiate(module).exports.f() == number
    assert len(entries(tmp_path)) == 2


def test_options_decide(tmp_path: Path) -> None:
    wasm2py.compile(wasm(), cache=tmp_path)
    for count, options in enumerate(
        ({"optimize": 0}, {"optimize": 1}, {"features": "wasm2"}), 2
    ):
        wasm2py.compile(wasm(), cache=tmp_path, **options)  # type: ignore[arg-type]
        assert len(entries(tmp_path)) == count


def test_options_that_decide_nothing(tmp_path: Path, translated: list[int]) -> None:
    wasm2py.compile(wasm(), cache=tmp_path)
    count = len(translated)
    wasm2py.compile(wasm(), cache=tmp_path, builtins=["js-string"])
    with pytest.raises(wasm2py.CompileError, match="repeated"):
        wasm2py.compile(wasm(), cache=tmp_path, builtins=["a", "a"])
    assert len(translated) == count


def test_errors_are_not_kept(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(wasm2py.CompileError):
            wasm2py.compile(wasm()[:-1] + b"\xff\xff", cache=tmp_path)
    assert not entries(tmp_path)


class Malicious:
    """What pickle would execute."""

    folder = Path()

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.folder / "executed"),)


def entry(packed: bytes) -> bytes:
    return sha256(packed).digest() + packed


def test_damaged_entry(tmp_path: Path) -> None:
    wasm2py.compile(wasm(), cache=tmp_path)
    (path,) = entries(tmp_path)
    intact = path.read_bytes()
    for damaged in (b"", intact[:100], intact[:-1], b"x" + intact[1:]):
        path.write_bytes(damaged)
        module = wasm2py.compile(wasm(), cache=tmp_path)
        assert wasm2py.instantiate(module).exports.f() == 0
        assert path.read_bytes() == intact


def test_entries_execute_nothing(tmp_path: Path) -> None:
    Malicious.folder = tmp_path
    wasm2py.compile(wasm(), cache=tmp_path)
    (path,) = entries(tmp_path)
    path.write_bytes(entry(gzip.compress(pickle.dumps(Malicious()))))
    module = wasm2py.compile(wasm(), cache=tmp_path)
    assert wasm2py.instantiate(module).exports.f() == 0
    assert path.read_bytes() != entry(gzip.compress(pickle.dumps(Malicious())))
    assert not (tmp_path / "executed").exists()


def calling(module: str, name: str, *arguments: str) -> bytes:
    """A pickle of what calling a global gives, as it may be written by hand."""
    texts = [text.encode() for text in (module, name, *arguments)]
    strings = [b"\x8c" + bytes((len(text),)) + text for text in texts]
    return b"\x80\x04" + b"".join((*strings[:2], b"\x93(", *strings[2:], b"tR."))


def test_entries_reach_nothing_else(tmp_path: Path) -> None:
    """What the modules of a translation's classes import is none of those."""
    precious = tmp_path / "precious"
    precious.write_text("content", "utf-8")
    wasm2py.compile(wasm(), cache=tmp_path / "cache")
    (path,) = entries(tmp_path)
    for name in ("pickle.io.FileIO", "Executor"):
        arguments = [str(precious), "w"] if name != "Executor" else []
        written = calling("wasm2py.translator", name, *arguments)
        path.write_bytes(entry(gzip.compress(written)))
        module = wasm2py.compile(wasm(), cache=tmp_path / "cache")
        assert wasm2py.instantiate(module).exports.f() == 0
        assert precious.read_text("utf-8") == "content"


FOREIGN = {
    "int": gzip.compress(pickle.dumps(5)),
    "tuple": gzip.compress(pickle.dumps((1, 2, 3))),
    "pickle cut short": gzip.compress(pickle.dumps("text")[:-4]),
    "nothing packed": gzip.compress(b""),
    "no pickle": gzip.compress(b"no pickle"),
    "cut short": gzip.compress(b"no pickle")[:-9],
    "damaged": gzip.compress(bytes(1000))[:14] + b"garbage",
    "nothing": b"",
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_entry_of_somebody_else(content: bytes, tmp_path: Path) -> None:
    """Its checksum is right, and nothing else."""
    wasm2py.compile(wasm(), cache=tmp_path)
    (path,) = entries(tmp_path)
    intact = path.read_bytes()
    path.write_bytes(entry(content))
    module = wasm2py.compile(wasm(), cache=tmp_path)
    assert wasm2py.instantiate(module).exports.f() == 0
    assert path.read_bytes() == intact


def test_folder_that_cannot_be_used(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"")
    for _ in range(2):
        module = wasm2py.compile(wasm(), cache=file)
        assert wasm2py.instantiate(module).exports.f() == 0


def test_many_at_once(tmp_path: Path) -> None:
    """Whoever reads finds a whole entry, or none."""
    barrier = threading.Barrier(8)

    def compile_(number: int) -> int:
        barrier.wait()
        for _ in range(5):
            module = wasm2py.compile(wasm(number % 2), cache=tmp_path)
            assert wasm2py.instantiate(module).exports.f() == number % 2
        return number

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(compile_, range(8))) == list(range(8))
    assert len(entries(tmp_path)) == 2
    assert not list(tmp_path.rglob("*.tmp"))


def test_clear(tmp_path: Path) -> None:
    """It removes entries, and nothing that it did not make."""
    for number in range(3):
        wasm2py.compile(wasm(number), cache=tmp_path)
    others = [
        tmp_path / "other.bin",
        tmp_path / "12" / "other",
        tmp_path / "x" / "y.bin",
    ]
    for other in others:
        other.parent.mkdir(exist_ok=True)
        other.write_bytes(b"")
    before = cache_module.contents(tmp_path)
    assert before.entries == 3
    assert before.size == sum(path.stat().st_size for path in entries(tmp_path)[:3])
    assert cache_module.clear(tmp_path) == before
    assert cache_module.contents(tmp_path) == (0, 0)
    assert all(other.exists() for other in others)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["12", "other.bin", "x"]
    assert cache_module.clear(tmp_path / "nothing") == (0, 0)


def test_version_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wasm2py.compile(wasm(), cache=tmp_path)
    monkeypatch.setattr(cache_module, "_fingerprint", lambda: "another")
    wasm2py.compile(wasm(), cache=tmp_path)
    assert len(entries(tmp_path)) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
def test_private_folder(tmp_path: Path) -> None:
    wasm2py.compile(wasm(), cache=tmp_path / "cache" / "wasm2py")
    (path,) = entries(tmp_path)
    assert path.parent.stat().st_mode & 0o077 == 0
    assert path.stat().st_mode & 0o077 == 0
