"""Programs in C, compiled by zig, over folders of both kinds."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

import wasm2py
from tests.packages import import_package, write_package
from tests.wasi.modules import c_program
from wasm2py import WASI, MemoryDirectory


def run(
    wasm: bytes, args: Any = (), env: Any = None, stdin: Any = None, **options: Any
) -> tuple[int, str]:
    output = io.BytesIO()
    wasi = WASI(args, env, stdin, output, **options)
    instance = wasm2py.instantiate(wasm2py.compile(wasm), wasi)
    return wasi.start(instance), output.getvalue().decode()


def test_a_program_sees_what_it_is_given() -> None:
    errors = io.BytesIO()
    status, output = run(
        c_program("world"),
        ["world", "one", "two words"],
        {"NAME": "value"},
        b"first\nsecond",
        stderr=errors,
        preopens={"/": MemoryDirectory({"b": b"", "a": {}})},
    )
    assert status == 3
    assert output.splitlines() == [
        *("argument world", "argument one", "argument two words"),
        "variable NAME=value",
        *("line first", "line secondentry ."),
        *("entry ..", "entry a", "entry b"),
    ]
    assert errors.getvalue() == b"done\n"


def test_a_program_sees_nothing_else() -> None:
    assert run(c_program("world")) == (0, "")


@pytest.mark.parametrize("kind", ["host", "memory"])
def test_files(kind: str, tmp_path: Path) -> None:
    folder = MemoryDirectory() if kind == "memory" else tmp_path
    assert run(c_program("files"), preopens={"/data": folder}) == (0, "all is well\n")
    if isinstance(folder, MemoryDirectory):
        assert folder.files == {"sub": {"b.txt": b"lxye"}}
    else:
        assert [path.name for path in tmp_path.iterdir()] == ["sub"]
        assert (tmp_path / "sub/b.txt").read_bytes() == b"lxye"


def test_a_package(tmp_path: Path) -> None:
    write_package(c_program("files"), tmp_path / "c_files", runtime="vendor")
    package: Any = import_package(tmp_path / "c_files")
    folder, output = package.MemoryDirectory(), io.BytesIO()
    wasi = package.wasi(stdout=output, preopens={"/data": folder})
    assert wasi.start(package.instantiate(wasi)) == 0
    assert output.getvalue() == b"all is well\n"
    assert folder.files == {"sub": {"b.txt": b"lxye"}}
