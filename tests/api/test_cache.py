"""Translations that are kept on disk."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import os
import pickle
import subprocess
import sys
import threading
import tracemalloc
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest

import wasm2py
from tests.wasm_tools import assemble
from wasm2py.package.columns import pack
from wasm2py.translation import cache as cache_module
from wasm2py.translation import function
from wasm2py.translation.private_folder import NotPrivate
from wasm2py_runtime.abi import RT_ABI
from wasm2py_runtime.columns import Columns


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
    """The translations that are kept."""
    return sorted(folder.rglob("*.bin"))


def contents(folder: Path) -> list[Path]:
    """What is kept of modules in memory, for which no translation is read."""
    return sorted(folder.rglob("*.module"))


def only_entry(folder: Path) -> Path:
    """The one translation in a folder, which is read the next time."""
    for content in contents(folder):
        content.unlink()
    (path,) = entries(folder)
    return path


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
        patch.delattr("wasm2py.translation.function.translate_function")
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


def entry(packed: bytes) -> bytes:
    """An entry whose checksum is right."""
    return sha256(packed).digest() + packed


def damage(path: Path, content: bytes) -> None:
    """Put an entry in place of an intact one: it is to cost a translation, no more."""
    intact = path.read_bytes()
    if path.suffix == ".bin":
        only_entry(path.parent)
    path.write_bytes(content)
    module = wasm2py.compile(wasm(), cache=path.parent)
    assert wasm2py.instantiate(module).exports.f() == 0
    assert path.read_bytes() == intact


@pytest.mark.parametrize("found", [entries, contents])
def test_damaged_entry(tmp_path: Path, found: Callable[[Path], list[Path]]) -> None:
    wasm2py.compile(wasm(), cache=tmp_path)
    (path,) = found(tmp_path)
    intact = path.read_bytes()
    for damaged in (b"", intact[:100], intact[:-1], b"x" + intact[1:], intact + b"x"):
        damage(path, damaged)


def columns_of(content: bytes) -> dict[str, Any]:
    """What a module in memory consists of."""
    columns = Columns(content, RT_ABI)
    return {name: list(columns.numbers(name)) for name in columns._places}


def with_columns(content: bytes, **changed: Any) -> bytes:
    return pack(columns_of(content) | changed)


FORGED: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda content: b"",
    "no columns": lambda content: b"x" * 100,
    "another version": lambda content: content[:8] + b"\xff" + content[9:],
    "no description": lambda content: with_columns(content, description=[]),
    "another description": lambda content: with_columns(content, description=b"x"),
    "no groups": lambda content: with_columns(content, groups_ends=[]),
    "too many groups": lambda content: with_columns(content, groups_ends=[0] * 99),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_forged_content(forge: Callable[[bytes], bytes], tmp_path: Path) -> None:
    """The checksum is right, and nothing else."""
    wasm2py.compile(wasm(), cache=tmp_path)
    (path,) = contents(tmp_path)
    damage(path, entry(forge(path.read_bytes()[32:])))


@pytest.mark.parametrize("column", ["groups", "segments"])
def test_content_that_unpacks_to_gigabytes(tmp_path: Path, column: str) -> None:
    """It is refused when it is asked for, before it is unpacked."""
    wasm2py.compile(wasm(), cache=tmp_path)
    (path,) = contents(tmp_path)
    content, bomb = path.read_bytes()[32:], zlib.compress(bytes(1 << 28), 9)
    columns = {column: bomb}
    if column == "groups":
        columns["groups_ends"] = [len(bomb) for _ in columns_of(content)["groups_ends"]]  # type: ignore[assignment]
    path.write_bytes(entry(with_columns(content, **columns)))
    module = wasm2py.compile(wasm(), cache=tmp_path)
    tracemalloc.start()
    try:
        with pytest.raises(ImportError, match="damaged"):
            wasm2py.instantiate(module).exports.f()
        assert tracemalloc.get_traced_memory()[1] < 1 << 26
    finally:
        tracemalloc.stop()


def test_known_modules_are_not_translated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of them is even read as WebAssembly."""
    source = b"".join((wasm(), b"\0\x09\x04more", bytes(4)))
    first = wasm2py.compile(source, cache=tmp_path)
    monkeypatch.delattr("wasm2py.binary.module_reader.ModuleReader.receive")
    second = wasm2py.compile(source, cache=tmp_path)
    assert second.info == first.info
    assert second.names() == first.names()
    for name in ("mine", "more"):
        found = wasm2py.Module.custom_sections(second, name)
        assert found == wasm2py.Module.custom_sections(first, name)
    again = pickle.loads(pickle.dumps(second))
    for module in (first, second, again):
        instance = wasm2py.instantiate(module)
        assert instance.exports.f() == 0
        data = wasm2py.Module.exports(module)
        assert [item.name for item in data] == ["f"]
    with pytest.raises(wasm2py.CompileError, match="the output is too large"):
        wasm2py.compile(source, cache=tmp_path, max_output=1000)


