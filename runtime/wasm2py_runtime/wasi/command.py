"""Running a program from the command line: ``python -m pkg``, ``wasm2py run``."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from ..errors import LinkError, Trap, WasmError
from ..instance import instantiate
from ..lean import NamedTuple
from ..limits import Limits
from ..module import Module
from .program import WASI, Directory, ProcExit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, NoReturn, Optional, Tuple

    # What makes a program's imports, and runs it: `WASI`, or what takes the same arguments.
    Host = Callable[..., Any]

USAGE = 2
FAULT = 1
INTERRUPTED = 128 + 2
TRAPPED = 128 + 6
# Functions of a backtrace.
_SHOWN = 20


class UsageError(Exception):
    """The command line is wrong; the message says how."""


class Invocation(NamedTuple):
    """What is asked for: folders and variables as on the command line.

    ``invoke`` is an export to call in place of ``_start``, ``limits`` are arguments of `Limits`.
    """

    directories: Tuple[str, ...] = ()
    variables: Tuple[str, ...] = ()
    invoke: Optional[str] = None
    arguments: Tuple[str, ...] = ()
    limits: Tuple[str, ...] = ()


def parse(arguments: List[str]) -> Invocation:
    """The options at the front, and the program's arguments, after ``--`` or not.

    Raises `UsageError`.
    """
    options: Dict[str, List[str]] = {
        "--dir": [],
        "--env": [],
        "--invoke": [],
        "--limit": [],
    }
    rest = list(arguments)
    while rest:
        option, equals, value = rest[0].partition("=")
        if option not in options:
            break
        del rest[0]
        if not equals:
            if not rest:
                raise UsageError(f"{option} needs a value")
            value = rest.pop(0)
        options[option].append(value)
    if rest[:1] == ["--"]:
        del rest[0]
    return Invocation(
        tuple(options["--dir"]),
        tuple(options["--env"]),
        options["--invoke"][-1] if options["--invoke"] else None,
        tuple(rest),
        tuple(options["--limit"]),
    )


def preopens(directories: Tuple[str, ...]) -> Dict[str, Directory]:
    """The folders that ``HOST::GUEST[::ro]`` mean; raises `UsageError`."""
    found = {}
    for text in directories:
        host, *others = text.split("::")
        guest = others[0] if others else host
        read_only = others[1:] == ["ro"]
        if not host or not guest or (others[1:] and not read_only):
            raise UsageError(
                f"--dir takes HOST::GUEST or HOST::GUEST::ro, not {text!r}"
            )
        if guest in found:
            raise UsageError(f"--dir gives {guest!r} twice")
        found[guest] = Directory(host, read_only)
    return found


def environment(variables: Tuple[str, ...]) -> Dict[str, str]:
    """The variables that ``NAME=VALUE`` mean; raises `UsageError`."""
    found = {}
    for text in variables:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise UsageError(f"--env takes NAME=VALUE, not {text!r}")
        found[name] = value
    return found


def limits(texts: Tuple[str, ...]) -> Limits:
    """The limits that ``NAME=NUMBER`` mean; raises `UsageError`."""
    found: Dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or name not in Limits.__slots__:
            names = ", ".join(sorted(Limits.__slots__))
            raise UsageError(
                f"--limit takes NAME=NUMBER, a name of {names}; not {text!r}"
            )
        try:
            found[name] = float(value) if name == "deadline" else int(value, 0)
            Limits(**found)
        except ValueError as error:
            raise UsageError(f"--limit: {text!r}: {error}") from None
    return Limits(**found)


def main(module: Module, name: str, host: Host = WASI) -> NoReturn:
    """Run a package's program with the process's arguments, and exit as it does.

    ``host`` makes its imports: it takes what `WASI` does.
    """
    try:
        invocation = parse(sys.argv[1:])
        status = run(module, name, invocation, host=host)
    except UsageError as error:
        _say(name, str(error))
        status = USAGE
    raise SystemExit(status)


def run(
    module: Module,
    name: str,
    invocation: Invocation,
    label: Optional[str] = None,
    host: Host = WASI,
) -> int:
    """Run a program, which is called ``name``, over the process's streams.

    Gives its exit status; what goes wrong is a line on standard error, which begins with
    ``label``, and a status of its own. Raises `UsageError`.
    """
    label = name if label is None else label
    folders, variables = preopens(invocation.directories), environment(
        invocation.variables
    )
    most = limits(invocation.limits)
    try:
        wasi = host(
            (name, *invocation.arguments),
            variables,
            sys.stdin,
            sys.stdout,
            sys.stderr,
            folders,
        )
        instance = instantiate(module, wasi, limits=most)
        if invocation.invoke is not None:
            return _invoke(wasi, instance, invocation)
        if host is WASI and "_start" not in instance.exports:
            return _say(label, "it has no _start: name an export with --invoke")
        status: int = wasi.start(instance)
        return status & 0xFF
    except ProcExit as end:  # of the module's start function, or an export's
        return end.code & 0xFF
    except KeyboardInterrupt:
        return INTERRUPTED
    except (LinkError, NotImplementedError) as error:
        return _say(label, str(error))
    except WasmError as error:
        kind = "trap" if isinstance(error, Trap) else "uncaught exception"
        _say(label, f"{kind}: {error}{backtrace(error)}")
        return TRAPPED
    except (OSError, MemoryError, ValueError, OverflowError) as error:
        return _say(label, str(error) or type(error).__name__)
    finally:
        _flush()


def _flush() -> None:
    """Whoever read the output may have seen enough: Python would complain at its end."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _invoke(wasi: Any, instance: Any, invocation: Invocation) -> int:
    """Call an export with numbers from the command line, and print what it gives."""
    name = str(invocation.invoke)
    function = instance.exports.get(name)
    handle = getattr(function, "_wasm_function", None)
    if handle is None:
        raise UsageError(f"--invoke: there is no function {name!r} among the exports")
    values = _values(name, handle._wasm_type.params, invocation.arguments)
    try:
        if "_start" not in instance.exports:
            wasi.initialize(instance)
        results = function(*values)
    finally:
        wasi.close()
    results = results if isinstance(results, tuple) else (results,)
    for result in results if results != (None,) else ():
        print(result, flush=True)
    return 0


