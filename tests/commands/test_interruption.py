"""Ctrl-C at any moment: status 130 and one line, or the command was done already."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.running import ENVIRONMENT, interruptible
from tests.package.modules import binary
from tests.seeds import day

# Its multiples' fractions lie far apart.
GOLDEN_RATIO = 0.6180339887
LINE = "wasm2py: interrupted; nothing was written\n"
# What pip writes as the command, and a sign when that has begun: when it imports more
# than what `test_little_is_imported_before` allows.
SCRIPT = """
import os, sys

class Sign:
    def find_spec(name, *_):
        if name == "wasm2py.commands.application":
            os.write(int(os.environ["BEGUN"]), b".")

sys.meta_path.insert(0, Sign)

from wasm2py.commands import main
sys.exit(main())
"""
FUNCTION = "(func (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))"
LARGE = f"(func {'(global.set 0 (i32.add (global.get 0) (i32.const 1)))' * 5000})"
MODULE = f"(module (global (mut i32) (i32.const 0)) {FUNCTION * 500} {LARGE * 2})"

COMMANDS = {
    "compile": ["compile", "SOURCE", "-o", "PACKAGE"],
    "jobs": ["compile", "SOURCE", "-o", "PACKAGE", "--jobs", "2"],
    "replace": ["compile", "SOURCE", "-o", "EXISTING"],
    "validate": ["validate", "SOURCE"],
    "inspect": ["inspect", "SOURCE"],
    "help": ["compile", "--help"],
    "clear": ["cache", "clear"],
    "demo": ["demo"],
}


class Command:
    """A command in a folder of its own, which ends as it should whenever it is hit."""

    def __init__(self, folder: Path, arguments: list[str]) -> None:
        self._folder = folder
        (folder / "script.py").write_text(SCRIPT)
        (folder / "module.wasm").write_bytes(binary(MODULE))
        (folder / "out").mkdir()
        (folder / "tmp").mkdir()
        places = {
            "SOURCE": "module.wasm",
            "PACKAGE": "out/package",
            "EXISTING": "out/existing",
        }
        self._arguments = [places.get(argument, argument) for argument in arguments]
        self._before: dict[str, bytes] = {}
        if "EXISTING" in arguments:
            assert self.run(None) == 0
            self._before = self._tree()

    def run(
        self,
        delay: float | None,
        number: int = signal.SIGINT,
        *,
        group: bool = False,
        times: int = 1,
        stdin: int = subprocess.DEVNULL,
    ) -> int:
        """Its status, after signals some seconds after it began (None: none)."""
        begun, begins = os.pipe()
        process = subprocess.Popen(
            [sys.executable, "script.py", *self._arguments],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self._folder,
            env={
                **ENVIRONMENT,
                "BEGUN": str(begins),
                "WASM2PY_CACHE_DIR": str(self._folder / "cache"),
                "TMPDIR": str(self._folder / "tmp"),
            },
            pass_fds=[begins],
            preexec_fn=interruptible,
            start_new_session=True,
        )
        os.close(begins)
        os.read(begun, 1)
        os.close(begun)
        if delay is not None:
            time.sleep(delay)
            for _ in range(times):
                if group:
                    os.killpg(process.pid, number)
                else:
                    process.send_signal(number)
        output, errors = process.communicate(timeout=60)
        self._check(process.returncode, output, errors, number)
        return process.returncode

    def _check(self, status: int, output: str, errors: str, number: int) -> None:
        if status == 0:
            assert errors == ""
        else:
            # At the very end, when all is done, a signal that terminates does so by itself.
            silent = () if number == signal.SIGINT else (-number,)
            assert status in (128 + number, *silent), errors
            assert errors == (LINE if number == signal.SIGINT else "")
        if status == 130 and "out/package" in self._arguments:
            assert self._tree() == {}
        if self._before:
            assert self._tree() == self._before
        # Nothing but what is whole: a package, an entry of the cache.
        assert {path.name for path in (self._folder / "out").iterdir()} <= {
            "package",
            "existing",
        }
        assert not list(self._folder.glob("cache/*.tmp"))
        assert not list((self._folder / "tmp").iterdir())

    def reset(self) -> None:
        """As if it had not been run."""
        shutil.rmtree(self._folder / "out/package", ignore_errors=True)
        for entry in self._folder.glob("cache/*"):
            entry.unlink()

    def _tree(self) -> dict[str, bytes]:
        folder = self._folder / "out"
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }


def _sweep(command: Command, steps: int, **options: bool) -> Iterator[int]:
    """The statuses after a signal at moments that are spread over the whole run.

    Each day has others.
    """
    command.reset()
    began = time.monotonic()
    assert command.run(None) == 0
    duration = time.monotonic() - began
    first = day() * GOLDEN_RATIO % 1
    for step in range(steps):
        command.reset()
        yield command.run(duration * (step + first) / steps, **options)


def test_little_is_imported_before() -> None:
    """What comes before the signals are seen to takes no time to speak of."""
    program = """if True:
        import sys
        before = set(sys.modules)
        import wasm2py.commands.interruption
        found = set(sys.modules) - before - set(sys.builtin_module_names)
        print(*sorted(found))
    """
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=ENVIRONMENT,
    )
    found = run.stdout.split()
    assert found == [
        "__future__",
        "wasm2py",
        "wasm2py.commands",
        "wasm2py.commands.interrupted",
        "wasm2py.commands.interruption",
    ]


# Runs `python -m wasm2py` with a signal before a line of those that see to signals, the first one
# of all apart. Tells whether it is handled yet. (At a `try:` no signal is received; what
# a trace function raises there passes by the handlers around it.)
AT_A_LINE = """
import linecache, os, runpy, signal, sys
from pathlib import Path

