"""Compilation of a module while its response streams in.

The loop that runs the caller is not to be held, also when this is used for the first
time: what takes long to import is imported in a thread, before all else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from warnings import warn

from wasm2py.translation.loops import Loop, running_loop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias, Unpack

    from wasm2py.instantiated import InstantiatedSource
    from wasm2py.native.compilers import Compiler
    from wasm2py.options import CompileOptions, Progress, Settings
    from wasm2py.translation.cache import Cache
    from wasm2py.web.responses import Response, ResponseLike
    from wasm2py_runtime.limits import Limits
    from wasm2py_runtime.linking import Imports
    from wasm2py_runtime.module import Module

    StreamingSource: TypeAlias = ResponseLike | Awaitable[ResponseLike]


async def compile_streaming(
    source: StreamingSource, **options: Unpack[CompileOptions]
) -> Module:
    """Compile a module while it arrives.

    `source` is a response or an awaitable of one. A response is one of httpx, aiohttp,
    requests, urllib, or a `Response`. It must have the Content-Type `application/wasm`,
    without parameters, a status of 200 to 299, and a body that has not been used. Once
    it is accepted its body is closed at the end, whatever happens. The options are
    those of `CompileOptions`. Runs under asyncio and trio.

    Raises TypeError for anything that is not such a response, CompileError as soon as
    the bytes cannot be those of a valid module or take more than they may, BuildError where
    a native build is asked for and cannot be made, SnapshotError where a snapshot is, and
    whatever the awaitable, the body or `progress` raises, as the same object.
    """
    loop = running_loop()
    with _abandoned_on_error(source):
        await _prepare(loop)
        from wasm2py.options import settings

        chosen = settings(options)
        cache = await _cache(chosen, loop)
        compiler = await _compiler(chosen, loop)
    response = await _response(source)
    return await _compile(response, chosen, cache, compiler, loop)


async def instantiate_streaming(
    source: StreamingSource,
    imports: Imports | None = None,
    *,
    limits: Limits | None = None,
    unsigned: bool = False,
    release_gil: bool = False,
    **options: Unpack[CompileOptions],
) -> InstantiatedSource:
    """Compile a module while it arrives, and instantiate it.

    `limits` say how much the instance may take (memory, time and so on), `unsigned` whether
    integers that come from the module are, `release_gil` whether its code in C runs while
    other threads run.

    Raises what `compile_streaming` and `instantiate` raise.
    """
    with _abandoned_on_error(source):
        await _prepare(running_loop())
        from wasm2py.instantiated import InstantiatedSource
        from wasm2py_runtime.instance import instantiate
        from wasm2py_runtime.limits import check_limits
        from wasm2py_runtime.linking import check_imports

        check_imports(imports)
        check_limits(limits)
    module = await compile_streaming(source, **options)
    instance = instantiate(
        module, imports, limits=limits, unsigned=unsigned, release_gil=release_gil
    )
    return InstantiatedSource(module, instance)


@contextmanager
def _abandoned_on_error(source: object) -> Iterator[None]:
    """Close a coroutine that nobody will await: Python would warn of it."""
    try:
        yield
    except BaseException:
        if isinstance(source, Coroutine):
            source.close()
        raise


_loaded = False
"""Whether all that compiling needs has been imported."""


async def _prepare(loop: Loop) -> None:
    """Do for the first time what takes long then."""
    if not _loaded:
        await loop.in_thread(_load)


def _load() -> None:
    global _loaded
    import asyncstdlib  # noqa: F401 - all this is for later

    import wasm2py.instantiated
    import wasm2py.package.snapshot
    import wasm2py.package.translating
    import wasm2py.translation.async_translator  # noqa: F401

    _loaded = True


async def _cache(chosen: Settings, loop: Loop) -> Cache | None:
    from wasm2py.package.known_module import cache_for

    if chosen.cache is False and chosen.target == "python":
        return None
    return await loop.in_thread(partial(cache_for, chosen))


async def _compiler(chosen: Settings, loop: Loop) -> Compiler | None:
    if chosen.target == "python":
        return None
    from wasm2py.package.known_module import compiler_for

    # To look for a compiler takes a few milliseconds.
    return await loop.in_thread(partial(compiler_for, chosen))


async def _response(source: object) -> Response:
    """The checked response that `source` is, or is an awaitable of."""
    from wasm2py.web.clients import as_response
    from wasm2py.web.responses import check_response

    response = as_response(source)
    if response is not None:
        check_response(response)
        return response
    if not isinstance(source, Awaitable):
        raise _no_response("a response or an awaitable of one, not", source)
    answer = await source
    response = as_response(answer)
    if response is None:
        raise _no_response("an awaitable of a response, not of", answer)
    try:
        check_response(response)
    except TypeError:
        # Nobody else can close the response of a coroutine; that of a task may be used.
        if not hasattr(source, "done"):
            await _close(answer)
        raise
    return response


def _no_response(wanted: str, given: object) -> TypeError:
    return TypeError(f"the source must be {wanted} {type(given).__name__!r}")


async def _close(response: object) -> None:
    close = getattr(response, "aclose", None) or getattr(response, "close", None)
    if close is not None:
        closing = close()
        if isinstance(closing, Awaitable):
            await closing


async def _compile(
    response: Response,
    chosen: Settings,
    cache: Cache | None,
    compiler: Compiler | None,
    loop: Loop,
) -> Module:
    from asyncstdlib import scoped_iter

    from wasm2py.options import Progress
    from wasm2py.package.known_module import (
        is_of_bytes_alone,
        known_module,
        options_of,
    )
    from wasm2py.package.memory_module import memory_module
    from wasm2py.package.snapshot import initialized
    from wasm2py.package.translating import native_build
    from wasm2py.translation.async_translator import AsyncTranslator
    from wasm2py.translation.cache import Lookup
    from wasm2py.translation.translator import check_output
    from wasm2py.web.responses import CHUNK_SIZE

    total = response.content_length
    lookup = Lookup(cache, total)
    received = 0
    with (
        AsyncTranslator(chosen, options_of(chosen), loop) as translator,
        native_build(chosen, compiler) as build,
    ):
        # There must be no await before the iteration begins: a generator that has not
        # been started does not close what it is about to iterate over.
        async with scoped_iter(response.chunks(loop)) as chunks:
            async for chunk in chunks:
                for start in range(0, len(chunk), CHUNK_SIZE):
                    piece = chunk[start : start + CHUNK_SIZE]
                    received += len(piece)
                    done = len(translator.codes)
                    for new in lookup.receive(piece):
                        await translator.receive(new)
                    codes = translator.codes[done:]
                    if build is not None and codes:
                        begin = partial(build.receive, translator.env, codes)
                        await loop.in_thread(begin)
                    progress = Progress(received, total, len(translator.codes))
                    await _report(chosen, progress)
        translation = None
        keep = lookup.keep if is_of_bytes_alone(chosen) else None
        if cache is not None and keep is not None:
            finding = partial(known_module, lookup, chosen, compiler)
            known = await loop.in_thread(finding)
            if known is not None:
                await _report(chosen, Progress(received, total, known.functions))
                return known.module
        if cache is not None:
            translation = await loop.in_thread(lookup.find)
        if translation is None:
            for piece in lookup.rest():
                await translator.receive(piece)
            translation = await translator.finish()
            if cache is not None:
                await loop.in_thread(partial(lookup.store, translation))
        else:
            check_output(translation, chosen.max_output)
        await _report(chosen, Progress(received, total, len(translation.codes)))
        if chosen.snapshot is not False:
            taking = partial(initialized, translation, chosen, warn)
            translation = await loop.in_thread(taking)
        # In a large module this takes long, whatever it is that makes it large.
        making = partial(memory_module, translation, chosen, build, keep)
        return await loop.in_thread(making)


async def _report(chosen: Settings, done: Progress) -> None:
    if chosen.progress is not None:
        answer = chosen.progress(done)
        if isinstance(answer, Awaitable):
            await answer
