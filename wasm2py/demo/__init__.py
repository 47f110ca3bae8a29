"""A demonstration without a network: a server on loopback streams a small module
slowly, its functions are translated as they arrive, and the package draws something.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from functools import partial
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

from wasm2py.commands.compilation import (
    Compilation,
    PackageFolder,
    Report,
    Summary,
    compile_module,
)
from wasm2py.commands.interruption import hold
from wasm2py.demo.server import serving_slowly
from wasm2py.sources import DEFAULT_TIMEOUT, open_source
from wasm2py.spec.features import feature_set
from wasm2py.targets.base import FunctionCode
from wasm2py.translation.translator import Translator

SECONDS = 3.0
"""How long the module takes to arrive."""

_PACKAGE = "wasm2py_demo_drawing"
_SIZE = (72, 24)
_STEPS = 60

Print = Callable[[str], object]

# Into a pipe, too, each line is to come when it is written.
_print = partial(print, flush=True)


def show(seconds: float | None = None, write: Print = _print) -> None:
    """Run the demonstration; the module takes ``seconds`` to arrive, or SECONDS."""
    if seconds is None:
        seconds = SECONDS
    module = resources.files(__name__).joinpath("drawing.wasm").read_bytes()
    with TemporaryDirectory() as folder:
        directory = Path(folder, _PACKAGE)
        with serving_slowly(module, seconds) as url:
            write(f"$ wasm2py compile {url} -o {_PACKAGE}\n")
            summary = _translate(url, directory, write)
        write(
            f"\nThe package was ready {summary.lag:.2f} s after the last byte:"
            f" {summary.functions} functions, {summary.bytes_out:,} bytes with the"
            " runtime.\nThis is one of the functions,\n"
        )
        write(_function_text(directory, "escape_time"))
        write("\nand this is what they draw.\n")
        write(draw(directory))
        # The folder goes now, or has been going since a signal came.
        hold()


def _translate(url: str, directory: Path, write: Print) -> Summary:
    with open_source(url, DEFAULT_TIMEOUT) as source:

        def report(translator: Translator, codes: list[FunctionCode]) -> None:
            for code in codes:
                write(
                    f"{translator.bytes_received:5,} of {source.total:,} bytes:"
                    f" func {code.funcidx:2} at {code.offset:#05x}"
                    f" is {code.source.count(chr(10)):2} lines of Python"
                )

        # From the cache there would be nothing to see.
        wanted = Compilation(PackageFolder(directory), feature_set(), cache=False)
        return compile_module(source, wanted, Report(report))


def _function_text(directory: Path, name: str) -> str:
    """The text of a function in the package, with its header."""
    text = Path(directory, "_functions", "group_0000.py").read_text("ascii")
    functions = text.split("\n\n\n")
    return next(text for text in functions if f" ${name}, " in text).rstrip()


def draw(directory: Path) -> str:
    """Import the package from its directory, and let it draw."""
    sys.path.insert(0, str(directory.parent))
    try:
        importlib.invalidate_caches()
        package = importlib.import_module(directory.name)
        # The functions are loaded when they are first called: here.
        return _drawing(package)
    finally:
        sys.path.remove(str(directory.parent))
        for name in [*sys.modules]:
            if name.partition(".")[0] == directory.name:
                del sys.modules[name]


def _drawing(package: ModuleType) -> str:
    start, length = package.mandelbrot(*_SIZE, _STEPS)
    content: bytes = package.memory.read(start, length)
    return content.decode("ascii")
