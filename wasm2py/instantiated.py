"""What becomes of a source that is compiled and instantiated in one call."""

from __future__ import annotations

from typing import NamedTuple

from wasm2py_runtime.instance import Instance
from wasm2py_runtime.module import Module


class InstantiatedSource(NamedTuple):
    """What becomes of a module that is compiled and instantiated in one call."""

    module: Module
    instance: Instance
