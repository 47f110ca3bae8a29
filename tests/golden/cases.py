"""The golden cases: where they are and what is in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).resolve().parents[2] / "golden"


def case_names(*, errors: bool | None = None) -> list[str]:
    """`area/case` of every case; with `errors` only those (not) about errors."""
    names = sorted(
        path.parent.relative_to(GOLDEN).as_posix()
        for path in GOLDEN.glob("*/*/input.wat")
    )
    if errors is None:
        return names
    return [name for name in names if name.startswith("errors/") is errors]


def wasm(name: str) -> bytes:
    """The module of a case."""
    return (GOLDEN / name / "input.wasm").read_bytes()


def calls(name: str) -> list[dict[str, Any]]:
    """The calls of a case and what they are to do."""
    entries: list[dict[str, Any]] = json.loads(
        (GOLDEN / name / "calls.json").read_text()
    )
    return entries
