"""Generated programs under Ctrl-C, deep stacks, collections, threads and growth.

What was not stopped does what wasmtime does; what was stopped has happened or has not; and
afterwards memory, views, tables and limits agree. The day chooses the modules and the
disturbances.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.moments.prepare import prepare
from tests.pythons import interpreters, parameters
from tests.seeds import day

RUN = Path(__file__).with_name("run.py")
# The third world is one where address space is scarce.
WORLDS, SLOW_WORLDS = 3, 12
SECONDS, SLOW_SECONDS = 10, 600
# What must have happened in so many seconds, or nothing has been tested.
DISTURBANCES = ("stopped", "exhausted", "handled", "finalised", "interrupted", "traps")

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="needs signals from timers"
)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("moments")
    prepare(folder, day(), WORLDS)
    yield folder


@pytest.fixture(scope="module")
def prepared_many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("many_moments")
    prepare(folder, day(), SLOW_WORLDS)
    yield folder


def disturb(program: str, folder: Path, worlds: int, seconds: float) -> Counter[str]:
    """Run the worlds of a folder; how often what happened."""
    counts: Counter[str] = Counter()
    for world in range(worlds):
        arguments = [str(folder), str(world), str(day()), str(seconds / worlds)]
        run = subprocess.run(
            [program, "-B", "-X", "faulthandler", str(RUN), *arguments],
            capture_output=True,
            text=True,
            timeout=60 + 10 * seconds / worlds,
            check=False,
        )
        shown = f"WASM2PY_TEST_SEED={day()}, world {world}, {program}: "
        assert not run.stderr, shown + run.stderr[-4000:]
        assert run.returncode == 0, shown + run.stdout[-4000:]
        counts.update(json.loads(run.stdout))
    return counts


PROGRAMS = [sys.executable, *parameters()]
SHARE = 1 + len(interpreters())


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_sample(program: str, prepared: Path) -> None:
    assert disturb(program, prepared, WORLDS, SECONDS / SHARE)["rounds"]


@pytest.mark.slow
@pytest.mark.parametrize("program", PROGRAMS)
def test_for_ten_minutes(program: str, prepared_many: Path) -> None:
    counts = disturb(program, prepared_many, SLOW_WORLDS, SLOW_SECONDS / SHARE)
    print(f"{program}: {dict(counts)}")
    assert all(counts[kind] for kind in DISTURBANCES), counts
