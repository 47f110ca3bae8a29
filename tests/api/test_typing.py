"""The API's types serve a program that is checked strictly."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.api import user_program
from tests.wasm_tools import assemble

REPOSITORY = Path(__file__).resolve().parents[2]

WAT = """(module
  (import "env" "memory" (memory 1)) (import "env" "table" (table 1 externref))
  (import "env" "count" (global (mut i32)))
  (func (export "read") (result i32) (global.get 0)))
"""


def test_strict(tmp_path: Path) -> None:
    """As an installed package's types, not as part of this project."""
    program = tmp_path / "user_program.py"
    program.write_text(Path(user_program.__file__).read_text("utf-8"), "utf-8")
    path = os.pathsep.join((str(REPOSITORY), str(REPOSITORY / "runtime")))
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", str(program)],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": path, "MYPY_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout


def test_it_runs(tmp_path: Path) -> None:
    shown = user_program.main(assemble(WAT), tmp_path)
    assert shown[:7] == ["abc", "1", "97", "x", "1", "2", "14"]
    assert "read function () -> (i32)" in shown
