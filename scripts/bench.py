"""Benchmarks: generated code, translation, import, calls, streaming, real modules.

    python scripts/bench.py kernels
    python scripts/bench.py --help

Needs the extra `bench`. Times are CPU time, measured in turns in fresh processes.
"""

from __future__ import annotations

import sys
from pathlib import Path

# Run as a script, its own folder is what Python put there.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from scripts.benchmarks.command import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
