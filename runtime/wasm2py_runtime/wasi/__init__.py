"""WASI preview 1 in plain Python: arguments, streams, folders, clocks for programs."""

from .directories import Directory, MemoryDirectory
from .program import WASI, ProcExit

__all__ = ["WASI", "Directory", "MemoryDirectory", "ProcExit"]
