"""Written packages under other interpreters: PyPy and other versions of CPython.

WASM2PY_INTERPRETERS lists their programs, separated as in PATH; otherwise those that
are found are taken.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conformance.suites import are_there
from tests.interpreters.prepare import Work
from tests.seeds import rotating

RUN = Path(__file__).with_name("run.py")
SCRIPTS = """address align block br_table bulk call call_indirect conversions data elem
    endianness exports f32 f64 f64_cmp fac float_exprs float_memory float_misc func
    func_ptrs global i32 i64 if imports int_exprs labels left-to-right linking load
    local_tee loop memory_copy memory_grow memory_trap names nop ref_func return select
    stack start store switch table_copy table_fill table_grow traps unwind
    """.split()
GENERATED = 60
GENERATED_SLOW = 2000
DENSE = 6  # with 24 calls each, and each at four levels
DENSE_SLOW = 900
SECONDS = 3000


def _works(program: str) -> bool:
    """Whether it starts: version managers leave programs that only complain."""
    try:
        run = subprocess.run([program, "-c", ""], capture_output=True, check=False)
    except OSError:
        return False
    return run.returncode == 0


def interpreters() -> list[str]:
    """The programs to test with."""
    configured = os.environ.get("WASM2PY_INTERPRETERS")
    if configured is not None:
        return [name for name in configured.split(os.pathsep) if name]
    versions = (f"python3.{minor}" for minor in (9, 10, 12, 13, 14))
    return [
        name for name in ("pypy3", *versions) if shutil.which(name) and _works(name)
    ]


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


def _parameters() -> list[object]:
    found = interpreters()
    if found:
        return list(found)
    reason = "no other interpreter is installed (set WASM2PY_INTERPRETERS)"
    return [pytest.param("", id="none", marks=pytest.mark.skip(reason=reason))]


@pytest.mark.parametrize("program", _parameters())
def test_packages(program: str, prepared: Path) -> None:
    _run(program, prepared)


@pytest.mark.slow
@pytest.mark.parametrize("program", _parameters())
def test_many_generated(program: str, prepared_many: Path) -> None:
    _run(program, prepared_many)
