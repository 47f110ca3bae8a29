"""The calls that need no event loop: compile, instantiate, validate."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Awaitable, Coroutine, Generator, Iterator
from contextlib import closing
from typing import (
    TYPE_CHECKING,
    BinaryIO,
    Final,
    TypeAlias,
    Unpack,
    cast,
    overload,
)

from wasm2py.errors import CompileError
from wasm2py.instantiated import InstantiatedSource
from wasm2py.options import CompileOptions, Progress, Settings, settings
from wasm2py.web.clients import as_response
from wasm2py.web.responses import (
    CHUNK_SIZE,
    ResponseLike,
    check_response,
    close_iterator,
    file_chunks,
)
from wasm2py_runtime.instance import Instance
from wasm2py_runtime.instance import instantiate as instantiate_module
from wasm2py_runtime.limits import Limits, check_limits
from wasm2py_runtime.linking import Imports, check_imports
from wasm2py_runtime.module import Module, is_module

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

    Source: TypeAlias = (
        ReadableBuffer | str | os.PathLike[str] | BinaryIO | ResponseLike
    )


_URL: Final = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


def compile(source: Source, **options: Unpack[CompileOptions]) -> Module:
    """Compile a WebAssembly module, ready to be instantiated.

    `source` is bytes-like, a path, a binary file (which may be a pipe: work begins with
    the first bytes) or a response, to which the rules of `compile_streaming` apply.
    The options are those of `CompileOptions`.

    Raises CompileError for bytes that are no valid module and for a module that takes
    more than it may, BuildError where a native build is asked for and cannot be made,
    SnapshotError where a snapshot is, TypeError for a source that is none of these, a
    refused response and unknown options, ValueError for unknown values of options, and what reading the source raises.
    """
    return _compile(source, settings(options))


def _compile(source: Source, chosen: Settings) -> Module:
    # Imported where they are needed: programs that import generated packages need
    # this package for nothing but its classes.
    from wasm2py.package.compiling import Compiling
    from wasm2py.package.known_module import cache_for, compiler_for
    from wasm2py.translation.cache import Lookup

    received = 0
    compiler = compiler_for(chosen)
    total, chunks = _open(source)
    lookup = Lookup(cache_for(chosen), total)
    with closing(chunks), Compiling(chosen, compiler, lookup) as compiling:
        for chunk in chunks:
            received += len(chunk)
            compiling.receive(chunk)
            _report(chosen, Progress(received, total, compiling.functions))
        compiling.receive(b"")
        _report(chosen, Progress(received, total, compiling.functions))
        return compiling.finish()


def _report(chosen: Settings, done: Progress) -> None:
    if chosen.progress is None:
        return
    answer = chosen.progress(done)
    if isinstance(answer, Awaitable):
        if isinstance(answer, Coroutine):
            answer.close()
        raise TypeError("only the streaming calls take an async progress function")


def _open(source: object) -> tuple[int | None, Generator[bytes, None, None]]:
    """The number of bytes of a source, if it is known, and its chunks."""
    if isinstance(source, (str, os.PathLike)):
        status = _status(source)
        # What is no regular file, a named pipe for instance, tells no size.
        total = status.st_size if stat.S_ISREG(status.st_mode) else None
        return total, _path_chunks(source)
    response = as_response(source)
    if response is not None:
        check_response(response)
        return response.content_length, _pieces(response.blocking_chunks())
    if hasattr(source, "read"):
        return None, _pieces(file_chunks(source))
    try:
        view = memoryview(source)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(
            "a source must be bytes-like, a path, a binary file or a response (and"
            f" instantiate takes a Module, too), not {type(source).__name__!r}"
        ) from None
    return view.nbytes, _pieces(iter((view.tobytes(),)))


def _status(path: str | os.PathLike[str]) -> os.stat_result:
    try:
        return os.stat(path)
    except FileNotFoundError:
        if isinstance(path, str) and _URL.match(path):
            raise TypeError(
                "a URL is not taken here: await compile_streaming(response) with the"
                " response to a request, or give its bytes, a path or a binary file"
            ) from None
        raise


def _path_chunks(path: str | os.PathLike[str]) -> Generator[bytes, None, None]:
    with open(path, "rb") as file:
        yield from file_chunks(file)


def _pieces(chunks: Iterator[bytes]) -> Generator[bytes, None, None]:
    """The chunks, cut to a size that progress can be reported of."""
    try:
        for chunk in chunks:
            for start in range(0, len(chunk), CHUNK_SIZE):
                yield chunk[start : start + CHUNK_SIZE]
    finally:
        close_iterator(chunks)


@overload
def instantiate(
    source: Module,
    imports: Imports | None = None,
    *,
    limits: Limits | None = None,
    unsigned: bool = False,
    release_gil: bool = False,
) -> Instance: ...
@overload
def instantiate(
    source: Source,
    imports: Imports | None = None,
    *,
    limits: Limits | None = None,
    unsigned: bool = False,
    release_gil: bool = False,
    **options: Unpack[CompileOptions],
) -> InstantiatedSource: ...
def instantiate(
    source: Module | Source,
    imports: Imports | None = None,
    *,
    limits: Limits | None = None,
    unsigned: bool = False,
    release_gil: bool = False,
    **options: Unpack[CompileOptions],
) -> Instance | InstantiatedSource:
    """Instantiate a module, or compile a source and instantiate the result.

    `imports` maps module names to mappings of field names to functions, memories,
    tables, globals and tags (and numbers, for immutable globals). `limits` say how much
    the instance may take: memory, elements of tables, nested calls, instructions, time. With `unsigned`, integers
    that come from the module are unsigned: results, arguments of the functions given to it,
    and values of its globals. With `release_gil`, code in C runs while other threads run
    Python or other instances, each thread with an instance of its own; on the target Python it
    means nothing.

    Raises what `compile` raises, TypeError where imports are missing altogether or not
    mappings, LinkError for an import that does not fit, MemoryError where there is no
    room, ValueError for a limit on fuel without `metered=True`, MemoryLimitReached or TableLimitReached where the limits leave none, and Trap
    or what a host function raises if the start function does.
    """
    if is_module(source):
        if options:
            raise TypeError(
                "options are for compiling, and a Module has been compiled already"
            )
        return instantiate_module(
            cast(Module, source),
            imports,
            limits=limits,
            unsigned=unsigned,
            release_gil=release_gil,
        )
    check_imports(imports)
    check_limits(limits)
    module = compile(cast("Source", source), **options)
    return InstantiatedSource(
        module,
        instantiate_module(
            module,
            imports,
            limits=limits,
            unsigned=unsigned,
            release_gil=release_gil,
        ),
    )


def validate(data: ReadableBuffer, **options: Unpack[CompileOptions]) -> bool:
    """Tell whether bytes are a valid module that may use the given features.

    Raises TypeError where `data` is not bytes-like, never for what it holds.
    """
    from wasm2py.builtins import provided_imports
    from wasm2py.validation.module import validate_module

    chosen = settings(options)
    constants = chosen.imported_string_constants
    try:
        content = memoryview(data).tobytes()
    except TypeError:
        kind = type(data).__name__
        raise TypeError(f"data must be bytes-like, not {kind!r}") from None
    try:
        env = validate_module(_pieces(iter((content,))), chosen.features)
        provided_imports(env, chosen.builtins, constants)
    except CompileError:
        return False
    return True
