"""Checks that each golden `input.wasm` is what its `input.wat` assembles to.

    python scripts/check_golden_wasm.py [--write]

With `--write` the binaries are made anew. Needs the extra `test` (an assembler).
"""

from __future__ import annotations

import sys

from tests.golden.cases import GOLDEN, case_names
from tests.wasm_tools import assemble


def main() -> int:
    """Command line; returns the exit status."""
    write = sys.argv[1:] == ["--write"]
    if sys.argv[1:] and not write:
        print(__doc__, file=sys.stderr)
        return 2
    stale = []
    for name in case_names():
        folder = GOLDEN / name
        binary = assemble((folder / "input.wat").read_text("utf-8"))
        target = folder / "input.wasm"
        if target.exists() and target.read_bytes() == binary:
            continue
        stale.append(name)
        if write:
            target.write_bytes(binary)
    for name in stale:
        verb = "written" if write else "is not what its input.wat assembles to"
        print(f"golden/{name}/input.wasm {verb}")
    return 1 if stale and not write else 0


if __name__ == "__main__":
    sys.exit(main())
