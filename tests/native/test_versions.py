"""Native packages whose runtimes differ have nothing in C in common, and work together.

In a process of their own, as what they share stays in one.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.native.guest import instantiate, needs_compiler
from tests.native.programs import ROOT
from tests.packages import import_package

pytestmark = [
    needs_compiler,
    pytest.mark.skipif(
        sys.platform == "darwin", reason="a library that was changed is not loaded"
    ),
]


@pytest.mark.parametrize("order", [1, -1], ids=["later", "earlier"])
def test_versions_work_together(
    guest_folder: Path, later_guest: Path, order: int
) -> None:
    folders = [str(folder) for folder in (guest_folder, later_guest)[::order]]
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from tests.native.test_versions import use_together\n"
        f"use_together(*{folders!r})"
    )
    command = [sys.executable, "-X", "faulthandler", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def use_together(*folders: str) -> None:
    """Use two packages, as each other's imports."""
    api, other = (import_package(Path(folder)) for folder in folders)
    assert api.target == other.target == "c"
    inner, world = instantiate(api)
    outer: Any = other.instantiate({"env": {**world.env, "host": inner.load}}).exports
    inner.store(8, 3)
    assert outer.load(8) == outer.call_host(8) == 3
    world.table.set(0, inner.load)
    world.table.set(1, outer.call_host)
    for exports in (inner, outer):
        assert exports.indirect_unary(0, 8) == exports.indirect_unary(1, 8) == 3
    world.table.set(1, inner.load)
    outer.set_five(0)
    for exports in (inner, outer):
        assert exports.indirect_unary(1, 8) == 3
        assert exports.indirect(0) == 5
    assert outer.grow(1) == 1
    assert inner.load(2 * 65536 - 4) == 0
    traps = (api.Trap, other.Trap)
    for call in (
        inner.load,
        outer.load,
        outer.call_host,
        lambda address: inner.indirect_unary(1, address),
        lambda address: outer.indirect_unary(1, address),
    ):
        with pytest.raises(traps, match="out of bounds memory access"):
            call(-1)
    inner.set_setting(12)
    assert outer.get_setting() == 12
    assert outer.same_function(inner.load) is inner.load
