"""WASI preview 1 in plain Python: arguments, streams, folders, clocks for programs."""

from .directories import Directory, MemoryDirectory
from .exit import ProcExit
from .program import WASI

__all__ = ["WASI", "Directory", "MemoryDirectory", "ProcExit"]
