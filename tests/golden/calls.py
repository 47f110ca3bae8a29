"""Carries out the calls of a golden case and compares what they do.

Standard library only and Python 3.9: the cases also run as written packages under
other interpreters. `calls.json` is a list, in order, over one instance:

    {"call": name, "args": [...], "result": [...]} or {..., "trap": words}

with "log": the arguments of each call of an imported function meanwhile. Imported
functions whose name begins with "echo" return their first argument, others nothing.
A first entry whose "call" is null tells what instantiation logs. Values are in the
forms of `tests/outcomes.py`.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List

from tests.outcomes import decode, encode, results, same


class Host:
    """The host of golden cases: logs every call of an import."""

    def __init__(self) -> None:
        self.log: List[Any] = []

    def function(self, name: str) -> Callable[..., Any]:
        """The host function for an import of this name."""

        def call(*args: Any) -> Any:
            self.log.append([encode(arg) for arg in args])
            return args[0] if name.startswith("echo") else None

        return call

    def imports(self, module: Any, api: Any) -> Dict[str, Dict[str, Any]]:
        """Imports for all that a module asks for."""
        found: Dict[str, Dict[str, Any]] = {}
        for item in api.Module.imports(module):
            found.setdefault(item.module, {})[item.name] = self.function(item.name)
        return found


def run_calls(module: Any, api: Any, calls: List[Dict[str, Any]]) -> List[str]:
    """Instantiate a module and make the calls; returns what differs.

    `api` holds `instantiate`, `Module`, `Trap`.
    """
    host, problems = Host(), []
    instance = api.instantiate(module, host.imports(module, api))
    for entry in calls:
        if entry["call"] is None:
            actual: Dict[str, Any] = {}
        else:
            host.log.clear()
            actual = _outcome(instance.exports[entry["call"]], entry["args"], api)
        if host.log:
            actual["log"] = list(host.log)
        expected = {key: entry[key] for key in entry if key not in ("call", "args")}
        if not _same_outcome(actual, expected):
            shown = f"{entry['call']}({entry.get('args', [])})"
            problems.append(f"{shown} gave {actual}, not {expected}")
    return problems


def _outcome(function: Any, args: List[Any], api: Any) -> Dict[str, Any]:
    try:
        return {"result": results(function(*map(decode, args)))}
    except api.Trap as trap:
        return {"trap": str(trap)}


def _same_outcome(actual: Dict[str, Any], expected: Dict[str, Any]) -> bool:
    if actual.keys() != expected.keys() or not same(
        actual.get("log", []), expected.get("log", [])
    ):
        return False
    if "trap" in expected:
        # A message may go on after the specification's words.
        return bool(actual["trap"].startswith(expected["trap"]))
    return same(actual.get("result"), expected.get("result"))
