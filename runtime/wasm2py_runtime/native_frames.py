"""Frames of functions in C, for tracebacks: as those of their translation to Python."""

from __future__ import annotations

from _weakref import ref

from .functions import renamed
from .lean import FunctionType, TracebackType
from .module import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Dict, Iterator, Mapping, Tuple


def _template() -> Iterator[None]:
    yield


def frames_of(module: Module) -> "NativeFrames":
    """The frames of a module's functions."""
    if module.native_frames is None:
        module.native_frames = NativeFrames(module)
    frames: NativeFrames = module.native_frames
    return frames


class NativeFrames:
    """The frames of a module's functions, by index, made when a traceback needs them.

    Such a frame is that of a generator which has not begun: nothing is in it, and nothing
    behind it.
    """

    def __init__(self, module: Module) -> None:
        name = module._wasm_name
        shown = "".join(letter if letter.isprintable() else "_" for letter in name[:50])
        self._module_name = f"<wasm {shown or 'module'}>"
        # It is there while its functions run; the extension module, which has this, stays.
        self._module = ref(module)
        self._frames: Dict[int, FrameType] = {}

    def __call__(self, index: int, offset: int) -> FrameType:
        frame = self._frames.get(index)
        if frame is None:
            module = self._module()
            names: Mapping[int, str] = {} if module is None else module.names()
            name = names.get(index, f"f{index}")
            place = f"{self._module_name}:wasm-function[{index}]:{offset:#x}"
            code = renamed(_template.__code__, name)
            code = code.replace(co_filename=place, co_firstlineno=1)
            generator = FunctionType(code, self._globals())()
            frame = self._frames.setdefault(index, generator.gi_frame)
        return frame

    def _globals(self) -> Dict[str, Any]:
        # Imported here because it needs parts of the standard library that nothing else does.
        from .places import MARK

        return {MARK: None, "__name__": self._module_name}


def traced(error: BaseException, frames: Tuple[FrameType, ...]) -> BaseException:
    """The error, with frames further out in its traceback; they come from the inside."""
    traceback = error.__traceback__
    for frame in frames:
        traceback = TracebackType(traceback, frame, frame.f_lasti, 1)
    return error.with_traceback(traceback)
