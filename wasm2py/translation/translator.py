"""Translating a module while its bytes arrive.

The translator is fed and drained; it reads nothing itself. With an executor, functions are translated
there, in batches; results come back in order all the same.
"""

from __future__ import annotations

import pickle
from collections import deque
from concurrent.futures import Executor, Future
from typing import Final, NamedTuple

from wasm2py.binary.budget import Budget, too_much_output
from wasm2py.binary.module_reader import FunctionJob, ModuleReader
from wasm2py.errors import CompileError
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.features import DEFAULT_FEATURES
from wasm2py.targets.base import DEFAULT_OPTIONS, FunctionCode, Options
from wasm2py.translation.function import FunctionTranslator

# A batch for an executor: large enough that handing it over costs little beside the work.
BATCH_BYTES: Final = 32 * 1024
# Batches under way at once; while there are so many, bytes wait where they come from.
BATCHES_IN_FLIGHT: Final = 16

_environments: dict[int, tuple[bytes, ModuleEnvironment]] = {}


class Translation(NamedTuple):
    """A translated module: what a package is written from."""

    env: ModuleEnvironment
    codes: list[FunctionCode]  # of the defined functions, in order
    data: bytes  # of all data segments, one after the other


class Translator:
    """Takes a module's bytes and gives its functions, translated, in order.

    `executor` may be any `concurrent.futures.Executor`; without one, functions are translated
    in the calls of `receive`. `budget` says how much may come of it.
    """

    def __init__(
        self,
        features: frozenset[str] = DEFAULT_FEATURES,
        options: Options = DEFAULT_OPTIONS,
        executor: Executor | None = None,
        budget: Budget | None = None,
    ) -> None:
        self.codes: list[FunctionCode] = []
        self.bytes_received = 0
        self._budget = Budget() if budget is None else budget
        self._reader = ModuleReader(features, budget=self._budget)
        self._options = options
        self._functions = FunctionTranslator(
            self._reader.env, options, self._budget.max_output
        )
        self._executor = executor
        self._batch: list[FunctionJob] = []
        self._batch_bytes = 0
        self._under_way: deque[Future[list[FunctionCode]]] = deque()
        self._pickled = b""

    @property
    def env(self) -> ModuleEnvironment:
        """What is known of the module so far."""
        return self._reader.env

    def receive(self, data: bytes) -> list[FunctionCode]:
        """Take the next bytes (b"" for the end) and give the functions finished meanwhile.

        Raises `CompileError` as soon as the bytes cannot be part of a valid module.
        """
        done = len(self.codes)
        self.bytes_received += len(data)
        with self.env.naming_functions():
            self._receive(data)
        return self.codes[done:]

    def finish(self) -> Translation:
        """The module, after its end has been received."""
        return Translation(self.env, self.codes, self._reader.data)

    def _receive(self, data: bytes) -> None:
        try:
            for job in self._reader.receive(data):
                self._translate(job)
        except CompileError:
            # An earlier function's error comes first, wherever it is found.
            self._collect(wait=True)
            raise
        self._collect(wait=not data)

    def _translate(self, job: FunctionJob) -> None:
        self._budget.begin_function(len(job.body), job.offset, job.funcidx)
        if self._executor is None:
            self._take([self._functions.translate(job)])
            return
        self._batch.append(job)
        self._batch_bytes += len(job.body)
        if self._batch_bytes >= BATCH_BYTES:
            self._submit(self._executor)
            while len(self._under_way) > BATCHES_IN_FLIGHT:
                self._take(self._under_way.popleft().result())

    def _take(self, codes: list[FunctionCode]) -> None:
        for code in codes:
            self._budget.give(len(code.source), code.offset, code.funcidx)
            self.codes.append(code)

    def _submit(self, executor: Executor) -> None:
        if not self._pickled:
            self._pickled = pickle.dumps(self.env, pickle.HIGHEST_PROTOCOL)
        batch, self._batch, self._batch_bytes = self._batch, [], 0
        most = self._budget.max_output
        self._under_way.append(
            executor.submit(translate_batch, self._pickled, batch, self._options, most)
        )

    def _collect(self, wait: bool) -> None:
        """Take what the executor has finished; with `wait`, everything."""
        if wait and self._batch and self._executor is not None:
            self._submit(self._executor)
        while self._under_way and (wait or self._under_way[0].done()):
            self._take(self._under_way.popleft().result())


def check_output(translation: Translation, max_output: int) -> None:
    """Raise LimitExceeded where a translation that was at hand is larger than it may be."""
    size = len(translation.data)
    size += sum(len(code.source) for code in translation.codes)
    if size > max_output:
        raise too_much_output(max_output)


def translate_batch(
    pickled: bytes, jobs: list[FunctionJob], options: Options, most_source: int
) -> list[FunctionCode]:
    """Translate functions of a module whose pickled environment is given (in a worker).

    Raises `CompileError` for the first function that is malformed or invalid.
    """
    key = hash(pickled)
    known = _environments.get(key)
    if known is None or known[0] != pickled:
        _environments.clear()
        known = _environments[key] = (pickled, pickle.loads(pickled))
    functions = FunctionTranslator(known[1], options, most_source)
    return [functions.translate(job) for job in jobs]
