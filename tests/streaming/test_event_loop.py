"""The event loop is shared: nobody holds it, and many can compile in it."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import trio

import wasm2py
from tests.streaming.loops import Run, each_loop, run_asyncio
from tests.streaming.modules import many_functions, response
from tests.wasm_tools import assemble
from wasm2py.translation import async_translator

HELD = 0.020


@pytest.fixture
def no_collector() -> Iterator[None]:
    """How long the garbage collector stops everything depends on everything else."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def one_large_function() -> bytes:
    step = "(local.set 0 (i32.add (i32.mul (local.get 0) (i32.const 3)) (i32.const 1)))"
    body = step * 4000
    return assemble(
        f'(module (func (export "f") (param i32) (result i32) {body} (local.get 0)))'
    )


def large_sections() -> bytes:
    types = "".join(
        f"(type (func (param {' i32' * (n % 20)}) (result {'i64 ' * (n % 9)})))"
        for n in range(4000)
    )
    functions = "(func)" * 2 + "".join(
        f'(export "{"x" * 20}{n}" (func 0))' for n in range(4000)
    )
    elements = f"(table 1 funcref) (elem func {'0 1 ' * 20000})"
    return assemble(f"(module {types} {functions} {elements})")


def much_data() -> bytes:
    segment = f'(data "{"x" * (1 << 24)}")'
    return assemble(f"(module (memory 1) {segment})")


def many_segments() -> bytes:
    segments = '(data (i32.const 0) "x")' * 50_000
    return assemble(f"(module (memory 1) {segments})")


def debug_information() -> bytes:
    return assemble(f'(module (@custom "debug" "{"x" * (1 << 24)}"))')


def many_exports() -> bytes:
    exports = "".join(f'(export "f{n}" (func 0))' for n in range(50_000))
    return assemble(f"(module (func) {exports})")


MODULES = {
    "many functions": lambda: many_functions(600, 20),
    "one large function": one_large_function,
    "large sections": large_sections,
    "much data": much_data,
    "many segments": many_segments,
    "debug information": debug_information,
    "many exports": many_exports,
}


@each_loop
@pytest.mark.parametrize("name", MODULES)
@pytest.mark.usefixtures("no_collector")
def test_the_loop_is_not_held(run: Run[Any], name: str) -> None:
    """For longer than 20 ms of its thread's time, in which others could have run."""
    module = MODULES[name]()
    steps: list[float] = []

    async def watch() -> None:
        sleep = trio.sleep if "trio" in run.__name__ else asyncio.sleep
        while True:
            before = time.thread_time()
            await sleep(0)
            steps.append(time.thread_time() - before)

    async def under_asyncio() -> None:
        watcher = asyncio.create_task(watch())
        await wasm2py.compile_streaming(response(module))
        watcher.cancel()

    async def under_trio() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(watch)
            await wasm2py.compile_streaming(response(module))
            nursery.cancel_scope.cancel()

    run(wasm2py_warm())
    run(under_trio() if "trio" in run.__name__ else under_asyncio())
    assert len(steps) > 5
    assert max(steps) < HELD


FIRST_USE = """
import asyncio, time
import wasm2py

async def main():
    steps = []

    async def watch():
        while True:
            before = time.thread_time()
            await asyncio.sleep(0)
            steps.append(time.thread_time() - before)

    watcher = asyncio.create_task(watch())
    await asyncio.sleep(0)
    headers = {"Content-Type": "application/wasm"}
    response = wasm2py.Response(b"\\0asm\\1\\0\\0\\0", headers=headers)
    await wasm2py.compile_streaming(response, cache=CACHE)
    watcher.cancel()
    print(max(steps))

asyncio.run(main())
"""


@pytest.mark.parametrize("cached", [False, True])
def test_the_first_use_does_not_hold_the_loop(cached: bool, tmp_path: Path) -> None:
    """Much is imported then."""
    run = subprocess.run(
        [sys.executable, "-c", f"CACHE = {cached}\n{FIRST_USE}"],
        capture_output=True,
        check=True,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "WASM2PY_CACHE_DIR": str(tmp_path),
        },
    )
    assert float(run.stdout) < HELD


async def wasm2py_warm() -> None:
    """Import what is imported at the first use."""
    await wasm2py.compile_streaming(response(b"\0asm\1\0\0\0"))


def compile_large_function() -> None:
    module = one_large_function()

    async def main() -> None:
        await wasm2py.compile_streaming(response(module))

    run_asyncio(main())


def test_full_collections_are_short() -> None:
    """They stop all threads: in a worker's they leave out what has been there before."""
    frozen: list[int] = []

    def collecting(phase: str, info: dict[str, int]) -> None:
        in_worker = threading.current_thread() is not threading.main_thread()
        if phase == "start" and info["generation"] == 2 and in_worker:
            frozen.append(gc.get_freeze_count())

    gc.callbacks.append(collecting)
    try:
        compile_large_function()
    finally:
        gc.callbacks.remove(collecting)
    assert frozen
    assert all(frozen)
    assert gc.get_freeze_count() == 0


def test_objects_that_the_host_has_frozen() -> None:
    gc.freeze()
    try:
        before = gc.get_freeze_count()
        compile_large_function()
        assert gc.get_freeze_count() >= before // 2
    finally:
        gc.unfreeze()


