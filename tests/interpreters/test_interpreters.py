"""Written packages under other interpreters: PyPy and other versions of CPython."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conformance.suites import are_there
from tests.interpreters.prepare import Work
from tests.pythons import parameters
from tests.seeds import rotating

RUN = Path(__file__).with_name("run.py")
SCRIPTS = """address align block br_table bulk call call_indirect conversions data elem
    endianness exports f32 f64 f64_cmp fac float_exprs float_memory float_misc func
    func_ptrs global i32 i64 if imports int_exprs labels left-to-right linking load
    local_tee loop memory_copy memory_grow memory_trap names nop ref_func return select
    stack start store switch table_copy table_fill table_grow traps unwind
    """.split()
GENERATED = 60
GENERATED_SLOW = 800
DENSE = 6  # with 24 calls each, and each at four levels
DENSE_SLOW = 200
SECONDS = 3000


def _run(program: str, folder: Path) -> None:
    run = subprocess.run(
        [program, str(RUN), str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:]
    assert run.stdout.strip().endswith("passed, 0 failed")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = Work(tmp_path_factory.mktemp("packages"))
    if are_there():
        work.add_scripts(SCRIPTS)
    work.add_golden()
    work.add_generated(500_000, GENERATED)
    work.add_dense(500_000, DENSE)
    work.write()
    return work.folder


@pytest.fixture(scope="module")
def prepared_many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = Work(tmp_path_factory.mktemp("many"))
    work.add_generated(600_000, GENERATED_SLOW)
    work.add_dense(rotating(0), DENSE_SLOW)
    work.write()
    return work.folder


@pytest.mark.parametrize("program", parameters())
def test_packages(program: str, prepared: Path) -> None:
    _run(program, prepared)


@pytest.mark.slow
@pytest.mark.parametrize("program", parameters())
def test_many_generated(program: str, prepared_many: Path) -> None:
    _run(program, prepared_many)
