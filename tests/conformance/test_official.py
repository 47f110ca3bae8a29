"""The official tests of the specification, one test a script and way of running it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import compilers
from tests.conformance.engines import memory_engine, package_engine
from tests.conformance.expected_failures import CORE_3_0, WG_2_0
from tests.conformance.script import Engine, ScriptRunner
from tests.conformance.suites import MISSING, are_there, scripts, spec_tests
from tests.switched_on import switched_on
from tests.wasm_tools import convert_wast
from wasm2py.spec import features

# Scripts that run as written packages in the normal run too: each kind of import,
# export and segment, linking, lazily loaded functions.
PACKAGE_SAMPLE = frozenset(
    [
        "br_table",
        "call_indirect",
        "conversions",
        "data",
        "elem",
        "exports",
        "func_ptrs",
        "global",
        "imports",
        "linking",
        "memory_grow",
        "memory_init",
        "names",
        "nop",
        "select",
        "start",
        "table_grow",
        "traps",
        "unwind",
    ]
)
SHOWN_FAILURES = 12

needs_scripts = pytest.mark.skipif(
    not are_there(), reason=MISSING.format(folder=spec_tests())
)


def _parameters(suite: str, expected: dict[str, str]) -> list[object]:
    return [
        pytest.param(
            name,
            id=name,
            marks=(
                [pytest.mark.xfail(reason=expected[name])] if name in expected else []
            ),
        )
        for name in scripts(suite)
    ]


def _run(suite: str, name: str, engine: Engine, folder: Path) -> None:
    commands = convert_wast(spec_tests() / suite / f"{name}.wast", folder)
    runner = ScriptRunner(engine)
    failures = runner.run(commands)
    if failures:
        shown = "\n".join(map(str, failures[:SHOWN_FAILURES]))
        pytest.fail(f"{len(failures)} of {len(commands)} commands:\n{shown}", False)
    assert runner.executed == len(commands)


@needs_scripts
@pytest.mark.parametrize(
    ("suite", "at_least"), [("wg-2.0/test/core", 148), ("spec/test", 265)]
)
def test_the_suites_are_there(suite: str, at_least: int) -> None:
    assert len(scripts(suite)) >= at_least, MISSING.format(folder=spec_tests())


@pytest.mark.parametrize("name", _parameters("wg-2.0/test/core", WG_2_0))
def test_wg_2_0_in_memory(name: str, tmp_path: Path) -> None:
    _run("wg-2.0/test/core", name, memory_engine(tmp_path, "wasm2"), tmp_path)


@pytest.mark.parametrize(
    "name", [name for name in scripts("wg-2.0/test/core") if name not in WG_2_0]
)
def test_wg_2_0_tuned_for_pypy(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such code is to run everywhere; modules in memory are tuned for where they run."""
    monkeypatch.setattr("wasm2py.package.known_module.TUNE", "pypy")
    _run("wg-2.0/test/core", name, memory_engine(tmp_path, "wasm2"), tmp_path)


@pytest.mark.parametrize(
    "name", [name for name in scripts("wg-2.0/test/core") if name not in WG_2_0]
)
def test_wg_2_0_natively(
    name: str, tmp_path: Path, native_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compilers.use(monkeypatch, native_cache)
    engine = memory_engine(tmp_path, "wasm2", target="c")
    _run("wg-2.0/test/core", name, engine, tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name,
            id=name,
            marks=[] if name in PACKAGE_SAMPLE else [pytest.mark.slow],
        )
        for name in scripts("wg-2.0/test/core")
        if name not in WG_2_0
    ],
)
def test_wg_2_0_in_packages(name: str, tmp_path: Path) -> None:
    _run("wg-2.0/test/core", name, package_engine(tmp_path, "wasm2"), tmp_path)


@pytest.mark.parametrize("name", _parameters("spec/test", CORE_3_0))
def test_3_0_in_memory(name: str, tmp_path: Path) -> None:
    _run("spec/test", name, memory_engine(tmp_path, "all"), tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, id=name, marks=pytest.mark.slow)
        for name in scripts("spec/test")
        if name not in CORE_3_0
    ],
)
def test_3_0_natively(
    name: str, tmp_path: Path, native_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compilers.use(monkeypatch, native_cache)
    _run("spec/test", name, memory_engine(tmp_path, "all", target="c"), tmp_path)


# Scripts of 64-bit addresses that need something else, too: what.
_NEEDS_MORE = {
    "table64": "no host of these tests gives such a table",
    "table_init64": "garbage collection",
}


@pytest.mark.parametrize("tune", ["cpython", "pypy"])
@pytest.mark.parametrize(
    "name",
    [
        name
        for name in scripts("spec/test")
        if name.startswith("core/memory64/")
        and name.rpartition("/")[2] not in _NEEDS_MORE
    ],
)
def test_64_bit_addresses_switched_on(
    name: str, tune: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are refused by their name, but nothing takes an address to be an i32."""
    monkeypatch.setattr("wasm2py.package.known_module.TUNE", tune)
    with switched_on([features.MEMORY64]):
        _run("spec/test", name, memory_engine(tmp_path, "all"), tmp_path)


@needs_scripts
def test_every_expected_failure_is_a_script() -> None:
    assert set(WG_2_0) <= set(scripts("wg-2.0/test/core"))
    assert set(CORE_3_0) <= set(scripts("spec/test"))
