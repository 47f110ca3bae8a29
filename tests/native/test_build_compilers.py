"""Finding a compiler, and what it says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.commands.running import interruptible
from tests.compilers import FASTEST, compiler, needs_compiler
from tests.native.programs import ROOT
from wasm2py.errors import BuildError
from wasm2py.native.compilers import FAMILIES, Compiler, find_compiler
from wasm2py.native.messages import first_error
from wasm2py.native.processes import Processes


def program(folder: Path, name: str, text: str = "#!/bin/sh\n") -> Path:
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def no_zig(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wasm2py.native.compilers.find_spec", lambda name: None)


@pytest.mark.parametrize("name", ["gcc", "clang", "tcc", "zig"])
def test_families(name: str) -> None:
    assert compiler(name).family is FAMILIES[name]


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (("/usr/bin/gcc",), "gcc"),
        (("/usr/bin/gcc", "-m64"), "gcc"),
        (("ccache", "clang-14", "-O3"), "clang-14"),
        (("zig", "cc"), "zig"),
        (("python", "-m", "ziglang", "cc"), "zig"),
    ],
)
def test_names(command: tuple[str, ...], name: str) -> None:
    assert Compiler(command).name == name


def test_cc_comes_first(tmp_path: Path) -> None:
    program(tmp_path, "cc")
    mine = program(tmp_path, "mine")
    found = find_compiler({"PATH": str(tmp_path), "CC": "mine -m64"})
    assert found.command == (str(mine), "-m64")


def test_cc_is_split_as_a_shell_would(tmp_path: Path) -> None:
    program(tmp_path, "a compiler")
    found = find_compiler({"PATH": str(tmp_path), "CC": '"a compiler" -D "x y"'})
    assert found.command == (str(tmp_path / "a compiler"), "-D", "x y")


def test_without_cc_there_is_the_program_of_that_name(tmp_path: Path) -> None:
    cc = program(tmp_path, "cc")
    assert find_compiler({"PATH": str(tmp_path)}).command == (str(cc),)


def test_without_a_program_there_is_zig(tmp_path: Path) -> None:
    compiler("zig")
    found = find_compiler({"PATH": str(tmp_path), "CC": " "})
    assert found.command == (sys.executable, "-m", "ziglang", "cc")
    assert found.name == "zig"


@pytest.mark.usefixtures("no_zig")
def test_without_any_the_message_names_three_ways_out(tmp_path: Path) -> None:
    with pytest.raises(BuildError) as caught:
        find_compiler({"PATH": str(tmp_path)})
    message = str(caught.value)
    assert message.startswith("there is no C compiler: ")
    for way in ("gcc", "CC", "pip install 'wasm2py[native]'"):
        assert way in message
    assert "\n" not in message


def test_cc_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="CC names 'nothing', and there is no such"):
        find_compiler({"PATH": str(tmp_path), "CC": "nothing -O2"})


def test_cc_that_is_no_command() -> None:
    with pytest.raises(BuildError, match="no command: No closing quotation"):
        find_compiler({"PATH": "", "CC": 'gcc "'})


def test_another_program(tmp_path: Path) -> None:
    path = program(tmp_path, "cat", "#!/bin/sh\necho hello\n")
    with pytest.raises(BuildError, match="is no known C compiler"):
        _ = Compiler((str(path),)).family


def test_a_compiler_that_fails(tmp_path: Path) -> None:
    text = "#!/bin/sh\necho note >&2; echo 'x: fatal error: broken' >&2; exit 3\n"
    path = program(tmp_path, "bad", text)
    with pytest.raises(BuildError, match=r"bad failed: x: fatal error: broken$"):
        _ = Compiler((str(path),)).family


def test_a_program_that_never_stops_talking(tmp_path: Path) -> None:
    path = program(tmp_path, "yes", "#!/bin/sh\nexec yes wasm2py_family gcc\n")
    with pytest.raises(BuildError, match=r"yes failed: wasm2py_family gcc \(and more"):
        _ = Compiler((str(path),)).family


def test_a_file_that_is_no_program(tmp_path: Path) -> None:
    path = program(tmp_path, "bad", "\0")
    with pytest.raises(BuildError, match="does not run: Exec format error"):
        _ = Compiler((str(path),)).family


@needs_compiler
def test_a_wrapper(tmp_path: Path) -> None:
    """As in CC="ccache gcc"."""
    wrapper = program(tmp_path, "wrapper", '#!/bin/sh\nexec "$@"\n')
    found = Compiler((str(wrapper), *FASTEST))
    assert found.family is Compiler(FASTEST).family


def test_a_program_that_is_replaced_is_another_compiler(tmp_path: Path) -> None:
    path = program(tmp_path, "cc")
    before = find_compiler({"PATH": str(tmp_path)}).identity
    assert find_compiler({"PATH": str(tmp_path)}).identity == before
    path.write_text("#!/bin/sh\ntrue\n")
    assert find_compiler({"PATH": str(tmp_path)}).identity != before


@needs_compiler
def test_other_systems_are_refused(tmp_path: Path) -> None:
    undefine = "#!/bin/sh\nexec " + " ".join(FASTEST) + ' -U__linux__ "$@"\n'
    path = program(tmp_path, "cross", undefine)
    with pytest.raises(
        BuildError, match="Linux and macOS on x86-64 and aarch64, and Windows on"
    ):
        _ = Compiler((str(path),)).family


@pytest.mark.parametrize(
    ("status", "output", "message"),
    [
        (
            1,
            b"a.c: In function 'f':\na.c:3:5: error: expected\n",
            "a.c:3:5: error: expected",
        ),
        (1, b"a.c:3: warning: x\nld: cannot find -lm\n", "a.c:3: warning: x"),
        (1, b"a.o: undefined reference to `f'\n", "a.o: undefined reference to `f'"),
        (
            1,
            b"a.c:3: warning: x\nld: No room\ncollect2: error: ld returned 1 exit status\n",
            "ld: No room",
        ),
        (
            1,
            b"lld: none\nclang: error: linker command failed with exit code 1 (use -v)\n",
            "lld: none",
        ),
        (
            1,
            b"collect2: error: ld returned 1 exit status\n",
            "collect2: error: ld returned 1 exit status",
        ),
        (4, b"", "exit status 4, without a word"),
        (1, b"\xff error: " + b"x" * 999, "\ufffd error: " + "x" * 291),
    ],
)
def test_first_error(status: int, output: bytes, message: str) -> None:
    assert first_error("cc", status, output) == f"cc failed: {message}"


def test_killed() -> None:
    assert first_error("cc", -9, b"") == "cc was killed by SIGKILL (out of memory?)"
    said = b"gcc: fatal error: Killed signal terminated program cc1\n"
    assert first_error("cc", 1, said).endswith("Killed signal terminated program cc1")


def test_path_is_that_of_the_environment() -> None:
    # What subprocess searches is the process's own PATH: hence absolute commands.
    if FASTEST:
        found = find_compiler({"PATH": os.environ["PATH"], "CC": FASTEST[0]})
        assert os.path.isabs(found.command[0])


_ASK = """
import sys
from wasm2py.native.compilers import Compiler
{}
try:
    Compiler((sys.argv[1],)).family
