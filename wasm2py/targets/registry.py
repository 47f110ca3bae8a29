"""The targets by name."""

from __future__ import annotations

from typing import Final

from wasm2py.targets.base import Target
from wasm2py.targets.python.pipeline import PythonTarget

TARGETS: Final[dict[str, Target]] = {"python": PythonTarget()}
