"""The translator for an event loop that has other things to do.

Between functions control goes back to the loop every few milliseconds. What takes
longer than that in one piece goes to a worker thread or to the given executor.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from functools import partial
from threading import local
from time import perf_counter
from typing import Final

from wasm2py.binary.budget import Budget
from wasm2py.binary.module_reader import FunctionJob, ModuleReader
from wasm2py.binary.parser import CODE, DATA
from wasm2py.errors import CompileError
from wasm2py.options import Settings
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.targets.base import FunctionCode, Options
from wasm2py.translation.batches import Functions
from wasm2py.translation.collector import with_few_objects
from wasm2py.translation.loops import Loop
from wasm2py.translation.translator import Translation

# Seconds for which the loop is held, shared by the compilations in it.
_TURN: Final = 0.002
# A body of so many bytes takes several milliseconds, or longer.
_LARGE_BODY: Final = 256
# As does the contents of so large a section that is decoded as one: it may consist of
# items of four bytes.
_LARGE_SECTION: Final = 1 << 11
# Bytes to look for section ends, data segments and functions in at a time.
_SLICE: Final = 1 << 10


class _Active(local):
    """The number of compilations in the loop of a thread."""

    count = 0


_active = _Active()


class AsyncTranslator:
    """What `Translator` is, with waiting in place of blocking.

    It is a context manager; at the end, what it left with the executor is cancelled.
    """

    def __init__(self, chosen: Settings, options: Options, loop: Loop) -> None:
        self._received = 0
        budget = Budget(chosen.max_output, chosen.max_memory)
        self._reader = ModuleReader(chosen.features, budget=budget)
        self.env.metered = options.metered
        self._functions = Functions(self._reader.env, options, budget)
        self._executor = chosen.executor
        self._loop = loop
        self._turn_began = perf_counter()

    @property
    def codes(self) -> list[FunctionCode]:
        """The functions that are done, in order."""
        return self._functions.codes

    @property
    def env(self) -> ModuleEnvironment:
        """What is known of the module so far."""
        return self._reader.env

    def __enter__(self) -> AsyncTranslator:
        _active.count += 1
        return self

    def __exit__(self, *_: object) -> None:
        _active.count -= 1
        self._functions.cancel()

    async def receive(self, data: bytes) -> None:
        """Take the next bytes, which are not empty.

        Raises CompileError as soon as the bytes cannot be part of a valid module.
        """
        with self._reader.env.naming_functions():
            for start in range(0, len(data), _SLICE):
                await self._receive(data[start : start + _SLICE])
                # There may be long stretches without a function: data, custom sections.
                await self._pause()

    async def finish(self) -> Translation:
        """Take note of the end."""
        with self._reader.env.naming_functions():
            await self._receive(b"")
            await self._take_all()
        return Translation(self._reader.env, self.codes, self._reader.data)

    async def _receive(self, data: bytes) -> None:
        large = self._ends_large_section(len(data))
        self._received += len(data)
        jobs = self._reader.receive(data)
        try:
            job = await self._first(jobs) if large else next(jobs, None)
            while job is not None:
                await self._translate(job)
                await self._pause()
                job = next(jobs, None)
        except CompileError:
            # An earlier function's error comes first, wherever it is found.
            await self._take_all()
            raise
        self._functions.take_finished()

    def _ends_large_section(self, count: int) -> bool:
        """Whether the section that is arriving is decoded with `count` bytes more."""
        if not self._reader.sections:
            return False
        section = self._reader.sections[-1]
        if section.id in (CODE, DATA) or section.size < _LARGE_SECTION:
            return False
        return section.offset + section.size <= self._received + count

    async def _first(self, jobs: Iterator[FunctionJob]) -> FunctionJob | None:
        return await self._loop.in_thread(lambda: next(jobs, None))

    async def _pause(self) -> None:
        """Let others run, if it is time to."""
        if perf_counter() - self._turn_began >= _TURN / max(1, _active.count):
            await self._loop.checkpoint()
            self._turn_began = perf_counter()

    async def _translate(self, job: FunctionJob) -> None:
        functions = self._functions
        functions.begin(job)
        if self._executor is not None:
            await self._hand_over(job, self._executor)
            return
        work = partial(functions.translate, job)
        if len(job.body) >= _LARGE_BODY:
            work = partial(with_few_objects, work)
            functions.take([await self._loop.in_thread(work)])
        else:
            functions.take([work()])

    async def _hand_over(self, job: FunctionJob, executor: Executor) -> None:
        functions = self._functions
        functions.wait(job)
        # An executor without work gets what there is; else it gets larger batches.
        if functions.is_full or functions.oldest is None:
            await self._submit(executor)
        while functions.is_crowded:
            await self._take_oldest()

    async def _submit(self, executor: Executor) -> None:
        functions = self._functions
        if functions.is_waiting:
            if not functions.is_environment_pickled:
                await self._loop.in_thread(functions.pickle_environment)
            # Not in a thread: an executor may fork here, and this thread holds no locks.
            functions.submit(executor)

    async def _take_oldest(self) -> None:
        """Wait for the oldest batch, and take it."""
        if (oldest := self._functions.oldest) is not None:
            await self._loop.result(oldest)
            self._functions.take_oldest()

    async def _take_all(self) -> None:
        if self._executor is not None:
            await self._submit(self._executor)
        while self._functions.oldest is not None:
            await self._take_oldest()
