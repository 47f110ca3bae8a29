"""Makes the calls that the reference made and compares.

Standard library only and Python 3.9: written packages are compared under other
interpreters too.
"""

from __future__ import annotations

import hashlib
import math
from typing import Any

from tests.outcomes import decode, encode, results, same

# In wasmtime, an index outside of the table is one trap, whatever the instruction.
_SAME_TRAPS = {"undefined element": "out of bounds table access"}


def differences(module: Any, api: Any, expected: dict[str, Any]) -> list[str]:
    """What a module does otherwise than expected; `api` as in `golden/calls.py`."""
    problems: list[str] = []
    if "instantiation" in expected:
        try:
            api.instantiate(module)
        except api.Trap as trap:
            if _words(trap) in expected["instantiation"]:
                return problems
            problems.append(f"trap {trap}, not {expected['instantiation']}")
        else:
            problems.append(f"instantiated, without {expected['instantiation']}")
        return problems
    for run in expected["runs"]:
        _compare_run(api.instantiate(module), api, run, problems)
    return problems


def _compare_run(
    instance: Any, api: Any, run: dict[str, Any], problems: list[str]
) -> None:
    for call in run["calls"]:
        outcome = _outcome(instance.exports[call["call"]], call["args"], api)
        if not _agree(outcome, call["outcome"]):
            shown = f"{call['call']!r}({call['args']})"
            problems.append(f"{shown}: {outcome}, not {call['outcome']}")
    for name, value in run["state"].items():
        actual = content(instance.exports[name])
        if not same(_quiet(actual), _quiet(value)):
            problems.append(f"state of {name!r}: {actual!r}, not {value!r}")


def _outcome(function: Any, args: list[Any], api: Any) -> dict[str, Any]:
    try:
        return {"result": results(function(*map(decode, args)))}
    except api.Trap as trap:
        return {"trap": _words(trap)}


def _words(trap: BaseException) -> str:
    words = str(trap)
    for prefix, common in _SAME_TRAPS.items():
        if words.startswith(prefix):
            return common
    return words


def _agree(outcome: dict[str, Any], expected: dict[str, Any]) -> bool:
    if "trap" in expected:
        return bool(outcome.get("trap", "").startswith(expected["trap"]))
    actual = [_quiet(value) for value in outcome.get("result", [None])]
    return same(actual, [_quiet(value) for value in expected["result"]])


def content(item: Any) -> Any:
    if hasattr(item, "buffer"):
        return hashlib.sha256(item.buffer).hexdigest()
    if hasattr(item, "value"):
        return encode(item.value)
    return len(item)


def _quiet(form: Any) -> Any:
    """Every NaN made the same: Python's ctypes, through which the reference's f32
    results pass, makes signalling ones quiet."""
    value = decode(form) if isinstance(form, str) and form.startswith("nan") else 0
    return "nan" if isinstance(value, float) and math.isnan(value) else form
