"""The native build of a module, while its functions arrive.

The compiler starts on a file of functions when its last function is there. What comes of
it depends on the text of the files and on the compiler, and on nothing else: not on places,
times or the number of processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Final, NamedTuple

from wasm2py.native.compilers import Compiler
from wasm2py.native.extension import Extension, extension_key, kept_extension
from wasm2py.native.files import FunctionFiles, SourceFile
from wasm2py.native.kept import Kept, key_of
from wasm2py.native.processes import Processes, available_processors
from wasm2py.native.runtime import PYTHON_LIBRARY, python_library, runtime_files
from wasm2py.native.symbols import symbol, with_names
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.targets.base import FunctionCode, SourceTarget

# Seconds. A signal that comes just before a wait begins is seen to after it only.
_HEARTBEAT: Final = 0.1

HEADER: Final = "module.h"
_MODULE: Final = "module.c"


class Built(NamedTuple):
    """Progress: files that have been compiled, and files that there are so far."""

    done: int
    known: int


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


class _Object:
    """An object file: what it is made of, and how far it has come."""

    def __init__(self, file: SourceFile, key: str) -> None:
        self.name = f"{file.name.removesuffix('.c')}.o"
        self.file = file
        self.key = key  # what it is kept under
        self.is_begun = False
        self.compiled: Future[None] | None = None  # None: it is at hand


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
        self._level = level
        self._kept = kept
        self._report = report
        self._place: TemporaryDirectory[str] | None = None
        self._processes = Processes(available_processors())
        self._files = FunctionFiles()
        self._functions = 0
        self._headers: list[SourceFile] = []
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
            if self._place is not None:
                self._place.cleanup()

    @property
    def _folder(self) -> Path:
        """Where compilers run, from the first of them on."""
        if self._place is None:
            self._place = TemporaryDirectory(
                prefix="wasm2py-", ignore_cleanup_errors=True
            )
            for name, text in self._headers:
                _write(Path(self._place.name, name), text.encode("ascii"))
        return Path(self._place.name)

    def receive(self, env: ModuleEnvironment, codes: Sequence[FunctionCode]) -> None:
        """Take the next functions: what is complete is compiled from now on."""
        self._plan_functions(env, codes)
        for object in self._objects:
            if not object.is_begun:
                self._compile(object)
            elif object.compiled is not None and object.compiled.done():
                object.compiled.result()

    def finish(
        self,
        env: ModuleEnvironment,
        codes: Sequence[FunctionCode],
        names: Mapping[int, str],
    ) -> Extension:
        """The extension module; waits for it.

        `codes` are all functions, in order: those that have not been received are taken, too.
        `names` are for people, by index.
        """
        self._plan_functions(env, codes[self._functions :])
        self._begin(env)
        for file in self._files.finish():
            self._plan(file)
        self._plan(SourceFile(_MODULE, self._target.module(env, codes)))
        sources = self._sources(names)
        found = kept_extension(self._kept, self._compiler, self._level, sources)
        if found is not None:
            return found
        for object in self._objects:
            if not object.is_begun:
                self._compile(object)
        self._wait([object.compiled for object in self._objects if object.compiled])
        content = with_names(self._link(), names)
        key = extension_key(self._compiler, self._level, sources)
        return Extension(content, self._keep(key, content), sources)

    def _sources(self, names: Mapping[int, str]) -> str:
        """The key of the module's own files, and of what its symbols are called."""
        texts = (text for object in self._objects for text in object.file)
        symbols = (symbol(*item) for item in names.items())
        return key_of(self._headers[-1].text, *texts, *symbols)

    def _link(self) -> bytes:
        made = [object.name for object in self._objects]
        extension = self._compiler.system.extension
        if self._compiler.system.links_python:
            _write(self._folder / PYTHON_LIBRARY, python_library())
        options = ("-shared", *self._compiler.options(self._level))
        command = (*options, "-o", extension, *made, *self._compiler.linking)
        self._wait([self._run(command, extension)])
        return (self._folder / extension).read_bytes()

    def _keep(self, key: str, content: bytes) -> Path | None:
        for object in self._objects:
            if object.compiled is not None:
                made = (self._folder / object.name).read_bytes()
                self._kept.store(object.key, "o", made)
        return self._kept.store(key, "so", content)

    def _plan_functions(
        self, env: ModuleEnvironment, codes: Sequence[FunctionCode]
    ) -> None:
        self._functions += len(codes)
        for code in codes:
            for file in self._files.receive(code):
                self._begin(env)
                self._plan(file)

    def _begin(self, env: ModuleEnvironment) -> None:
        """Take what all files include, and the runtime's own; once."""
        if self._headers:
            return
        files = runtime_files()
        self._headers = [file for file in files if file.name.endswith(".h")]
        for file in files:
            if file.name.endswith(".c"):
                self._plan(file)
        self._headers.append(SourceFile(HEADER, self._target.header(env)))

    def _plan(self, file: SourceFile) -> None:
        included = (header.text for header in self._headers)
        key = key_of(self._compiler.identity, str(self._level), *included, *file)
        self._objects.append(_Object(file, key))

    def _compile(self, object: _Object) -> None:
        """Have an object file made, if it is not kept."""
        object.is_begun = True
        found = self._kept.load(object.key, "o")
        if found is not None:
            _write(self._folder / object.name, found[1])
            self._done += 1
            return
        folder = self._folder
        _write(folder / object.file.name, object.file.text.encode("ascii"))
        options = self._compiler.options(self._level)
        command = (*options, "-c", object.file.name, "-o", object.name)
        compiled = self._run(command, object.name)
        compiled.add_done_callback(self._count)
        object.compiled = compiled

    def _run(self, arguments: Sequence[str], made: str) -> Future[None]:
        command = (*self._compiler.command, *arguments)
        return self._processes.submit(self._compiler.name, command, self._folder, made)

    def _count(self, compiled: Future[None]) -> None:
        self._done += 1
        if self._report is not None:
            self._report(Built(self._done, len(self._objects)))

    def _wait(self, futures: Sequence[Future[None]]) -> None:
        """Wait until all is done, or one has failed."""
        left = set(futures)
        while left:
            done, left = wait(left, _HEARTBEAT, return_when=FIRST_COMPLETED)
            for future in done:
                future.result()


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        # A full disk names no file.
        error.filename = str(path)
        raise
