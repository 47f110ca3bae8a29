"""Building an extension module: what comes of it, and what is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.compilers import FASTEST, compiler, fastest, needs_compiler
from tests.package.modules import binary, translate
from wasm2py.errors import BuildError
from wasm2py.native.build import Built, NativeBuild
from wasm2py.native.compilers import Compiler
from wasm2py.native.kept import Kept
from wasm2py.native.processes import available_processors
from wasm2py.targets.base import Options
from wasm2py.targets.registry import SOURCE_TARGETS
from wasm2py.translation.translator import Translation
from wasm2py_runtime.abi import W2P_ABI

# Large enough for several files.
_STORES = "".join(
    f"(i32.store offset={at} (local.get 0) (i32.const {at}))" for at in range(300)
)
_FUNCTIONS = [
    f'(func (export "f{index}") (param i32) (result i32) {_STORES} (i32.const {index}))'
    for index in range(60)
]
MODULE = f"(module (memory 1) {''.join(_FUNCTIONS)})"
SMALL = f"(module (memory 1) {''.join(_FUNCTIONS[:2])})"


@cache
def translation(wat: str = MODULE) -> Translation:
    return translate(binary(wat), Options(target="c"))


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files are while compilers run."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def build(
    with_: Compiler,
    what: Translation,
    kept: Path | None = None,
    level: int = 0,
    report: Callable[[Built], object] | None = None,
) -> bytes:
    target = SOURCE_TARGETS["c"]
    with NativeBuild(target, with_, level, Kept(kept), report) as native:
        native.receive(what.env, what.codes)
        return native.finish(what.env, what.codes, {}).content


def logging(folder: Path, before: str = "") -> tuple[Compiler, Callable[[], list[str]]]:
    """A compiler that writes down what it is asked for, and gives the lines since the last time."""
    log = folder / "log"
    log.touch()
    script = folder / "logged"
    asked = f'echo "$@" >> {log}\n'
    run = f'exec {" ".join(FASTEST)} "$@"\n'
    script.write_text(f"#!/bin/sh\n{asked}{before}\n{run}")
    script.chmod(0o755)

    taken = 0

    def lines() -> list[str]:
        nonlocal taken
        found = log.read_text().splitlines()
        taken, before = len(found), taken
        return [line for line in found[before:] if "-E" not in line]

    return Compiler((str(script),)), lines


@pytest.mark.parametrize("name", ["gcc", "clang", "tcc", "zig"])
def test_builds_load_and_are_the_same_wherever_they_are_made(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = build(compiler(name), translation(SMALL))
    elsewhere = tmp_path / "a longer name of another folder"
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    monkeypatch.setattr("wasm2py.native.build.available_processors", lambda: 1)
    assert build(compiler(name), translation(SMALL)) == content
    assert str(tmp_path).encode() not in content
    extension = tmp_path / "_native.abi3.so"
    extension.write_bytes(content)
    program = (
        "from wasm2py_runtime.extension import load; import sys;"
        "print(load('_native', sys.argv[1]).W2P_ABI)"
    )
    arguments = [sys.executable, "-c", program, str(extension)]
    done = subprocess.run(arguments, capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout == f"{W2P_ABI}\n"


@needs_compiler
def test_compilers_begin_before_the_last_function(tmp_path: Path) -> None:
    with_, asked = logging(tmp_path)
    env, codes, _ = translation()
    begun = 0
    with NativeBuild(SOURCE_TARGETS["c"], with_, 0, Kept(None)) as native:
        for code in codes[:-1]:
            native.receive(env, [code])
        for _ in range(6000):
            begun += sum("functions_" in line for line in asked())
            if begun:
                break
            time.sleep(0.01)
        assert begun
        assert native.finish(env, codes, {})


@needs_compiler
def test_a_second_time_nothing_is_compiled(tmp_path: Path) -> None:
    with_, asked = logging(tmp_path)
    first = build(with_, translation(), tmp_path / "kept")
    assert len(asked()) > 3
    assert build(with_, translation(), tmp_path / "kept") == first
    assert asked() == []
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o700


@needs_compiler
def test_a_changed_function_has_its_file_compiled(tmp_path: Path) -> None:
    with_, asked = logging(tmp_path)
    build(with_, translation(), tmp_path / "kept")
    asked()
    changed = MODULE.replace(" (i32.const 30))(func", " (i32.const 3333))(func")
    build(with_, translation(changed), tmp_path / "kept")
    compiled = [line for line in asked() if " -c " in line]
    assert 1 <= len(compiled) <= 2


@needs_compiler
@pytest.mark.parametrize("damage", [b"", b"\x7fELF", None])
def test_what_is_kept_is_looked_at(tmp_path: Path, damage: bytes | None) -> None:
    with_, asked = logging(tmp_path)
    first = build(with_, translation(SMALL), tmp_path / "kept")
    for path in (tmp_path / "kept").iterdir():
        content = path.read_bytes()
        path.write_bytes(content[:-1] + b"?" if damage is None else damage)
    asked()
    assert build(with_, translation(SMALL), tmp_path / "kept") == first
    assert len(asked()) > 3


@needs_compiler
def test_a_folder_that_others_can_write_to_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept").chmod(0o777)
    assert build(fastest(), translation(SMALL), tmp_path / "kept")
    assert [*(tmp_path / "kept").iterdir()] == []


@needs_compiler
def test_levels_and_compilers_are_kept_apart(tmp_path: Path) -> None:
    with_, asked = logging(tmp_path)
    build(with_, translation(SMALL), tmp_path / "kept", level=0)
    asked()
    build(with_, translation(SMALL), tmp_path / "kept", level=1)
    assert len(asked()) > 3


@needs_compiler
def test_progress() -> None:
    seen: list[Built] = []
    build(fastest(), translation(), report=seen.append)
    assert max(built.done for built in seen) == seen[-1].known
    assert len(seen) == seen[-1].known


def failing(folder: Path, failure: str) -> Compiler:
    """A compiler that fails at the module's own file."""
    return logging(folder, f'case "$*" in *module.c*) {failure};; esac')[0]