def test_200_at_once() -> None:
    """Compilations share the loop fairly, and do not disturb each other."""
    modules = [many_functions(count, 4) for count in (1, 7, 20)]
    finished: list[int] = []

    async def body(module: bytes, step: int) -> AsyncIterator[bytes]:
        for start in range(0, len(module), step):
            await asyncio.sleep(0)
            yield module[start : start + step]

    async def one(number: int) -> None:
        source = response(body(modules[number % 3], 50 + number))
        compiled = await wasm2py.compile_streaming(source)
        exports = wasm2py.instantiate(compiled).exports
        assert len(exports) == (1, 7, 20)[number % 3]
        assert exports.f0(number) == number
        finished.append(number)

    async def main() -> None:
        await asyncio.gather(*map(one, range(200)))

    threads = threading.active_count()
    run_asyncio(main())
    assert sorted(finished) == list(range(200))
    assert threading.active_count() <= threads
    assert async_translator._active.count == 0


def test_200_failures_at_once() -> None:
    async def one(number: int) -> None:
        source = response(many_functions(7)[: -1 - number % 50])
        with pytest.raises(wasm2py.CompileError):
            await wasm2py.compile_streaming(source)

    async def main() -> None:
        await asyncio.gather(*map(one, range(200)))

    run_asyncio(main())
    assert async_translator._active.count == 0


@pytest.fixture(scope="module", params=["threads", "processes"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    kinds = {"threads": ThreadPoolExecutor, "processes": ProcessPoolExecutor}
    with kinds[request.param](2) as made:
        yield made


@each_loop
def test_executor(run: Run[Any], executor: Executor) -> None:
    """The result does not depend on where functions are translated."""

    async def main(chosen: Executor | None) -> wasm2py.Module:
        source = response(many_functions(300))
        return await wasm2py.compile_streaming(source, executor=chosen)

    with_executor, without = run(main(executor)), run(main(None))
    assert with_executor.info == without.info
    assert with_executor.provider._content == without.provider._content


@each_loop
def test_first_error_with_an_executor(run: Run[Any], executor: Executor) -> None:
    """It is the one that there is without: of the first function that is wrong."""
    wat = "(module " + "(func (param i32))" * 20 + ")"
    module = bytearray(assemble(wat))
    # The bodies are two bytes each: no locals, end. Two of them get an i32.const's
    # opcode in place of the end.
    end = len(module)
    for position in (end - 1 - 3 * 5, end - 1 - 3 * 12):
        module[position] = 0x41

    async def main(chosen: Executor | None) -> None:
        await wasm2py.compile_streaming(response(bytes(module)), executor=chosen)

    messages = []
    for chosen in (executor, None):
        with pytest.raises(wasm2py.CompileError) as info:
            run(main(chosen))
        messages.append(str(info.value))
    assert messages[0] == messages[1]


def test_backpressure() -> None:
    """A body is asked for more when what it gave has been worked on."""
    translated: list[int] = []
    asked: list[int] = []
    module = many_functions(300)

    def progress(done: wasm2py.Progress) -> None:
        translated.append(done.functions_translated)

    def body() -> Iterator[bytes]:
        for start in range(0, len(module), 1000):
            asked.append(translated[-1] if translated else 0)
            yield module[start : start + 1000]

    async def main() -> None:
        await wasm2py.compile_streaming(response(body()), progress=progress)

    run_asyncio(main())
    assert asked == sorted(asked)
    assert asked[-1] > 250


@each_loop
def test_progress(run: Run[Any]) -> None:
    module = many_functions(100)
    seen: list[wasm2py.Progress] = []
    awaited: list[wasm2py.Progress] = []

    async def progress(done: wasm2py.Progress) -> None:
        awaited.append(done)

    async def main() -> None:
        await wasm2py.compile_streaming(response(module), progress=seen.append)
        chunks = [module[i : i + 100] for i in range(0, len(module), 100)]
        await wasm2py.compile_streaming(response(chunks), progress=progress)
        unknown = response(module, headers=[("Content-Type", "application/wasm")])
        await wasm2py.compile_streaming(unknown, progress=seen.append)

    run(main())
    assert seen[-1] == (len(module), len(module), 100)
    assert len(awaited) >= len(module) // 100
    assert awaited[-1] == (len(module), None, 100)
    for first, second in pairwise(awaited):
        assert first.bytes_received <= second.bytes_received
        assert first.functions_translated <= second.functions_translated
    # The work is done while bytes arrive, not in the end.
    half = awaited[len(awaited) // 2]
    assert 0 < half.functions_translated < 100


@pytest.mark.parametrize(
    ("changes", "known"),
    [
        ({}, True),
        ({"Content-Encoding": "identity"}, True),
        ({"Content-Encoding": "gzip"}, False),
        ({"Content-Length": "unknown"}, False),
        ({"Content-Length": "-1"}, False),
    ],
)
def test_total_from_content_length(changes: dict[str, str], known: bool) -> None:
    module = many_functions(3)
    headers = {"Content-Type": "application/wasm", "Content-Length": str(len(module))}
    seen: list[wasm2py.Progress] = []

    async def main() -> None:
        source = response([module], headers={**headers, **changes})
        await wasm2py.compile_streaming(source, progress=seen.append)

    run_asyncio(main())
    assert seen[-1].total == (len(module) if known else None)


def test_by_hand() -> None:
    """Without any loop, when nothing has to be waited for."""
    assert isinstance(stepped_by_hand(many_functions(3)), wasm2py.Module)


def stepped_by_hand(module: bytes) -> object:
    """What a compilation gives in its first step."""
    coroutine = wasm2py.compile_streaming(response(module))
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    return None
