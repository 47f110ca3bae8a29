"""Runs prepared work with written packages under any Python from 3.9 on.

    python tests/interpreters/run.py FOLDER

Needs the standard library only. FOLDER holds `work.json` and `packages/`, as
`prepare.py` makes them; the packages take the runtime of this repository. Prints what
failed and, last, how many passed; the exit status is 1 if any failed.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]


def run_script(runtime: Any, work: dict[str, Any]) -> list[str]:
    """An official script; its file names are names of packages."""
    from tests.conformance.script import Engine, ScriptRunner

    engine = Engine(
        importlib.import_module,
        lambda package, imports: package.instantiate(imports),
        runtime,
        translates=False,
    )
    return list(map(str, ScriptRunner(engine).run(work["commands"])))


def run_golden(runtime: Any, work: dict[str, Any]) -> list[str]:
    """The calls of a golden case."""
    from tests.golden.calls import run_calls

    package = importlib.import_module(work["package"])
    return run_calls(package.module, runtime, work["calls"])


def run_generated(runtime: Any, work: dict[str, Any]) -> list[str]:
    """A generated module, against what the reference did."""
    from tests.differential.comparison import differences

    package = importlib.import_module(work["package"])
    return differences(package.module, runtime, work["expected"])


KINDS = {"script": run_script, "golden": run_golden, "generated": run_generated}


def main() -> int:
    """Command line; returns the exit status."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(sys.argv[1])
    sys.path[:0] = [
        str(folder / "packages"),
        str(REPOSITORY / "runtime"),
        str(REPOSITORY),
    ]
    runtime = importlib.import_module("wasm2py_runtime")
    works = json.loads((folder / "work.json").read_text("utf-8"))
    failed = 0
    for work in works:
        problems = KINDS[work["kind"]](runtime, work)
        failed += bool(problems)
        for problem in problems[:10]:
            print(f"{work['kind']} {work['name']}: {problem}")
    print(f"{len(works) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