def _values(name: str, types: Tuple[str, ...], texts: Tuple[str, ...]) -> List[Any]:
    if len(types) != len(texts):
        text = f"takes {len(types)} arguments ({', '.join(types)}), not {len(texts)}"
        raise UsageError(f"--invoke: {name!r} {text}")
    values: List[Any] = []
    for type_, text in zip(types, texts):
        if type_ not in ("i32", "i64", "f32", "f64"):
            raise UsageError(f"--invoke: {name!r} takes a {type_}, which has no text")
        try:
            values.append(int(text, 0) if type_[0] == "i" else float(text))
        except ValueError:
            raise UsageError(f"--invoke: {text!r} is no {type_}") from None
    return values


def backtrace(error: BaseException) -> str:
    """The WebAssembly functions that an exception has come through, from the inside."""
    # It needs parts of the standard library that nothing else does.
    from ..places import places

    found = places(error.__traceback__)[::-1]
    shown = [f"{place.name} (offset {place.offset:#x})" for place in found[:_SHOWN]]
    if len(found) > _SHOWN:
        shown.append(f"and {len(found) - _SHOWN} more")
    return f"; in {', called by '.join(shown)}" if shown else ""


def _say(label: str, message: str) -> int:
    """A line on standard error; the status for what is the environment's fault."""
    text = f"{label}: {message}"
    printable = "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in text
    )
    if sys.stderr is not None:
        # Where it cannot be said, the status still does.
        with suppress(OSError):
            line = printable.encode("ascii", "backslashreplace").decode()
            print(line, file=sys.stderr)
    return FAULT
