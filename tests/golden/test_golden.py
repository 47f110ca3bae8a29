"""Golden cases: printed IR, generated functions, errors, and what the code does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import black
import pytest
import wasmtime

import wasm2py
from scripts import check_golden_wasm
from tests import compilers
from tests.golden.calls import run_calls
from tests.golden.cases import GOLDEN, calls, case_names, wasm
from tests.ir.stages import check_stages
from tests.outcomes import decode, same
from tests.reference import Reference, engine, normalised
from wasm2py.errors import CompileError
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.features import WASM2
from tests.ir.stages import optimised
from wasm2py.targets.base import Options
from wasm2py.targets.python.tree.text import print_function
from wasm2py.translation.function import translate_function
from wasm2py.binary.module_reader import FunctionJob, ModuleReader
from wasm2py.package.groups import group_source
from wasm2py.package.info import function_names

LEAST_CASES = 75


@pytest.fixture(scope="module")
def reference_engine() -> wasmtime.Engine:
    return engine()


def compare(path: Path, actual: str, bless: bool) -> None:
    """Check a golden file, or write it."""
    if bless:
        path.write_text(actual, "utf-8")
    assert path.exists(), f"{path} is missing: pytest --bless writes it"
    assert actual == path.read_text("utf-8")


def read(name: str) -> tuple[ModuleReader, list[FunctionJob]]:
    """The environment and the functions of a case."""
    reader = ModuleReader(WASM2)
    jobs = list(reader.receive(wasm(name)))
    jobs += reader.receive(b"")
    return reader, jobs


def function_ir(env: ModuleEnvironment, job: FunctionJob) -> str:
    """A function's intermediate representation after the passes, as text."""
    return print_function(f"f{job.funcidx}", optimised(env, job, Options()))


def test_there_are_enough_cases() -> None:
    assert len(case_names()) >= LEAST_CASES


def test_each_wasm_is_what_its_wat_assembles_to(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["check_golden_wasm.py"])
    assert check_golden_wasm.main() == 0, capsys.readouterr().out


@pytest.mark.parametrize("name", case_names(errors=False))
def test_ir(name: str, bless: bool) -> None:
    reader, jobs = read(name)
    text = "\n".join(function_ir(reader.env, job) for job in jobs)
    compare(GOLDEN / name / "ir.txt", text, bless)


@pytest.mark.parametrize("name", case_names(errors=False))
def test_functions(name: str, bless: bool) -> None:
    reader, jobs = read(name)
    codes = [translate_function(reader.env, job, Options()) for job in jobs]
    # As in a package; the preamble of a file is left out.
    _, _, text = group_source(codes, function_names(reader.env)).partition("\n\n\n")
    compare(GOLDEN / name / "functions.py", text, bless)
    assert text == black.format_str(text, mode=black.Mode())


@pytest.mark.parametrize("name", case_names(errors=False))
def test_functions_in_c(name: str, bless: bool) -> None:
    reader, jobs = read(name)
    options = Options(target="c")
    codes = [translate_function(reader.env, job, options) for job in jobs]
    text = "\n".join(code.native for code in codes)
    compare(GOLDEN / name / "functions.c", text, bless)


@pytest.mark.parametrize("name", case_names(errors=False))
def test_stages_are_well_formed(name: str) -> None:
    for optimize in (0, 1, 2):
        for tune in ("cpython", "pypy"):
            check_stages(wasm(name), Options(optimize, tune), WASM2)


@pytest.mark.parametrize("name", case_names(errors=True))
def test_error(name: str, bless: bool) -> None:
    with pytest.raises(CompileError) as caught:
        wasm2py.compile(wasm(name), features="wasm2")
    compare(GOLDEN / name / "error.txt", f"{caught.value}\n", bless)


@pytest.mark.parametrize("name", case_names(errors=False))
def test_calls(name: str) -> None:
    module = wasm2py.compile(wasm(name), features="wasm2")
    assert run_calls(module, wasm2py, calls(name)) == []


@pytest.mark.parametrize("name", case_names(errors=False))
def test_native_calls(
    name: str, native_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compilers.use(monkeypatch, native_cache)
    module = wasm2py.compile(wasm(name), features="wasm2", target="c")
    assert module.target == "c"
    assert run_calls(module, wasm2py, calls(name)) == []


@pytest.mark.parametrize("name", case_names(errors=False))
def test_calls_are_right(name: str, reference_engine: wasmtime.Engine) -> None:
    """What `calls.json` expects is what wasmtime does."""
    log: list[object] = []

    def host(imported: str, args: Sequence[object]) -> object:
        log.append(list(args))
        return args[0] if imported.startswith("echo") else None

    reference = Reference(reference_engine, wasm(name), host)
    for entry in calls(name):
        if entry["call"] is not None:
            log.clear()
            args = [decode(form) for form in entry["args"]]
            actual = normalised(reference.call(entry["call"], args))
            assert same(actual.get("result"), entry.get("result")), entry
            assert actual.get("trap") == normalised(entry).get("trap"), entry
        assert same(json.loads(json.dumps(log)), entry.get("log", [])), entry
