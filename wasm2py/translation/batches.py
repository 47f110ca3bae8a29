"""A module's functions on their way: here, or in batches through an executor.

Nothing here waits: who uses it does, in the way of its kind, for the oldest batch.
"""

from __future__ import annotations

import pickle
from collections import deque
from concurrent.futures import Executor, Future
from typing import Final

from wasm2py.binary.budget import Budget
from wasm2py.binary.module_reader import FunctionJob
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.targets.base import FunctionCode, Options
from wasm2py.translation.function import FunctionTranslator

# A batch for an executor: large enough that handing it over costs little beside the work.
BATCH_BYTES: Final = 32 * 1024
# Batches under way at once: beyond, bytes wait where they come from.
BATCHES_IN_FLIGHT: Final = 16

_environments: dict[int, tuple[bytes, ModuleEnvironment]] = {}


class Functions:
    """The functions of a module that arrives: those that wait, and the code of those before.

    `codes` are in the order of the module.
    """

    def __init__(
        self, env: ModuleEnvironment, options: Options, budget: Budget
    ) -> None:
        self.codes: list[FunctionCode] = []
        self._env = env
        self._options = options
        self._budget = budget
        self._translator = FunctionTranslator(env, options, budget.max_output)
        self._waiting: list[FunctionJob] = []
        self._waiting_bytes = 0
        self._under_way: deque[Future[list[FunctionCode]]] = deque()
        self._pickled = b""

    def begin(self, job: FunctionJob) -> None:
        """Take note of a function that has arrived; raises LimitExceeded."""
        self._budget.begin_function(len(job.body), job.offset, job.funcidx)

    def translate(self, job: FunctionJob) -> FunctionCode:
        """Translate a function here; raises CompileError. It may be called in a thread."""
        return self._translator.translate(job)

    def take(self, codes: list[FunctionCode]) -> None:
        """Take code that is done; raises LimitExceeded."""
        for code in codes:
            size = len(code.source) + len(code.native)
            self._budget.give(size, code.offset, code.funcidx)
            self.codes.append(code)

    # Batches

    def wait(self, job: FunctionJob) -> None:
        """Add a function to the next batch."""
        self._waiting.append(job)
        self._waiting_bytes += len(job.body)

    @property
    def is_waiting(self) -> bool:
        """Whether there is something in the next batch."""
        return bool(self._waiting)

    @property
    def is_full(self) -> bool:
        """Whether the next batch is as large as one should be."""
        return self._waiting_bytes >= BATCH_BYTES

    @property
    def is_crowded(self) -> bool:
        """Whether more batches are under way than should be."""
        return len(self._under_way) > BATCHES_IN_FLIGHT

    @property
    def oldest(self) -> Future[list[FunctionCode]] | None:
        """The batch that has been under way for the longest time, if there is any."""
        return self._under_way[0] if self._under_way else None

    @property
    def is_environment_pickled(self) -> bool:
        """Whether what all batches need is there."""
        return bool(self._pickled)

    def pickle_environment(self) -> None:
        """Make what all batches need; it takes a while, and may be called in a thread."""
        self._pickled = pickle.dumps(self._env, pickle.HIGHEST_PROTOCOL)

    def submit(self, executor: Executor) -> None:
        """Give the next batch to an executor; the environment is pickled."""
        batch, self._waiting, self._waiting_bytes = self._waiting, [], 0
        most = self._budget.max_output
        self._under_way.append(
            executor.submit(translate_batch, self._pickled, batch, self._options, most)
        )

    def take_oldest(self) -> None:
        """Take the code of the oldest batch, waiting for it; raises CompileError."""
        self.take(self._under_way.popleft().result())

    def take_finished(self) -> None:
        """Take the code of the batches that are done, as far as none before them is missing."""
        while self._under_way and self._under_way[0].done():
            self.take_oldest()

    def cancel(self) -> None:
        """Have batches that have not begun left alone."""
        for future in self._under_way:
            future.cancel()


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
