"""WASI preview 1: arguments, streams, folders and clocks for programs, in plain Python."""

from .memory_folders import MemoryDirectory
from .process import ProcExit
from .program import WASI, Directory

__all__ = ["WASI", "Directory", "MemoryDirectory", "ProcExit"]
