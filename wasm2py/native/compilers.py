"""C compilers: which one is used, and what it has to be told."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from wasm2py.errors import BuildError
from wasm2py.native.runtime import EXTENSION, EXTENSION_OF_WINDOWS, PYTHON_LIBRARY

# What a compiler tells of itself, by its preprocessor: the words of one line each.
_PROBE: Final = """\
#if defined __TINYC__
wasm2py_family tcc
#elif defined __clang__
wasm2py_family clang
#elif defined __GNUC__
wasm2py_family gcc
#endif
#if defined __x86_64__
wasm2py_machine x86-64
#elif defined __aarch64__
wasm2py_machine aarch64
#endif
#if defined __linux__
wasm2py_system Linux
#elif defined __APPLE__
wasm2py_system macOS
#elif defined _WIN32 && !defined __aarch64__
wasm2py_system Windows
#endif
"""
# The program, and the Python package that has it.
_ZIG: Final = ("zig", "ziglang")

_NO_COMPILER: Final = (
    "there is no C compiler: install gcc, clang or tcc as cc, name one in the variable CC,"
    " or get zig with pip install 'wasm2py[native]'"
)
_NO_ZIG: Final = (
    "only zig compiles for a platform of choice: get it with pip install 'wasm2py[native]'"
    " and leave CC unset, or set CC='zig cc'"
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
    # How fast a loop is depends on where it lies, which other functions are not to change.
    "-falign-functions=64",
    # A large frame must not reach over the guard page at the end of a stack.
    "-fstack-clash-protection",
    # Calls without an end exhaust the stack; as a loop, nothing would stop them.
    "-fno-optimize-sibling-calls",
)

_GCC: Final = (
    # An sNaN is not quieted by being multiplied with one: gcc has to be told.
    "-fsignaling-nans",
    # Each function is in one piece: where it begins tells which it is.
    "-fno-reorder-blocks-and-partition",
)


class System(NamedTuple):
    """What extension modules of a system are called, and what compilers are told where they link.

    With ``links_python``, that has to be there as `PYTHON_LIBRARY`.
    """

    extension: str
    linking: tuple[str, ...]
    links_python: bool = False


SYSTEMS: Final[Mapping[str, System]] = {
    "Linux": System(EXTENSION, ("-lm", "-lpthread", "-ldl")),
    # What is needed of Python is looked for when the module is loaded.
    "macOS": System(EXTENSION, ("-Wl,-undefined,dynamic_lookup",)),
    # No names, which a file of debugging information would have, that the module names.
    "Windows": System(EXTENSION_OF_WINDOWS, ("-s", PYTHON_LIBRARY), links_python=True),
}
"""The systems that compilers may compile for."""


class Family(NamedTuple):
    """Compilers that take the same options; `linking` is for where they link."""

    options: tuple[str, ...]
    linking: tuple[str, ...] = ()

    def at_level(self, level: int) -> tuple[str, ...]:
        """The options at a level of optimisation: 0, 1 or 2."""
        return (f"-O{level}", *self.options)


FAMILIES: Final[Mapping[str, Family]] = {
    "gcc": Family((*_SHARED, *_EXACT, *_GCC)),
    "clang": Family((*_SHARED, *_EXACT)),
    # It takes this machine's own instructions, and checks of its own, unless it is told.
    "zig": Family((*_SHARED, *_EXACT, "-mcpu=baseline", "-fno-sanitize=all")),
    # It has no hidden symbols: those of other packages must not stand in for them.
    "tcc": Family(_SHARED, ("-Wl,-Bsymbolic",)),
}


class Compiler:
    """A C compiler: a command, to be run with arguments.

    Two of the same `identity` make the same of the same files.
    """

    def __init__(self, command: tuple[str, ...]) -> None:
        self.command = command
        stamps = (*command, *map(_stamp, command), repr(FAMILIES), repr(SYSTEMS))
        self.identity = "\n".join(stamps)

    @property
    def name(self) -> str:
        """What people call it."""
        if self._is_zig:
            return "zig"
        words = [word for word in self.command if not word.startswith("-")]
        return Path(words[-1]).name

    @property
    def family(self) -> Family:
        """Which options it takes; asks it. Raises BuildError for one that cannot be used."""
        return self._asked[0]

    @cached_property
    def _asked(self) -> tuple[Family, System]:
        """Its family, and the system that it compiles for."""
        shown = shlex.join(self.command)
        words = _probe(self.command)
        name = "zig" if self._is_zig else words.get("family", "")
        if name not in FAMILIES:
            raise BuildError(
                f"{shown} is no known C compiler: use gcc, clang, tcc or zig"
            )
        system = words.get("system", "")
        if "machine" not in words or system not in SYSTEMS:
            raise BuildError(
                f"{shown} compiles for a system that the target c does not support yet:"
                " there are Linux and macOS on x86-64 and aarch64, and Windows on x86-64"
            )
        return FAMILIES[name], SYSTEMS[system]

    def options(self, level: int) -> tuple[str, ...]:
        """What it is told at a level of optimisation: 0, 1 or 2."""
        return self.family.at_level(level)

    @property
    def system(self) -> System:
        """The system that it compiles for; asks it as well."""
        return self._asked[1]

    @property
    def linking(self) -> tuple[str, ...]:
        """What it is told, beside the object files, where it links."""
        family, system = self._asked
        return (*family.linking, *system.linking)

    @property
    def _is_zig(self) -> bool:
        return is_zig(self.command)


def find_compiler(environ: Mapping[str, str] = os.environ) -> Compiler:
    """The compiler that CC names, else cc, else zig where that is installed.

    Raises BuildError where there is none.
    """
    return Compiler(_command(environ))


def cross_compiler(platform: str, environ: Mapping[str, str] = os.environ) -> Compiler:
    """A compiler for one of `PLATFORMS`: zig, by the variable CC or as it is installed.

    Raises BuildError where there is none.
    """
    from wasm2py.native.platforms import PLATFORMS

    command = _command(environ) if environ.get("CC", "").strip() else _installed_zig()
    if command is None or not is_zig(command):
        raise BuildError(_NO_ZIG)
    return Compiler((*command, "-target", PLATFORMS[platform]))


def is_zig(command: Sequence[str]) -> bool:
    """Whether a command is zig's C compiler."""
    return any(Path(word).name in _ZIG for word in command)