OURS = ("wasm2py/__main__.py", "wasm2py/commands/__init__.py", "wasm2py/commands/interruption.py")
left = int(sys.argv.pop(1)) + 1

def trace(frame, event, argument):
    global left
    if Path(frame.f_code.co_filename).as_posix().endswith(OURS):
        text = linecache.getline(frame.f_code.co_filename, frame.f_lineno)
        if event == "line" and text.strip() != "try:":
            left -= 1
            if left < 0:
                sys.settrace(None)
                print(signal.getsignal(signal.SIGINT), flush=True)
                signal.raise_signal(signal.SIGINT)
        return trace

sys.settrace(trace)
runpy.run_module("wasm2py", run_name="__main__", alter_sys=True)
"""


def test_interrupted_at_any_line_of_the_start() -> None:
    for line in range(1000):
        run = subprocess.run(
            [sys.executable, "-c", AT_A_LINE, str(line), "cache", "dir"],
            capture_output=True,
            text=True,
            env=ENVIRONMENT,
            preexec_fn=interruptible,
        )
        assert (run.returncode, run.stderr) == (130, LINE), line
        if "default_int_handler" not in run.stdout:
            break
    assert line > 30


@pytest.mark.parametrize("kind", ["jobs", "replace", "validate"])
def test_interrupted(tmp_path: Path, kind: str) -> None:
    command = Command(tmp_path, COMMANDS[kind])
    assert 130 in set(_sweep(command, 4, group=True))


@pytest.mark.slow
@pytest.mark.parametrize("group", [False, True], ids=["process", "group"])
@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_interrupted_at_any_moment(
    tmp_path: Path, arguments: list[str], group: bool
) -> None:
    command = Command(tmp_path, arguments)
    assert 130 in set(_sweep(command, 20 if arguments == ["demo"] else 50, group=group))


@pytest.mark.parametrize("arguments", [COMMANDS["jobs"], COMMANDS["validate"]])
def test_interrupted_twice(tmp_path: Path, arguments: list[str]) -> None:
    command = Command(tmp_path, arguments)
    for delay in (0.1, 0.3, 0.5):
        command.reset()
        command.run(delay, times=2, group=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("arguments", [COMMANDS["compile"], COMMANDS["jobs"]])
def test_terminated(tmp_path: Path, arguments: list[str], number: int) -> None:
    """Nothing is said, and nothing is left."""
    command = Command(tmp_path, arguments)
    for delay in (0, 0.2, 0.4, 0.6):
        command.reset()
        command.run(delay, number, group=True)


@pytest.mark.parametrize("arguments", [["validate", "-"], ["inspect", "-"]])
def test_interrupted_while_standard_input_is_read(
    tmp_path: Path, arguments: list[str]
) -> None:
    reads, writes = os.pipe()
    command = Command(tmp_path, arguments)
    assert command.run(1, stdin=reads) == 130
    os.close(reads)
    os.close(writes)


def test_an_interruption_that_comes_to_nothing(tmp_path: Path) -> None:
    """Python prints what a finaliser raises, and goes on."""
    program = """if True:
        import signal, sys, time
        from wasm2py.commands import interruption
        class Finaliser:
            def __del__(self):
                signal.raise_signal(signal.SIGINT)
        interruption.handle()
        try:
            with interruption.unwinding():
                Finaliser()
                time.sleep(60)
        except KeyboardInterrupt:
            print("interrupted")
    """
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        timeout=30,
        preexec_fn=interruptible,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "interrupted\n", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("becomes", ["raise TypeError('expected an argument')", "pass"])
def test_an_interruption_that_becomes_another_exception(
    becomes: str, number: int
) -> None:
    """Extension modules that are being made may report another one, or none."""
    program = f"""if True:
        import signal
        from wasm2py.commands import interruption
        from wasm2py.commands.failures import reported
        interruption.handle()
        try:
            with reported():
                try:
                    signal.raise_signal({number})
                except BaseException:
                    {becomes}
        except KeyboardInterrupt:
            raise SystemExit(130)
    """
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        timeout=30,
        preexec_fn=interruptible,
    )
    assert (run.returncode, run.stdout, run.stderr) == (128 + number, "", "")


def test_interrupted_while_the_demonstration_clears_up(tmp_path: Path) -> None:
    program = """if True:
        import os, signal, sys
        from tempfile import TemporaryDirectory
        class Interrupted(TemporaryDirectory):
            def cleanup(self):
                self._finalizer.detach()
                signal.raise_signal(signal.SIGINT)
                super().cleanup()
        import wasm2py.demo
        wasm2py.demo.TemporaryDirectory = Interrupted
        wasm2py.demo.SECONDS = 0.01
        sys.argv[1:] = ["demo"]
        from wasm2py.commands import main
        main()
    """
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={**ENVIRONMENT, "TMPDIR": str(tmp_path)},
        timeout=60,
        preexec_fn=interruptible,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []
