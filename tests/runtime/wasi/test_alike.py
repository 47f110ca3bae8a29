"""Folders on disk and in memory, given the same calls, do the same."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.wasi.caller import (
    CREAT,
    DIRECTORY,
    EXCL,
    TRUNC,
    WRITE,
    Caller,
    Failed,
)
from tests.runtime.wasi.conftest import read_tree
from wasm2py_runtime import MemoryDirectory
from wasm2py_runtime.wasi import host_folders, rights

NAMES = ("a", "b", "c", "..", ".")
TARGETS = ("a", "b", "a/b", "..", "../a", ".", "c/", "../..", "b/../a")


def random_path(rng: random.Random) -> str:
    path = "/".join(rng.choice(NAMES) for _ in range(rng.randint(1, 3)))
    return path + rng.choice(("", "", "", "/", "/."))


def random_call(rng: random.Random) -> tuple[Any, ...]:
    path, other = random_path(rng), random_path(rng)
    kind = rng.choice(
        ("open", "open", "folder", "folder", "link", "hard", "rename", "status")
        + ("unlink", "remove", "read", "write")
    )
    flags = rng.choice((0, 0, CREAT, CREAT, TRUNC, DIRECTORY, CREAT | EXCL))
    follow = rng.random() < 0.5
    return kind, path, other, flags, follow, rng.choice(TARGETS)


def outcome(program: Caller, call: tuple[Any, ...]) -> object:
    kind, path, other, flags, follow, target = call
    try:
        if kind == "open":
            base = rights.FD_READ | (WRITE if flags & TRUNC else 0)
            program.close(program.open(path, flags, base, follow=follow))
        elif kind == "folder":
            program.make_folder(path)
        elif kind == "link":
            program.link_to(target, path)
        elif kind == "hard":
            program.hard_link(path, other)
        elif kind == "rename":
            program.rename(path, other)
        elif kind == "unlink":
            program.unlink(path)
        elif kind == "remove":
            program.remove_folder(path)
        elif kind == "status":
            status = program.status_of(path, follow)
            # How large a folder is, and how many names it has, is the system's own.
            is_folder = status.type == rights.DIRECTORY
            return status.type, (0, 0) if is_folder else (status.size, status.links)
        elif kind == "read":
            return program.read_link(path)
        else:
            program.write_file(path, target.encode(), follow=follow)
    except Failed as failed:
        return failed.errno
    return "done"


@pytest.mark.skipif(not host_folders.is_supported(), reason="no folders of the host")
@pytest.mark.parametrize("seed", [*range(10), 123, 136])
def test_the_same_calls(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    folder = MemoryDirectory()
    on_disk = Caller(preopens={"/": tmp_path})
    in_memory = Caller(preopens={"/": folder})
    for _ in range(400):
        call = random_call(rng)
        assert outcome(in_memory, call) == outcome(on_disk, call), call
    assert folder.files == read_tree(tmp_path)
