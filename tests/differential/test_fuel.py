"""Fuel is the same number whatever the target and options, and that of wasmtime."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import wasmtime

import wasm2py
from tests import compilers
from tests.compilers import needs_compiler
from tests.differential import aliases, loops, rows, strides
from tests.differential.comparison import content
from tests.differential.generated import Call, Generator, plan
from tests.golden.calls import run_calls
from tests.golden.cases import calls as golden_calls
from tests.golden.cases import case_names
from tests.golden.cases import wasm as golden_wasm
from tests.ir.stages import stages
from tests.outcomes import decode, results
from tests.reference import Reference, limited_engine
from tests.wasm_tools import assemble
from wasm2py.options import Target
from wasm2py.spec.features import WASM2
from wasm2py.targets.base import Options
from wasm2py.translation.translator import Translator

SEEDS = 60
NATIVE_SEEDS = 25
STAGED_SEEDS = 30
PLENTY = 1 << 40
GROWTH = "_grow("  # costs more with wasmtime
WRITERS: dict[str, type[loops.Writer]] = {
    "any": loops.Text,
    "rows": rows.Text,
    "aliases": aliases.Text,
    "strides": strides.Text,
}

Ends = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def generator() -> Generator:
    return Generator()


@pytest.fixture(scope="module")
def metering_engine() -> wasmtime.Engine:
    config = wasmtime.Config()
    config.consume_fuel = True
    return wasmtime.Engine(config)


def fuel_ends(
    module: wasm2py.Module, runs: list[list[Call]], fuel: int
) -> Iterator[Ends]:
    """For each run, what each call does, and what is left then; and what there is in the end."""
    for calls in runs:
        try:
            instance = wasm2py.instantiate(module, limits=wasm2py.Limits(fuel=fuel))
        except wasm2py.Trap as trap:
            yield [(type(trap), str(trap))]
            continue
        found: Ends = []
        for call in calls:
            try:
                given = instance.exports[call.export](*map(decode, call.args))
                found.append((repr(results(given)), instance.fuel))
            except wasm2py.Trap as trap:
                found.append((type(trap), str(trap), instance.fuel))
        exports = instance.exports
        found += [
            (name, repr(content(exports[name])))
            for name in exports
            if not callable(exports[name])
        ]
        yield found


def wasmtime_ends(
    engine: wasmtime.Engine, wasm: bytes, runs: list[list[Call]]
) -> Iterator[list[int]]:
    """For each run, what is left after each call, up to the first trap."""
    module = wasmtime.Module(engine, wasm)
    for calls in runs:
        left: list[int] = []
        yield left
        store = wasmtime.Store(engine)
        store.set_fuel(PLENTY)
        try:
            instance = wasmtime.Instance(store, module, [])
            # It counts what copies active segments, too.
            spent = PLENTY - store.get_fuel()
            for call in calls:
                function: Any = instance.exports(store)[call.export]
                function(store, *map(decode, call.args))
                left.append(store.get_fuel() + spent)
        except wasmtime.Trap:
            pass


def has(wasm: bytes, text: str) -> bool:
    """Whether a text is in what a module is translated to, metered."""
    translator = Translator(WASM2, Options(metered=True))
    translator.receive(wasm)
    translator.receive(b"")
    return any(text in code.source for code in translator.codes)


def compiled(
    wasm: bytes, monkeypatch: pytest.MonkeyPatch, target: Target = "python"
) -> Iterator[wasm2py.Module]:
    """The module, metered, with all options that decide how the code looks."""
    for optimize, tune in ((2, "cpython"), (0, "cpython"), (1, "cpython"), (2, "pypy")):
        monkeypatch.setattr("wasm2py.package.known_module.TUNE", tune)
        yield wasm2py.compile(wasm, features=WASM2, metered=True, optimize=optimize)
    if target == "c":
        yield wasm2py.compile(wasm, features=WASM2, metered=True, target="c")


def check(
    generator: Generator,
    seeds: tuple[int, int],
    engine: wasmtime.Engine,
    monkeypatch: pytest.MonkeyPatch,
    target: Target,
) -> None:
    problems = []
    for case in generator.cases(*seeds):
        runs = plan(wasmtime.Module(engine, case.wasm), case.seed)
        reference = list(wasmtime_ends(engine, case.wasm, runs))
        first, *others = compiled(case.wasm, monkeypatch, target)
        for fuel in (PLENTY, random.Random(case.seed).randrange(400)):
            ends = list(fuel_ends(first, runs, fuel))
            for at, other in enumerate(others):
                if list(fuel_ends(other, runs, fuel)) != ends:
                    problems.append(f"seed {case.seed}, fuel {fuel}: variant {at + 1}")
            if fuel == PLENTY and not has(case.wasm, GROWTH):
                for wanted, found in zip(reference, ends, strict=True):
                    if [end[-1] for end in found[: len(wanted)]] != wanted:
                        problems.append(f"seed {case.seed}: {found}, not {wanted}")
    assert not problems, "\n".join(problems[:20])


def test_fuel_is_that_of_wasmtime(
    generator: Generator,
    metering_engine: wasmtime.Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    check(generator, (700_000, SEEDS), metering_engine, monkeypatch, "python")


def fuel_of_loops(
    module: wasm2py.Module, calls: list[loops.Call], fuel: int
) -> Iterator[tuple[Any, ...]]:
    """What each call does, with so much fuel, what is left, and what is in memory then."""
    instance = wasm2py.instantiate(module, limits=wasm2py.Limits(fuel=fuel))
    for call in calls:
        instance.fuel = fuel
        instance.memory.write(0, loops.first_page())
        try:
            found: Any = results(instance.exports[call.export](*call.args))
        except wasm2py.Trap as trap:
            found = type(trap)
        yield repr(found), instance.fuel, loops.digest(instance.memory.buffer)


@pytest.mark.parametrize("name", WRITERS)
def test_loops_that_are_done_as_a_whole(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They end with the same fuel left and the same in memory as those that go round by round."""
    problems = []
    whole = 0
    for case in loops.cases(limited_engine(), range(8), 4, WRITERS[name]):
        first, *others = compiled(case.wasm, monkeypatch)
        plenty = list(fuel_of_loops(first, case.calls, PLENTY))
        whole += has(case.wasm, " pay_")
        for call, (_, left, _) in zip(case.calls, plenty, strict=True):
            taken = PLENTY - left
            for fuel in sorted({taken, *(taken - n for n in (1, 2, 40)), taken // 2}):
                fuel = max(0, fuel)
                ends = [
                    list(fuel_of_loops(module, [call], fuel))
                    for module in (first, *others)
                ]
                if any(end != ends[0] for end in ends):
                    problems.append(f"seed {case.seed}, {call}, fuel {fuel}: {ends}")
    assert not problems, "\n".join(problems[:20])
    assert whole


@pytest.mark.parametrize("name", WRITERS)
def test_loops_take_what_they_take_in_wasmtime(name: str) -> None:
    problems = []
    for case in loops.cases(limited_engine(), range(100, 106), 4, WRITERS[name]):
        reference = Reference(limited_engine(), case.wasm)
        memory = reference.exports["memory"]
        assert isinstance(memory, wasmtime.Memory)
        module = wasm2py.compile(case.wasm, metered=True)
        for call in case.calls:
            if "trap" in call.outcome:
                continue  # what is taken for a block that traps is for each to say
            memory.write(reference.store, loops.first_page(), 0)
            reference.store.set_fuel(PLENTY)
            reference.call(call.export, call.args)
            ((_, left, _),) = fuel_of_loops(module, [call], PLENTY)
            if left != reference.store.get_fuel():
                problems.append(f"seed {case.seed}, {call}: {PLENTY - left} taken")
    assert not problems, "\n".join(problems[:20])


class Kept:
    """What golden cases need of the API; the instance that they make is kept."""

    Module = wasm2py.Module
    Trap = wasm2py.Trap

    def __init__(self) -> None:
        self.instance: wasm2py.Instance | None = None

    def instantiate(self, module: wasm2py.Module, imports: Any) -> wasm2py.Instance:
        self.instance = wasm2py.instantiate(module, imports)
        return self.instance


@pytest.mark.parametrize(
    "name",
    # How deep calls may be nested is for each target to say.
    [name for name in case_names(errors=False) if name != "traps/stack"],
)
def test_golden_cases_take_the_same(
    name: str, native_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = set()
    target: Target = "python"
    if compilers.FASTEST:
        compilers.use(monkeypatch, native_cache)
        target = "c"
    for module in compiled(golden_wasm(name), monkeypatch, target):
        kept = Kept()
        assert run_calls(module, kept, golden_calls(name)) == []
        assert kept.instance is not None
        left.add(kept.instance.fuel)
    assert len(left) == 1


@pytest.mark.parametrize("tune", ["cpython", "pypy"])
def test_each_pass_keeps_it(
    tune: str, generator: Generator, metering_engine: wasmtime.Engine
) -> None:
    problems = []
    options = Options(tune=tune, metered=True)
    for case in generator.cases(900_000, STAGED_SEEDS):
        runs = plan(wasmtime.Module(metering_engine, case.wasm), case.seed)[:4]
        for fuel in (PLENTY, random.Random(case.seed).randrange(400)):
            wanted: list[Ends] | None = None
            for name, module in stages(case.wasm, options, WASM2):
                ends = list(fuel_ends(module, runs, fuel))
                if wanted is not None and ends != wanted:
                    problems.append(f"seed {case.seed}, fuel {fuel}, after {name}")
                wanted = ends
    assert not problems, "\n".join(problems[:20])


@needs_compiler
def test_fuel_is_the_same_natively(
    generator: Generator,
    metering_engine: wasmtime.Engine,
    native_cache: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compilers.use(monkeypatch, native_cache)
    check(generator, (800_000, NATIVE_SEEDS), metering_engine, monkeypatch, "c")


def nested(depth: int) -> str:
    """A function of which every other part is nested one deeper."""
    body = "(global.set 0 (i32.add (global.get 0) (i32.const 1)))"
    for level in range(depth):
        if level % 3 == 0:
            more = "(global.set 0 (i32.add (global.get 0) (i32.const 3)))"
            body = (
                f"(if (local.get 0) (then {body} {more}) (else (call 0 (i32.const 0))))"
            )
        elif level % 3 == 1:
            ends = "(br_if 1 (local.get 0)) (br_if 0 (i32.eqz (global.get 0)))"
            body = f"(block (loop {body} {ends}))"
        else:
            fill = "(memory.fill (i32.const 0) (i32.const 0) (global.get 0))"
            test = "(i32.eq (local.get 0) (i32.const 1))"
            body = f"(if {test} (then {body}) (else {fill}))"
    return f"""
    (module (memory 1) (global (mut i32) (i32.const 1))
      (func (export "f") (param i32) (if (local.get 0) (then {body}))))
    """


@pytest.mark.parametrize("depth", [15, 60, 300])
def test_deep_nesting(depth: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines of deeply indented code are long."""
    left = set()
    for module in compiled(assemble(nested(depth)), monkeypatch):
        instance = wasm2py.instantiate(module)
        for argument in (0, 1, 2):
            instance.exports.f(argument)
        left.add(instance.fuel)
    assert len(left) == 1