def _installed_zig() -> tuple[str, ...] | None:
    if find_spec("ziglang") is None:
        return None
    return (sys.executable, "-m", "ziglang", "cc")


def _command(environ: Mapping[str, str]) -> tuple[str, ...]:
    path = environ.get("PATH", "")
    given = environ.get("CC", "").strip()
    if not given:
        found = shutil.which("cc", path=path)
        if found is not None:
            return (found,)
        zig = _installed_zig()
        if zig is None:
            raise BuildError(_NO_COMPILER)
        return zig
    try:
        first, *others = shlex.split(given)
    except ValueError as error:
        raise BuildError(f"CC is {given!r}, which is no command: {error}") from None
    found = shutil.which(first, path=path)
    if found is None:
        raise BuildError(f"CC names {first!r}, and there is no such program")
    # Compilers run in a folder of their own.
    return (os.path.abspath(found), *others)


def _probe(command: tuple[str, ...]) -> dict[str, str]:
    """What the preprocessor tells, by word."""
    # Imported where there is something to be built: all else may be at hand.
    from tempfile import TemporaryDirectory

    from wasm2py.native.messages import first_error
    from wasm2py.native.processes import ask

    with TemporaryDirectory(prefix="wasm2py-") as folder:
        Path(folder, "probe.c").write_text(_PROBE, "ascii")
        shown = shlex.join(command)
        status, said = ask(shown, (*command, "-E", "-P", "probe.c"), Path(folder))
    if status:
        raise BuildError(first_error(shown, status, said))
    words: dict[str, str] = {}
    for line in said.decode("utf-8", "replace").splitlines():
        name, _, value = line.strip().partition(" ")
        if name.startswith("wasm2py_"):
            words[name.removeprefix("wasm2py_")] = value
    return words


def _stamp(word: str) -> str:
    """What tells whether a program has been replaced by another one."""
    found = shutil.which(word)
    spec = find_spec(word) if word in _ZIG else None
    if spec is not None and spec.origin is not None:
        found = str(Path(spec.origin).with_name("zig"))
    if found is None or not os.path.exists(found):
        return ""
    status = os.stat(found)
    return f"{os.path.realpath(found)} {status.st_size} {status.st_mtime_ns}"
