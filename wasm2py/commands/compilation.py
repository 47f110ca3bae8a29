"""From a source to a package or a wheel: what `wasm2py compile` and `wasm2py wheel` do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import NamedTuple, Protocol
from warnings import warn

from wasm2py.binary.budget import Budget
from wasm2py.commands.failures import Failure
from wasm2py.commands.feeding import feed
from wasm2py.commands.interruption import committing
from wasm2py.glue.reader import Glue
from wasm2py.glue.renaming import rename
from wasm2py.native.build import Built, NativeBuild
from wasm2py.native.compilers import cross_compiler, find_compiler
from wasm2py.native.extension import DEFAULT_LEVEL
from wasm2py.native.kept import Kept
from wasm2py.options import settings
from wasm2py.package.directory import check_destination
from wasm2py.package.info import function_names
from wasm2py.package.native_source import source_files
from wasm2py.package.wheel import Distribution, Written, write_wheel
from wasm2py.package.writer import DEFAULT_OPTIONS as DEFAULT_PACKAGE
from wasm2py.package.writer import PackageOptions, write_package
from wasm2py.sources import Source
from wasm2py.spec import limits
from wasm2py.spec.features import Features
from wasm2py.targets.base import DEFAULT_OPTIONS, FunctionCode, Options
from wasm2py.targets.registry import SOURCE_TARGETS
from wasm2py.translation.cache import Cache, Lookup, default_folder
from wasm2py.translation.collector import collect_rarely
from wasm2py.translation.translator import Translation, Translator
from wasm2py.translation.workers import Workers


class Report(NamedTuple):
    """What is called meanwhile."""

    # After each piece of the module, with the functions finished meanwhile.
    translated: Callable[[Translator, list[FunctionCode]], object]
    # When a C file has been compiled, in whichever thread.
    compiled: Callable[[Built], object] | None = None


class NativeOptions(NamedTuple):
    """How the native build of a package is made.

    ``level`` is the C compiler's level of optimisation: 0, 1 or 2. With ``source_only``,
    the package holds the C, for somebody else to compile. ``platform`` is what it is
    built for, None for what the compiler builds for by itself.
    """

    level: int = DEFAULT_LEVEL
    source_only: bool = False
    platform: str | None = None


class Destination(Protocol):
    """Where a translated module is written, and as what."""

    @property
    def directory(self) -> Path:
        """The folder that is written, or written to."""
        ...

    def check(self) -> None:
        """Raise ``FileExistsError`` or ``OSError`` if it is known not to be possible."""
        ...

    def write(
        self,
        translation: Translation,
        native: Mapping[str, bytes] | None,
        max_output: int,
    ) -> Written:
        """Write it, whole or not at all; raises as `check`, and ``CompileError``."""
        ...


class PackageFolder(NamedTuple):
    """A package at ``directory``."""

    directory: Path
    options: PackageOptions = DEFAULT_PACKAGE
    force: bool = False

    def check(self) -> None:
        """See `Destination`."""
        check_destination(self.directory, self.force)

    def write(
        self,
        translation: Translation,
        native: Mapping[str, bytes] | None,
        max_output: int,
    ) -> Written:
        """See `Destination`."""
        size = write_package(
            translation,
            self.directory,
            self.options,
            native=native,
            force=self.force,
            max_output=max_output,
            committing=committing,
        )
        return Written(self.directory, size)


class WheelFile(NamedTuple):
    """A wheel in ``directory``."""

    directory: Path
    distribution: Distribution
    options: PackageOptions = DEFAULT_PACKAGE
    force: bool = False

    def check(self) -> None:
        """See `Destination`."""
        if self.directory.exists() and not self.directory.is_dir():
            raise FileExistsError(f"{self.directory} is not a folder")

    def write(
        self,
        translation: Translation,
        native: Mapping[str, bytes] | None,
        max_output: int,
    ) -> Written:
        """See `Destination`."""
        return write_wheel(
            translation,
            self.directory,
            self.distribution,
            self.options,
            native=native,
            force=self.force,
            max_output=max_output,
            committing=committing,
        )


class Compilation(NamedTuple):
    """What is asked for.

    ``jobs`` is the number of translating processes, ``cache`` whether translations are
    kept for the next time. ``max_output`` and ``max_memory`` are bytes: see
    ``wasm2py.binary.budget``. ``note`` is called with what the user should know.
    ``snapshot`` is as in ``wasm2py.CompileOptions``, ``names`` are those that a script has for
    the module's imports and exports.
    """

    destination: Destination
    features: Features
    options: Options = DEFAULT_OPTIONS
    native: NativeOptions = NativeOptions()
    jobs: int = 1
    cache: bool = True
    max_output: int = limits.MAX_OUTPUT
    max_memory: int = limits.MAX_MEMORY
    note: Callable[[str], object] = warn
    snapshot: bool | str = False
    names: Glue | None = None


class Summary(NamedTuple):
    """What has been written, and where: sizes in bytes, times in seconds.

    ``lag`` is how long after the last byte had arrived it was ready.
    """

    path: Path
    functions: int
    bytes_in: int
    bytes_out: int
    seconds: float
    lag: float


def compile_module(
    source: Source, wanted: Compilation, report: Report | None = None
) -> Summary:
    """Translate a module as its bytes arrive, and write what is wanted.

    Raises ``Failure`` for what is no module or no valid one and for what
    cannot be written, ``BuildError``, ``SnapshotError``, ``SourceError``, ``FileExistsError``
    and ``OSError``.
    """
    started = monotonic()
    check_place(wanted)
    with _native_build(wanted, report) as build:
        with _executor(wanted.jobs) as executor:
            translator = CachingTranslator(
                source.total,
                wanted.features,
                wanted.options,
                Budget(wanted.max_output, wanted.max_memory),
                cache=wanted.cache,
                note=wanted.note,
                executor=executor,
                report=report,
                build=build,
            )
            last_byte = feed(source, translator.receive)
        translation = translator.finish()
        if wanted.names is not None:
            for text in rename(translation.env, wanted.names):
                wanted.note(text)
        translation = _as_wanted(translation, wanted)
        native = _native_files(translation, wanted, build)
    with _writing(wanted.destination.directory):
        written = wanted.destination.write(translation, native, wanted.max_output)
    ready = monotonic()
    # All is in its place: an interruption only costs time, the next time.
    with suppress(KeyboardInterrupt):
        translator.keep()
    return Summary(
        path=written.path,
        functions=len(translation.codes),
        bytes_in=translator.size,
        bytes_out=written.size,
        seconds=ready - started,
        lag=ready - last_byte,
    )


def _as_wanted(translation: Translation, wanted: Compilation) -> Translation:
    """The module as it came, or as it is once it has been initialised."""
    if wanted.snapshot is False:
        return translation
    from wasm2py.package.snapshot import initialized

    chosen = settings(
        {
            "snapshot": wanted.snapshot,
            "max_output": wanted.max_output,
            "max_memory": wanted.max_memory,
        }
    )
    return initialized(translation, chosen, wanted.note)


def check_place(wanted: Compilation) -> None:
    """See whether what is wanted may be written where it is wanted.

    Raises ``FileExistsError`` and ``Failure`` if not.
    """
    with _writing(wanted.destination.directory):
        wanted.destination.check()


@contextmanager
def _writing(directory: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"cannot write {directory}: {reason}; nothing was written"
        raise Failure(message) from error


class CachingTranslator:
    """Translates a module as its bytes arrive, unless its translation is at hand.

    ``total`` is how many bytes there will be, if that is known. The rest is as in
    `Compilation`.
    """

    def __init__(
        self,
        total: int | None,
        features: Features,
        options: Options,
        budget: Budget,
        *,
        note: Callable[[str], object],
        cache: bool = True,
        executor: Executor | None = None,
        report: Report | None = None,
        build: NativeBuild | None = None,
    ) -> None:
        kept = Cache(features, options, warn=note) if cache else None
        self.size = 0
        self._lookup = Lookup(kept, total)
        self._translator = Translator(features, options, executor, budget)
        self._report = report
        self._build = build
        self._found: Translation | None = None

    def receive(self, data: bytes) -> None:
        """Take the next bytes, b"" for the end; raises ``CompileError``."""
        self.size += len(data)
        if data:
            self._translate(self._lookup.receive(data))
            return
        self._found = self._lookup.find()
        if self._found is None:
            self._translate([*self._lookup.rest(), b""])
        elif self._build is not None:
            self._build.receive(self._found.env, self._found.codes)

    def finish(self) -> Translation:
        """The translation, after the end."""
        return self._translator.finish() if self._found is None else self._found

    def keep(self) -> None:
        """Keep the translation for the next time, if it is not known yet."""
        if self._found is None:
            self._lookup.store(self._translator.finish())

    def _translate(self, pieces: list[bytes]) -> None:
        for piece in pieces:
            codes = self._translator.receive(piece)
            if self._build is not None:
                self._build.receive(self._translator.env, codes)
            if self._report is not None:
                self._report.translated(self._translator, codes)


@contextmanager
def _native_build(
    wanted: Compilation, report: Report | None
) -> Iterator[NativeBuild | None]:
    """What compiles functions while they arrive, where that is asked for."""
    if wanted.options.target != "c" or wanted.native.source_only:
        yield None
        return
    platform = wanted.native.platform
    compiler = find_compiler() if platform is None else cross_compiler(platform)
    with NativeBuild(
        SOURCE_TARGETS["c"],
        compiler,
        wanted.native.level,
        Kept(default_folder() if wanted.cache else None),
        None if report is None else report.compiled,
    ) as build:
        yield build


def _native_files(
    translation: Translation, wanted: Compilation, build: NativeBuild | None
) -> dict[str, bytes] | None:
    """The files of the native part of a package; None where it has none."""
    if wanted.options.target != "c":
        return None
    if build is None:
        return source_files(SOURCE_TARGETS["c"], translation, wanted.native.level)
    names = function_names(translation.env)
    extension = build.finish(translation.env, translation.codes, names)
    return {extension.name: extension.content}


@contextmanager
def _executor(jobs: int) -> Iterator[Executor | None]:
    if jobs == 1:
        yield None
        return
    executor = Workers(jobs, prepare=collect_rarely)
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)
