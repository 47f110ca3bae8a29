"""C compilers: which one is used, and what it has to be told."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from wasm2py.errors import BuildError
from wasm2py.native.messages import first_error

# What a compiler tells of itself, by its preprocessor: the words of one line each.
_PROBE: Final = """\
#if defined __TINYC__
wasm2py_family tcc
wasm2py_version __TINYC__
#elif defined __clang__
wasm2py_family clang
wasm2py_version __VERSION__
#elif defined __GNUC__
wasm2py_family gcc
wasm2py_version __VERSION__
#endif
#if defined __x86_64__
wasm2py_machine x86-64
#elif defined __aarch64__
wasm2py_machine aarch64
#endif
#if defined __linux__
wasm2py_system Linux
#endif
"""
_NO_COMPILER: Final = (
    "there is no C compiler: install gcc, clang or tcc as cc, name one in the variable CC,"
    " or get zig with pip install 'wasm2py[native]'"
)

_SHARED: Final = ("-std=gnu11", "-fPIC", "-fvisibility=hidden", "-w")
# WebAssembly's arithmetic is exact, its memory untyped; what a compiler adds for the
# safety of C is not part of it.
_EXACT: Final = (
    "-g0",
    "-pipe",
    "-fno-strict-aliasing",
    "-fwrapv",
    "-ffp-contract=off",
    "-fno-math-errno",
    "-fno-stack-protector",
    # A large frame must not reach over the guard page at the end of a stack.
    "-fstack-clash-protection",
)


class Family(NamedTuple):
    """Compilers that take the same options."""

    options: tuple[str, ...]
    linking: tuple[str, ...] = ()


FAMILIES: Final[Mapping[str, Family]] = {
    # A load whose value is not used may still trap, and an sNaN is not quieted by being
    # multiplied with one: gcc has to be told.
    "gcc": Family(
        (
            *_SHARED,
            *_EXACT,
            "-fnon-call-exceptions",
            "-fno-delete-dead-exceptions",
            "-fsignaling-nans",
        ),
        ("-lm", "-lpthread"),
    ),
    "clang": Family((*_SHARED, *_EXACT), ("-lm", "-lpthread")),
    # It takes this machine's own instructions, and checks of its own, unless it is told.
    "zig": Family(
        (*_SHARED, *_EXACT, "-mcpu=baseline", "-fno-sanitize=all"),
        ("-lm", "-lpthread"),
    ),
    "tcc": Family(_SHARED, ("-lm", "-lpthread")),
}


class Compiler(NamedTuple):
    """A C compiler.

    Two of the same `identity` make the same of the same files.
    """

    command: tuple[str, ...]
    family: str  # a name in FAMILIES
    identity: str

    @property
    def name(self) -> str:
        """What people call it."""
        return self.family if self.family == "zig" else Path(self.command[-1]).name

    def options(self, level: int) -> tuple[str, ...]:
        """What it is told at a level of optimisation: 0, 1 or 2."""
        return (f"-O{level}", *FAMILIES[self.family].options)

    @property
    def linking(self) -> tuple[str, ...]:
        """What it is told, beside the object files, where it links."""
        return FAMILIES[self.family].linking


def find_compiler(environ: Mapping[str, str] = os.environ) -> Compiler:
    """The compiler that CC names, else cc, else zig where that is installed.

    Raises BuildError where there is none, and for one that cannot be used.
    """
    command = _command(environ)
    words = _probe(command)
    family = words.get("family", "")
    if family == "clang" and any(_is_zig(word) for word in command):
        family = "zig"
    shown = shlex.join(command)
    if not family:
        raise BuildError(f"{shown} is no C compiler that is known: use gcc, clang, tcc or zig")
    if "machine" not in words or words.get("system") != "Linux":
        raise BuildError(
            f"{shown} compiles for a machine or a system that the target c does not know yet:"
            " there are Linux on x86-64 and aarch64"
        )
    identity = "\n".join((shown, *map(_stamp, command), *map(repr, words.items())))
    return Compiler(command, family, identity)


def _command(environ: Mapping[str, str]) -> tuple[str, ...]:
    path = environ.get("PATH", "")
    given = environ.get("CC", "").strip()
    if not given:
        found = shutil.which("cc", path=path)
        if found is not None:
            return (found,)
        if find_spec("ziglang") is not None:
            return (sys.executable, "-m", "ziglang", "cc")
        raise BuildError(_NO_COMPILER)
    try:
        first, *others = shlex.split(given)
    except ValueError as error:
        raise BuildError(f"CC is {given!r}, which is no command: {error}") from None
    found = shutil.which(first, path=path)
    if found is None:
        raise BuildError(f"CC names {first!r}, and there is no such program")
    # Compilers run in a folder of their own.
    return (os.path.abspath(found), *others)


def _is_zig(word: str) -> bool:
    return Path(word).name in ("zig", "ziglang")


def _probe(command: tuple[str, ...]) -> dict[str, str]:
    """What the preprocessor tells, by word."""
    with TemporaryDirectory(prefix="wasm2py-") as folder:
        Path(folder, "probe.c").write_text(_PROBE, "ascii")
        try:
            done = subprocess.run(
                [*command, "-E", "-P", "probe.c"],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
            )
        except OSError as error:
            reason = error.strerror or str(error)
            raise BuildError(f"{shlex.join(command)} does not run: {reason}") from error
    if done.returncode:
        raise BuildError(first_error(shlex.join(command), done.returncode, done.stderr))
    words = {}
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        name, _, value = line.strip().partition(" ")
        if name.startswith("wasm2py_"):
            words[name.removeprefix("wasm2py_")] = value
    return words


def _stamp(word: str) -> str:
    """What tells whether a program has been replaced by another one."""
    found = shutil.which(word)
    if found is None:
        return ""
    status = os.stat(found)
    return f"{os.path.realpath(found)} {status.st_size} {status.st_mtime_ns}"
