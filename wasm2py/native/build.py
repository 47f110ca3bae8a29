"""The native build of a module, while its functions arrive.

The compiler starts on a file of functions when its last function is there. What comes of
it depends on the text of the files and on the compiler, and on nothing else: not on places,
times or the number of processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from functools import cache
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Final, NamedTuple

import wasm2py_native
from wasm2py.errors import BuildError
from wasm2py.native.compilers import Compiler
from wasm2py.native.files import FunctionFiles, SourceFile
from wasm2py.native.kept import Kept, key_of
from wasm2py.native.processes import Processes, available_processors
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.targets.base import FunctionCode, SourceTarget

EXTENSION: Final = "_native.abi3.so"
"""The file that is built."""

HEADER: Final = "module.h"
_MODULE: Final = "module.c"


class Built(NamedTuple):
    """Progress: files that have been compiled, and files that there are so far."""

    done: int
    known: int


@cache
def runtime_files() -> tuple[SourceFile, ...]:
    """The headers and sources of the C runtime."""
    files = resources.files(wasm2py_native).iterdir()
    return tuple(
        SourceFile(item.name, item.read_text("ascii"))
        for item in sorted(files, key=lambda item: item.name)
        if item.name.endswith((".c", ".h"))
    )


def module_files(
    target: SourceTarget,
    env: ModuleEnvironment,
    codes: Sequence[FunctionCode],
    comment: Callable[[int], str] = lambda funcidx: "",
) -> Iterator[SourceFile]:
    """The C files of a module: its header, its functions, and what describes them."""
    yield SourceFile(HEADER, target.header(env))
    files = FunctionFiles(comment)
    for code in codes:
        yield from files.receive(code)
    yield from files.finish()
    yield SourceFile(_MODULE, target.module(env, codes))


class _Object(NamedTuple):
    """An object file, and the key under which it is kept."""

    name: str
    key: str
    compiled: Future[None] | None  # None: it is at hand


class NativeBuild:
    """Compiles a module's C with `level` of optimisation; a context manager.

    `kept` is where objects and results are kept for the next time; `report` is called when
    a file has been compiled, in whichever thread. The methods raise BuildError, and OSError
    where no file can be written. At the end no process is left, nor any file.
    """

    def __init__(
        self,
        target: SourceTarget,
        compiler: Compiler,
        level: int,
        kept: Kept,
        report: Callable[[Built], object] | None = None,
    ) -> None:
        self._target = target
        self._compiler = compiler
        self._options = compiler.options(level)
        self._kept = kept
        self._report = report
        self._place = TemporaryDirectory(
            prefix="wasm2py-", ignore_cleanup_errors=True
        )
        self._folder = Path(self._place.name)
        self._processes = Processes(self._folder, available_processors())
        self._files = FunctionFiles()
        self._header = ""
        self._objects: list[_Object] = []
        self._done = 0

    def __enter__(self) -> NativeBuild:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self._processes.close()
        finally:
            self._place.cleanup()

    def receive(self, env: ModuleEnvironment, codes: Sequence[FunctionCode]) -> None:
        """Take the next functions: what is complete is compiled from now on."""
        for code in codes:
            for file in self._files.receive(code):
                self._begin(env)
                self._compile(file, self._header)
        self._check()

    def finish(self, env: ModuleEnvironment, codes: Sequence[FunctionCode]) -> bytes:
        """The extension module, after the last function has been received; waits for it.

        `codes` are all functions, in order.
        """
        self._begin(env)
        for file in self._files.finish():
            self._compile(file, self._header)
        text = self._target.module(env, codes)
        self._compile(SourceFile(_MODULE, text), self._header)
        key = key_of(self._compiler.identity, *(object.key for object in self._objects))
        found = self._kept.load(key, "so")
        if found is not None:
            return found[1]
        self._wait([object.compiled for object in self._objects if object.compiled])
        names = [object.name for object in self._objects]
        options = ("-shared", *self._options)
        command = (*options, "-o", EXTENSION, *names, *self._compiler.linking)
        self._wait([self._run(command)])
        content = (self._folder / EXTENSION).read_bytes()
        self._keep(key, content)
        return content

    def _keep(self, key: str, content: bytes) -> None:
        for object in self._objects:
            if object.compiled is not None:
                made = (self._folder / object.name).read_bytes()
                self._kept.store(object.key, "o", made)
        self._kept.store(key, "so", content)

    def _begin(self, env: ModuleEnvironment) -> None:
        """Write what all files include, and have the runtime compiled; once."""
        if self._header:
            return
        self._header = self._target.header(env)
        files = runtime_files()
        self._write(SourceFile(HEADER, self._header))
        for file in files:
            if file.name.endswith(".h"):
                self._write(file)
        for file in files:
            if file.name.endswith(".c"):
                self._compile(file)

    def _compile(self, file: SourceFile, *included: str) -> None:
        """Have a file compiled that includes the runtime's headers and these texts."""
        key = key_of(
            self._compiler.identity,
            *self._options,
            *(text for name, text in runtime_files() if name.endswith(".h")),
            *included,
            *file,
        )
        name = f"{file.name.removesuffix('.c')}.o"
        found = self._kept.load(key, "o")
        compiled = None
        if found is not None:
            (self._folder / name).write_bytes(found[1])
            self._done += 1
        else:
            self._write(file)
            command = (*self._options, "-c", file.name, "-o", name)
            compiled = self._run(command)
            compiled.add_done_callback(self._count)
        self._objects.append(_Object(name, key, compiled))

    def _run(self, arguments: Sequence[str]) -> Future[None]:
        name = self._compiler.name
        return self._processes.submit(name, (*self._compiler.command, *arguments))

    def _write(self, file: SourceFile) -> None:
        (self._folder / file.name).write_text(file.text, "ascii", newline="\n")

    def _count(self, compiled: Future[None]) -> None:
        self._done += 1
        if self._report is not None:
            self._report(Built(self._done, len(self._objects)))

    def _check(self) -> None:
        """Raise what a compiler has failed with."""
        for object in self._objects:
            if object.compiled is not None and object.compiled.done():
                object.compiled.result()

    def _wait(self, futures: Sequence[Future[None]]) -> None:
        """Wait until all is done, or one has failed."""
        left = set(futures)
        while left:
            done, left = wait(left, return_when=FIRST_COMPLETED)
            for future in done:
                future.result()
