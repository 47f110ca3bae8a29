"""The disturbances of tests/moments, where packages of both targets share everything."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.moments.prepare import prepare
from tests.moments.test_moments import disturb
from tests.native.guest import needs_compiler, write_native
from tests.native.programs import run
from tests.packages import write_package
from tests.pythons import interpreters
from tests.seeds import day

pytestmark = needs_compiler

SECONDS = 6
# What stays in Python.
PYTHON = ("w0_1", "plugin_shared")


def _is_new(program: str) -> bool:
    """Whether it can load extension modules for the stable ABI."""
    code = (
        "import sys; sys.exit(sys.implementation.name != 'cpython'"
        " or sys.version_info < (3, 11))"
    )
    return not subprocess.run([program, "-c", code], check=False).returncode


PROGRAMS = [sys.executable, *filter(_is_new, interpreters())]


def write(wasm: bytes, where: Path, *, runtime: str) -> None:
    """Write a package, most of them native."""
    if where.name in PYTHON:
        write_package(wasm, where, runtime=runtime)
    else:
        write_native(wasm, where, runtime=runtime)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("moments")
    with pytest.MonkeyPatch.context() as patch:
        if shutil.which("tcc"):  # the quickest
            patch.setenv("CC", "tcc")
        prepare(folder, day(), 1, write)
    return folder


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_sample(program: str, prepared: Path) -> None:
    assert disturb(program, prepared, 1, SECONDS / len(PROGRAMS))["rounds"]


@pytest.mark.parametrize("program", PROGRAMS[1:])
def test_other_versions(program: str, guest_folder: Path) -> None:
    everything = (
        "assert e.add(-1, 3) == 2 and e.swap(1, 2) == (2, 1) and e.same(e) is e\n"
        "assert e.call_host(7) == 7 and e.grow(1) == 1\n"
        "world.table.set(0, e.five)\n"
        "assert e.indirect(0) == 5\n"
        "for name, args in (('load', (-1,)), ('recurse_for_ever', (0,)),"
        " ('unreachable', ())):\n"
        "    try: e[name](*args)\n"
        "    except guest.Trap: continue\n"
        "    raise AssertionError\n"
        "error = IndexError()\n"
        "def host(value): raise error\n"
        "try: instantiate(host=host).call_host(1)\n"
        "except IndexError as caught: assert caught is error\n"
        "def host(value): return deep.call_host(value + 1)\n"
        "deep = instantiate(host=host)\n"
        "try: deep.call_host(0)\n"
        "except guest.StackExhausted: pass\n"
        "print('ready', flush=True)\n"
        "try: e.loop()\n"
        "except KeyboardInterrupt: sys.exit(0)\n"
        "raise AssertionError\n"
    )
    run(guest_folder, everything, program=program, interrupt=True)
