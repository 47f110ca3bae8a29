"""The file `_module.py`: a module's description as Python data."""

from __future__ import annotations

from wasm2py.package.literals import (
    LINE_LENGTH,
    Identifier,
    filled_lines,
    literal_lines,
)
from wasm2py_runtime.module import ModuleInfo

# Tables of numbers beyond this are not written one number a line.
_LONGEST_COLUMN = LINE_LENGTH // 3


class _Tables:
    """Takes the long tables of numbers out of a value, and gives them names."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._count = 0

    def extract(self, value: object) -> object:
        """``value`` with every long tuple of numbers replaced by its name."""
        if not isinstance(value, tuple):
            return value
        if len(value) > _LONGEST_COLUMN and all(
            item is None or isinstance(item, int) for item in value
        ):
            return self._add(value)
        return tuple(self.extract(item) for item in value)

    def _add(self, numbers: tuple[int | None, ...]) -> Identifier:
        name = Identifier(f"NUMBERS_{self._count}")
        self._count += 1
        self.lines += ["# fmt: off", f"{name} = (", *filled_lines(numbers)]
        self.lines += [")", "# fmt: on", ""]
        return name


def module_source(info: ModuleInfo, runtime: str) -> str:
    """The text of `_module.py`; ``runtime`` is the runtime's name in an import."""
    tables = _Tables()
    body: list[str] = []
    for field, value in zip(info._fields, info):
        body += literal_lines(
            tables.extract(value), indent=1, before=f"{field}=", after=","
        )
    lines = [
        f"from {runtime}.module import ModuleInfo",
        "",
        *tables.lines,
        "INFO = ModuleInfo(",
        *body,
        ")",
    ]
    return "\n".join(lines) + "\n"
