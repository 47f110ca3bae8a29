"""Python literals as text: ASCII only, and as black would write them.

Names from a module are data. Whatever they hold, a literal made here is a literal: it
contains no quote, no line break and nothing that is not printable ASCII.
"""

from __future__ import annotations

from collections.abc import Iterator

LINE_LENGTH = 88
INDENT = "    "

_ESCAPES = {
    # Spelled in hexadecimal, so that no quote ever stands inside quotes and black
    # has no reason to change the delimiters.
    '"': "\\x22",
    "'": "\\x27",
    "\\": "\\\\",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}

Data = object
"""None, an int, a str, or a tuple of these."""


def _escape(character: str) -> str:
    code = ord(character)
    if character in _ESCAPES:
        return _ESCAPES[character]
    if 0x20 <= code < 0x7F:
        return character
    if code < 0x100:
        return f"\\x{code:02x}"
    if code < 0x10000:
        return f"\\u{code:04x}"
    return f"\\U{code:08x}"


def text_literal(text: str) -> str:
    """The literal of a str on one line, however long."""
    return '"' + "".join(map(_escape, text)) + '"'


def flat_literal(value: Data) -> str:
    """The literal of ``value`` on one line, however long.

    Raises ``TypeError`` for anything but None, int, str and tuples of these.
    """
    if isinstance(value, str):
        return text_literal(value)
    if isinstance(value, tuple):
        items = [flat_literal(item) for item in value]
        return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
    if value is None or isinstance(value, int):
        return repr(value)
    raise TypeError(f"no literal for {type(value).__name__}")


def literal_lines(
    value: Data, *, indent: int = 0, before: str = "", after: str = ""
) -> Iterator[str]:
    """The lines of ``before`` + literal + ``after``, indented by ``indent`` levels.

    Like black: on one line if it fits, else a tuple has one item a line. A long str
    becomes several adjacent literals in parentheses.
    """
    margin = INDENT * indent
    room = LINE_LENGTH - len(margin) - len(before) - len(after)
    # A flat literal of that many characters is at least as long: do not build it.
    flat = flat_literal(value) if _may_fit(value, room) else None
    if flat is not None and len(flat) <= room:
        yield f"{margin}{before}{flat}{after}"
        return
    yield f"{margin}{before}("
    if isinstance(value, tuple):
        for item in value:
            yield from literal_lines(item, indent=indent + 1, after=",")
    elif isinstance(value, str):
        yield from _text_lines(value, margin + INDENT)
    else:
        yield f"{margin}{INDENT}{flat_literal(value)}"
    yield f"{margin}){after}"


def _may_fit(value: Data, room: int) -> bool:
    if isinstance(value, tuple):
        return 3 * len(value) <= room + 1
    return not isinstance(value, str) or len(value) <= room


def _text_lines(text: str, margin: str) -> Iterator[str]:
    room = LINE_LENGTH - len(margin) - 2
    line: list[str] = []
    used = 0
    for escaped in map(_escape, text):
        if used + len(escaped) > room:
            yield f'{margin}"{"".join(line)}"'
            line, used = [], 0
        line.append(escaped)
        used += len(escaped)
    yield f'{margin}"{"".join(line)}"'
