"""Lines of C that are short enough to be read."""

from __future__ import annotations

from typing import Final

LINE_LENGTH: Final = 100
_CONTINUED: Final = 8  # further to the right


def laid_out(text: str, indent: int) -> list[str]:
    """The lines of a statement, broken at spaces."""
    pad = " " * indent
    if len(text) + indent <= LINE_LENGTH:
        return [pad + text]
    lines: list[str] = []
    start = 0
    while len(text) - start + len(pad) > LINE_LENGTH:
        end = text.rfind(" ", start, start + LINE_LENGTH - len(pad) + 1)
        if end <= start:
            end = text.find(" ", start)
            if end < 0:
                break
        lines.append(pad + text[start:end])
        start = end + 1
        pad = " " * (indent + _CONTINUED)
    lines.append(pad + text[start:])
    return lines
