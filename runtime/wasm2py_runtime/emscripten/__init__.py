"""What Emscripten's JavaScript gives to its modules, in plain Python, where it is generic."""

from .program import Emscripten
from .unwinding import CppException

__all__ = ["CppException", "Emscripten"]
