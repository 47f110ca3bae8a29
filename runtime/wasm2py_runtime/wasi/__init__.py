"""WASI preview 1 in plain Python: arguments, streams, folders, clocks for programs."""

from .program import WASI, Directory, MemoryDirectory, ProcExit

__all__ = ["WASI", "Directory", "MemoryDirectory", "ProcExit"]
