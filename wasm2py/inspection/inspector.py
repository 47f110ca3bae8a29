"""Takes the bytes of a module or of a component, whichever it is."""

from __future__ import annotations

from typing import Final

from wasm2py.binary.parser import COMPONENT_LAYER, MAGIC
from wasm2py.inspection.component import ComponentInspection, ComponentInspector
from wasm2py.inspection.module import Inspection, ModuleInspector

_HEADER: Final = 8
_COMPONENT: Final = COMPONENT_LAYER.to_bytes(2, "little")


class Inspector:
    """Takes bytes, b"" for the end; `finish` then tells what they consist of."""

    def __init__(self) -> None:
        self._header = b""
        self._chosen: ModuleInspector | ComponentInspector | None = None

    def receive(self, data: bytes) -> None:
        """Take the next bytes, b"" for the end; raises CompileError for malformed ones."""
        chosen = self._chosen
        if chosen is None:
            self._header += data
            if len(self._header) < _HEADER and data:
                return
            chosen = self._chosen = _choose(self._header)
            if self._header:
                chosen.receive(self._header)
            if data:
                return
        chosen.receive(data)

    def finish(self) -> Inspection | ComponentInspection:
        """The result, after the end has been received."""
        if self._chosen is None:
            raise ValueError("the end has not been received")
        return self._chosen.finish()


def _choose(header: bytes) -> ModuleInspector | ComponentInspector:
    if header[:4] == MAGIC and header[6:_HEADER] == _COMPONENT:
        return ComponentInspector()
    return ModuleInspector()