def test_translations_become_known_modules(tmp_path: Path) -> None:
    """Those of the command line have been translated only."""
    wasm2py.compile(wasm(), cache=tmp_path)
    (content,) = contents(tmp_path)
    intact = content.read_bytes()
    only_entry(tmp_path)
    wasm2py.compile(wasm(), cache=tmp_path)
    assert content.read_bytes() == intact


IMPORTS = """
import sys
import wasm2py
wasm2py.compile(sys.argv[1], cache=sys.argv[2])
print(*sorted(sys.modules))
"""


def test_what_a_known_module_imports(tmp_path: Path) -> None:
    """Neither what translates, nor what takes long."""
    path = tmp_path / "module.wasm"
    path.write_bytes(wasm())
    for _ in range(2):
        imported = subprocess.run(
            [sys.executable, "-S", "-c", IMPORTS, path, tmp_path / "cache"],
            capture_output=True,
            check=True,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout.split()
    folders = ("binary", "validation", "ir", "analysis", "glue")
    assert not set(imported) & {f"wasm2py.{name}" for name in folders}
    slow = {"asyncio", "concurrent.futures", "importlib.metadata", "json", "subprocess"}
    assert not set(imported) & slow


SOURCE = "def f0(v0):\n    return v0\n"
LINES = {
    "deep lists": "[" * 100_000,
    "deep objects": '{"":' * 100_000,
    "long number": "9" * 100_000,
    "number": "5",
    "text": json.dumps(SOURCE),
    "object": json.dumps({"source": SOURCE}),
    "too few": json.dumps([SOURCE, [], [], []]),
    "too many": json.dumps([SOURCE, [], [], [], [], ""]),
    "source of another type": json.dumps([[SOURCE], [], [], [], ""]),
    "source of half characters": json.dumps(["# \ud800", [], [], [], ""]),
    "calls of another type": json.dumps([SOURCE, {"0": 0}, [], [], ""]),
    "calls as text": json.dumps([SOURCE, "000", [], [], ""]),
    "call of no function": json.dumps([SOURCE, [701], [], [], ""]),
    "call of a function from the end": json.dumps([SOURCE, [-1], [], [], ""]),
    "call of a truth value": json.dumps([SOURCE, [True], [], [], ""]),
    "call of a float": json.dumps([SOURCE, [0.0], [], [], ""]),
    "call of no number": "[" + json.dumps(SOURCE) + ', [NaN], [], [], ""]',
    "view of no table": json.dumps([SOURCE, [], [[0, 0]], [], ""]),
    "view of another type": json.dumps([SOURCE, [], [0], [], ""]),
    "deep view": json.dumps([SOURCE, [], 0])[:-2] + "[" * 900 + "]" * 900 + ', [], ""]',
    "view of no memory": json.dumps([SOURCE, [], [], [[1, "mu8", 0]], ""]),
    "no view of a memory": json.dumps([SOURCE, [], [], [0], ""]),
    "C of another type": json.dumps([SOURCE, [], [], [], 0]),
    "C of half characters": json.dumps([SOURCE, [], [], [], "/* \ud800 */"]),
    "nothing": "",
    "zeros": "\0" * 100,
    "another encoding": "\ufeff[]",
}


def replaced(path: Path, first: bytes) -> bytes:
    """The entry with another line for the first function."""
    _, *lines = gzip.decompress(path.read_bytes()[32:]).splitlines(keepends=True)
    return entry(gzip.compress(b"".join((first, *lines))))


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_forged_line(line: str, tmp_path: Path) -> None:
    """The checksum is right, and nothing else."""
    wasm2py.compile(wasm(), cache=tmp_path)
    path = only_entry(tmp_path)
    good = (json.dumps([SOURCE, [], [], [], ""]) + "\n").encode()
    path.write_bytes(replaced(path, good))
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(function, "translate_function")
        # What is good is taken, so the others are refused for what they say.
        wasm2py.compile(wasm(), cache=tmp_path)
    only_entry(tmp_path).unlink()
    wasm2py.compile(wasm(), cache=tmp_path)
    damage(path, replaced(path, line.encode() + b"\n"))


FOREIGN = {
    "nothing packed": gzip.compress(b""),
    "cut short": gzip.compress(bytes(range(256)))[:-9],
    "damaged": gzip.compress(bytes(1000))[:14] + b"garbage",
    "half a header": gzip.compress(b"")[:5],
    "a header that goes on": b"\x1f\x8b\x08\x08" + bytes(6) + b"name" * 1000,
    "no checksum": gzip.compress(b"[]\n" * 701)[:-8],
    "too few functions": gzip.compress(b'["", [], [], []]\n' * 700),
    "too many functions": gzip.compress(b'["", [], [], []]\n' * 702),
    "nothing": b"",
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_entry_of_somebody_else(content: bytes, tmp_path: Path) -> None:
    """Its checksum is right, and nothing else."""
    wasm2py.compile(wasm(), cache=tmp_path)
    (path,) = entries(tmp_path)
    damage(path, entry(content))


def test_random_damage(tmp_path: Path) -> None:
    wasm2py.compile(wasm(), cache=tmp_path)
    path = only_entry(tmp_path)
    packed = path.read_bytes()[32:]
    random = Random(5)
    for _ in range(10):
        content = bytearray(packed)
        for _ in range(random.choice((1, 1, 5, 100))):
            content[random.randrange(len(content))] = random.randrange(256)
        # Gzip's own header holds a time, for instance: not all damage is one.
        only_entry(tmp_path).write_bytes(entry(bytes(content)))
        module = wasm2py.compile(wasm(), cache=tmp_path)
        assert wasm2py.instantiate(module).exports.f() == 0


BOMB = """
import resource, sys
import wasm2py
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
wasm2py.compile(sys.argv[1], cache=sys.argv[2])
with open("/proc/self/status") as file:
    print(file.read().split("VmHWM:")[1].split()[0])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="sees the memory in /proc")
def test_an_entry_that_unpacks_to_gigabytes(tmp_path: Path) -> None:
    """Neither memory nor time is out of proportion."""
    path = tmp_path / "module.wasm"
    path.write_bytes(wasm())
    folder = tmp_path / "cache"
    wasm2py.compile(path, cache=folder)
    found = only_entry(folder)
    packer = zlib.compressobj(wbits=31)
    zeros = bytes(1 << 20)
    packed = b"".join((packer.compress(b'["'), *map(packer.compress, [zeros] * 512)))
    found.write_bytes(entry(packed + packer.flush()))
    run = subprocess.run(
        [sys.executable, "-c", BOMB, path, folder],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert run.stderr == ""
    assert int(run.stdout) < 200_000  # KiB
    assert found.stat().st_size < 100_000


def test_what_repeats_itself_is_kept(tmp_path: Path, translated: list[int]) -> None:
    """However densely it could be packed."""
    function = "(func " + "(global.set 0 (i32.const 1))" * 20_000 + ")"
    module = assemble(f"(module (global (mut i32) (i32.const 0)) {function})")
    for _ in range(2):
        wasm2py.compile(module, cache=tmp_path)
        assert translated == [0]


def not_private(folder: Path) -> str:
    """What is said of a folder when it is to be used; it is not used."""
    before = sorted(folder.rglob("*"))
    with pytest.warns(RuntimeWarning, match="^the cache is not used: ") as caught:
        module = wasm2py.compile(wasm(), cache=folder)
    assert len(caught) == 1
    assert wasm2py.instantiate(module).exports.f() == 0
    assert sorted(folder.rglob("*")) == before
    with pytest.raises(NotPrivate):
        cache_module.clear(folder)
    assert sorted(folder.rglob("*")) == before
    return str(caught[0].message)


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o777, 0o1777, 0o701, 0o720])
def test_folder_that_is_open(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "cache"
    wasm2py.compile(wasm(), cache=folder)
    folder.chmod(mode)
    assert f"chmod 700 {folder}" in not_private(folder)


def test_folder_that_is_a_link(tmp_path: Path) -> None:
    wasm2py.compile(wasm(), cache=tmp_path / "cache")
    link = tmp_path / "link"
    link.symlink_to("cache")
    assert "is a link" in not_private(link)
    link.unlink()
    link.symlink_to("nowhere")
    assert "is a link" in not_private(link)


def test_folder_below_a_link(tmp_path: Path, translated: list[int]) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    for _ in range(2):
        wasm2py.compile(wasm(), cache=tmp_path / "link" / "cache")
    assert len(translated) == 701


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


@as_root
def test_folder_of_another_user(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    wasm2py.compile(wasm(), cache=folder)
    os.chown(folder, 12345, -1)
    assert "belongs to another user" in not_private(folder)


@as_root
def test_entry_of_another_user(tmp_path: Path, translated: list[int]) -> None:
    wasm2py.compile(wasm(), cache=tmp_path)
    path = only_entry(tmp_path)
    os.chown(path, 12345, -1)
    wasm2py.compile(wasm(), cache=tmp_path)
    assert len(translated) == 2 * 701
    assert path.stat().st_uid == os.geteuid()


@pytest.mark.parametrize("mode", [0o602, 0o620, 0o666])
def test_entry_that_others_can_write(
    tmp_path: Path, translated: list[int], mode: int
) -> None:
    wasm2py.compile(wasm(), cache=tmp_path)
    path = only_entry(tmp_path)
    path.chmod(mode)
    wasm2py.compile(wasm(), cache=tmp_path)
    assert len(translated) == 2 * 701


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_entry_that_is_no_file(
    tmp_path: Path, translated: list[int], kind: str
) -> None:
    folder = tmp_path / "cache"
    wasm2py.compile(wasm(), cache=folder)
    path = only_entry(folder)
    other = tmp_path / "other"
    path.rename(other)
    if kind == "link":
        path.symlink_to(other)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    wasm2py.compile(wasm(), cache=folder)
    assert len(translated) == 2 * 701
    assert other.exists()
    assert not list(folder.glob("*.tmp"))


def test_clear_follows_no_links(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    wasm2py.compile(wasm(), cache=folder)
    path = only_entry(folder)
    other = tmp_path / "other"
    path.rename(other)
    path.symlink_to(other)
    assert cache_module.clear(folder) == (0, 0)
    assert other.exists()
    assert path.is_symlink()


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
    kept = [*entries(tmp_path)[:3], *contents(tmp_path)]
    assert before.entries == len(kept) == 6
    assert before.size == sum(path.stat().st_size for path in kept)
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


def test_every_file_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    fingerprint = cache_module._fingerprint.__wrapped__
    before = fingerprint()
    looked_at = []
    stat = Path.stat

    def noting(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        looked_at.append(path)
        return stat(path, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", noting)
    assert fingerprint() == before
    assert set(Path(wasm2py.__file__).parent.rglob("*.py")) <= set(looked_at)


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
def test_private_folder(tmp_path: Path) -> None:
    wasm2py.compile(wasm(), cache=tmp_path / "cache" / "wasm2py")
    (path,) = entries(tmp_path)
    assert path.parent.stat().st_mode & 0o077 == 0
    assert path.stat().st_mode & 0o077 == 0