except KeyboardInterrupt:
    sys.exit(5)
"""
# An interrupt between a process's start and the moment when somebody knows of it.
_AT_ONCE = """
import os, pathlib, signal, subprocess, time
class Interrupted(subprocess.Popen):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        while not pathlib.Path(sys.argv[2]).exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)
subprocess.Popen = Interrupted
"""


@pytest.mark.parametrize("before", ["", _AT_ONCE], ids=["later", "at once"])
def test_an_interrupt_ends_a_compiler_that_is_asked(
    before: str, tmp_path: Path
) -> None:
    """And what it has started."""
    text = "#!/bin/sh\nsleep 600 &\necho $! > started.tmp; mv started.tmp {0}\nwait\n"
    started = tmp_path / "started"
    path = program(tmp_path, "slow", text.format(started))
    command = [sys.executable, "-c", _ASK.format(before), str(path), str(started)]
    asking = subprocess.Popen(command, cwd=ROOT, preexec_fn=interruptible)
    try:
        while not started.exists() and asking.poll() is None:
            time.sleep(0.01)
        if not before:
            asking.send_signal(signal.SIGINT)
        assert asking.wait(60) == 5
    finally:
        asking.kill()
    number = int(started.read_text())
    for _ in range(500):
        state = Path(f"/proc/{number}/stat")
        if not state.exists() or state.read_text().split()[2] == "Z":
            return
        time.sleep(0.01)
    os.kill(number, signal.SIGKILL)
    raise AssertionError


def test_an_interrupt_that_leaves_futures_locked(tmp_path: Path) -> None:
    """As one does that arrives while `wait` locks them."""
    processes = Processes(2)
    wait = program(tmp_path, "wait", "#!/bin/sh\nexec sleep 600\n")
    futures = [processes.ask("wait", [str(wait)], tmp_path) for _ in range(3)]
    for future in futures:
        future._condition.acquire()
    processes.close()
    assert all(future.done() for future in futures)
