"""Functions in batches: in the module's order, whenever an executor is done with them."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from typing import Any

import pytest

from tests.package.modules import binary
from wasm2py.binary.budget import Budget
from wasm2py.binary.module_reader import FunctionJob, ModuleReader
from wasm2py.errors import CompileError, Invalid, LimitExceeded
from wasm2py.targets.base import DEFAULT_OPTIONS
from wasm2py.translation import batches
from wasm2py.translation.batches import BATCH_BYTES, BATCHES_IN_FLIGHT, Functions

FUNCTION = "(func (param i32) (result i32) (i32.add (local.get 0) (i32.const {0})))"
# An operand is missing: no assembler takes it.
ADD, DROPS = b"\x6a\x0b", b"\x1a\x0b"


class Waiting(Executor):
    """Does what it is given when it is told to, in any order."""

    def __init__(self) -> None:
        self.calls: list[tuple[Future[Any], Callable[[], Any]]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **named: Any) -> Any:
        future: Future[Any] = Future()
        self.calls.append((future, lambda: fn(*args, **named)))
        return future

    def finish(self, at: int) -> None:
        future, call = self.calls[at]
        if future.set_running_or_notify_cancel():
            try:
                future.set_result(call())
            except CompileError as error:
                future.set_exception(error)


def arrived(count: int, budget: Budget) -> tuple[Functions, list[FunctionJob]]:
    text = "".join(FUNCTION.format(number) for number in range(count))
    reader = ModuleReader()
    jobs = list(reader.receive(binary(f"(module {text})")))
    functions = Functions(reader.env, DEFAULT_OPTIONS, budget)
    functions.pickle_environment()
    return functions, jobs


def numbers(functions: Functions) -> list[int]:
    return [code.funcidx for code in functions.codes]


def test_the_order_is_that_of_the_module() -> None:
    functions, jobs = arrived(6, Budget())
    executor = Waiting()
    for job in jobs:
        functions.wait(job)
        if job.funcidx % 2:
            functions.submit(executor)
    assert not functions.is_waiting
    executor.finish(2)
    executor.finish(1)
    functions.take_finished()
    assert numbers(functions) == []  # The first batch is missing.
    executor.finish(0)
    functions.take_finished()
    assert numbers(functions) == [0, 1, 2, 3, 4, 5]
    assert functions.oldest is None


def test_batches_give_what_the_translator_here_gives() -> None:
    functions, jobs = arrived(5, Budget())
    here = [functions.translate(job) for job in jobs]
    given = batches.translate_batch(
        pickle.dumps(functions._env), jobs, DEFAULT_OPTIONS, 1 << 20
    )
    assert given == here


def test_a_batch_is_full_by_its_bytes() -> None:
    functions, (job, *_) = arrived(1, Budget())
    half = job._replace(body=bytes(BATCH_BYTES // 2))
    add, give = partial(functions.wait, half), partial(functions.submit, Waiting())
    states = []
    for act in (add, add, give):
        act()
        states.append((functions.is_waiting, functions.is_full))
    assert states == [(True, False), (True, True), (False, False)]


def test_no_more_batches_are_under_way_than_should_be() -> None:
    functions, (job, *_) = arrived(1, Budget())
    executor = Waiting()
    for _ in range(BATCHES_IN_FLIGHT):
        functions.wait(job)
        functions.submit(executor)
    crowded = [functions.is_crowded]
    functions.wait(job)
    functions.submit(executor)
    crowded.append(functions.is_crowded)
    executor.finish(0)
    functions.take_oldest()
    assert [*crowded, functions.is_crowded] == [False, True, False]


def test_what_has_not_begun_is_cancelled() -> None:
    functions, jobs = arrived(2, Budget())
    executor = Waiting()
    for job in jobs:
        functions.wait(job)
        functions.submit(executor)
    executor.finish(0)
    functions.cancel()
    (done, _), (other, _) = executor.calls
    assert done.result() and other.cancelled()


def test_the_first_error_of_a_batch_is_raised_where_it_is_taken() -> None:
    functions, (first, second) = arrived(2, Budget())
    executor = Waiting()
    for job in (first._replace(body=b"\0" + DROPS), second._replace(body=b"\0" + ADD)):
        functions.wait(job)
    functions.submit(executor)
    executor.finish(0)
    with pytest.raises(Invalid, match=r"type mismatch") as caught:
        functions.take_finished()
    assert caught.value.function == first.funcidx
    assert functions.oldest is None


def test_output_counts_wherever_it_was_made() -> None:
    functions, jobs = arrived(3, Budget())
    size = sum(len(functions.translate(job).source) for job in jobs)
    for most, fits in ((size, True), (size - 1, False)):
        functions, jobs = arrived(3, Budget(max_output=most))
        executor = Waiting()
        for job in jobs:
            functions.wait(job)
        functions.submit(executor)
        executor.finish(0)
        if fits:
            functions.take_oldest()
            assert numbers(functions) == [0, 1, 2]
        else:
            with pytest.raises(LimitExceeded, match="the output is too large"):
                functions.take_oldest()


def test_a_worker_keeps_one_environment() -> None:
    functions, jobs = arrived(1, Budget())
    pickled = pickle.dumps(functions._env)
    other = pickle.dumps(arrived(2, Budget())[0]._env)
    for each in (pickled, other, pickled):
        assert batches.translate_batch(each, jobs, DEFAULT_OPTIONS, 1 << 20)
        assert [known for known, _ in batches._environments.values()] == [each]
