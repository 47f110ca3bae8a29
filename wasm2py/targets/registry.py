"""The targets by name."""

from __future__ import annotations

from typing import Final

from wasm2py.targets.base import SourceTarget, Target
from wasm2py.targets.c.pipeline import CTarget
from wasm2py.targets.python.pipeline import PythonTarget

_PYTHON: Final = PythonTarget()

TARGETS: Final[dict[str, Target]] = {"python": _PYTHON, "c": _PYTHON}

# What is made of functions besides.
SOURCE_TARGETS: Final[dict[str, SourceTarget]] = {"c": CTarget()}