@needs_compiler
@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (
            "echo 'module.c:1:2: error: no' >&2; exit 1",
            "failed: module.c:1:2: error: no",
        ),
        ("kill -9 $$", "was killed by SIGKILL"),
        (
            "echo 'error: unable to open output file: No space left on device' >&2; exit 1",
            "No space left on device",
        ),
        ("exit 7", "exit status 7, without a word"),
    ],
)
def test_failures(tmp_path: Path, temporary: Path, failure: str, message: str) -> None:
    with_ = failing(tmp_path, failure)
    with pytest.raises(BuildError) as caught:
        build(with_, translation(SMALL), tmp_path / "kept")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert [*temporary.iterdir()] == []
    assert not any(path.suffix == ".so" for path in tmp_path.glob("kept/*"))


@needs_compiler
def test_a_compiler_that_makes_nothing(tmp_path: Path) -> None:
    with_, _ = logging(tmp_path, 'case "$*" in *-E*) ;; *) exit 0;; esac')
    with pytest.raises(
        BuildError, match="logged says that all is well, and has made no"
    ):
        build(with_, translation(SMALL))


@needs_compiler
def test_a_linker_that_fails(tmp_path: Path) -> None:
    failure = 'case "$*" in *-shared*) echo "ld: error: no" >&2; exit 1;; esac'
    with_, _ = logging(tmp_path, failure)
    with pytest.raises(BuildError, match="failed: ld: error: no"):
        build(with_, translation(SMALL))


@needs_compiler
def test_when_one_fails_the_others_are_ended(tmp_path: Path, temporary: Path) -> None:
    pids = tmp_path / "pids"
    # A compiler is a driver, which has others do the work.
    failure = (
        f'case "$*" in *functions_*) sleep 600 & echo $! >> {pids}; wait;;'
        f" *module.c*) while [ ! -s {pids} ]; do sleep 0.01; done;"
        " echo error: first >&2; exit 1;; esac"
    )
    with_, _ = logging(tmp_path, failure)
    if available_processors() < 2:
        pytest.skip("one compiler at a time")
    began = time.monotonic()
    with pytest.raises(BuildError, match="error: first"):
        build(with_, translation(SMALL))
    assert time.monotonic() - began < 300
    assert [*temporary.iterdir()] == []
    for pid in map(int, pids.read_text().split()):
        assert not _runs(pid)


def _runs(pid: int) -> bool:
    """Whether a process has not ended; what nobody has waited for yet has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False


@needs_compiler
def test_an_error_meanwhile_ends_the_compilers(tmp_path: Path, temporary: Path) -> None:
    with_, _ = logging(tmp_path, 'case "$*" in *-c*) sleep 600;; esac')
    env, codes, _ = translation()
    native = NativeBuild(SOURCE_TARGETS["c"], with_, 0, Kept(None))
    with pytest.raises(KeyboardInterrupt), native:
        native.receive(env, codes)
        raise KeyboardInterrupt
    assert [*temporary.iterdir()] == []


@needs_compiler
def test_no_room_for_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(OSError, match="No such file or directory"):
        build(fastest(), translation(SMALL))


@needs_compiler
def test_a_file_that_has_no_room(temporary: Path) -> None:
    """The error names it, as a full disk does not."""
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large") as caught:
            build(fastest(), translation(SMALL))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert Path(caught.value.filename).is_relative_to(temporary)
    assert not [*temporary.iterdir()]


@needs_compiler
def test_a_module_without_functions() -> None:
    assert build(fastest(), translation("(module)"))


@needs_compiler
def test_the_environment_is_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ccache, distcc and cross compilers are told by variables what to do."""
    monkeypatch.setenv("MY_SETTING", "x y")
    log = tmp_path / "seen"
    with_, _ = logging(tmp_path, f'echo "$MY_SETTING" >> {log}')
    build(with_, translation("(module)"))
    assert set(log.read_text().splitlines()) == {"x y"}
    assert os.environ["MY_SETTING"] == "x y"
