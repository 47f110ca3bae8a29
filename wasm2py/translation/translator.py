"""Translating a module while its bytes arrive.

The translator is fed and drained; it reads nothing itself. With an executor, functions are translated
there, in batches; results come back in order all the same.
"""

from __future__ import annotations

from concurrent.futures import Executor
from typing import NamedTuple

from wasm2py.binary.budget import Budget, too_much_output
from wasm2py.binary.module_reader import FunctionJob, ModuleReader
from wasm2py.errors import CompileError
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.features import DEFAULT_FEATURES
from wasm2py.targets.base import DEFAULT_OPTIONS, FunctionCode, Options
from wasm2py.translation.batches import Functions


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
        self.bytes_received = 0
        budget = Budget() if budget is None else budget
        self._reader = ModuleReader(features, budget=budget)
        self.env.metered = options.metered
        self._functions = Functions(self._reader.env, options, budget)
        self._executor = executor

    @property
    def codes(self) -> list[FunctionCode]:
        """The functions that are done, in order."""
        return self._functions.codes

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
        functions = self._functions
        functions.begin(job)
        if self._executor is None:
            functions.take([functions.translate(job)])
            return
        functions.wait(job)
        if functions.is_full:
            self._submit(self._executor)
            while functions.is_crowded:
                functions.take_oldest()

    def _submit(self, executor: Executor) -> None:
        if not self._functions.is_environment_pickled:
            self._functions.pickle_environment()
        self._functions.submit(executor)

    def _collect(self, wait: bool) -> None:
        """Take what the executor has finished; with `wait`, everything."""
        functions = self._functions
        if wait:
            if functions.is_waiting and self._executor is not None:
                self._submit(self._executor)
            while functions.oldest is not None:
                functions.take_oldest()
        functions.take_finished()


def output_size(translation: Translation) -> int:
    """How many bytes of source and data have been generated."""
    sources = (len(code.source) + len(code.native) for code in translation.codes)
    return len(translation.data) + sum(sources)


def check_output(translation: Translation, max_output: int) -> None:
    """Raise LimitExceeded where a translation that was at hand is larger than it may be."""
    if output_size(translation) > max_output:
        raise too_much_output(max_output)
