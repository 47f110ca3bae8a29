"""Statements that are too long for a line, laid out the way black does it."""

from __future__ import annotations

from typing import Final

LINE_LENGTH: Final = 88

_OPENING: Final = {"(": ")", "[": "]"}


def laid_out(text: str, indent: int, step: int) -> list[str]:
    """The lines of a statement; as one line, if there is nowhere to break it.

    `indent` is where it stands, `step` is a level: both are numbers of spaces.
    """
    pad = " " * indent
    choice = _choice(text)
    if choice is not None:
        return _laid_out_choice(choice, indent, step)
    opening = _last_bracket(text)
    if opening <= 0:
        return [pad + text]
    close = _closing(text, opening)
    inside = text[opening + 1 : close]
    inner = indent + step
    head, tail = pad + text[: opening + 1], pad + text[close:]
    if not inside:
        return [pad + text]
    if len(inside) + inner <= LINE_LENGTH:
        return [head, " " * inner + inside, tail]
    if text[opening] != "(" or not text[opening - 1].isalnum():
        return [pad + text]
    parts = _split(inside)
    return [head, *(f"{' ' * inner}{part}," for part in parts), tail]


def _choice(text: str) -> tuple[str, list[str], str] | None:
    """What stands before a conditional expression, its three parts, and what follows it."""
    head, tail = "", ""
    for keyword in ("if ", "elif ", "while ", "return "):
        if text.startswith(keyword):
            head = keyword
            tail = ":" if text.endswith(":") else ""
    if not head and " = " in text:
        head = text[: text.index(" = ") + 3]
    inner = text[len(head) : len(text) - len(tail)]
    cuts = [at for word in (" if ", " else ") for at in _outside(inner, word)]
    if len(cuts) != 2:
        return None
    first, second = cuts
    return head, [inner[:first], inner[first + 1 : second], inner[second + 1 :]], tail


def _laid_out_choice(
    choice: tuple[str, list[str], str], indent: int, step: int
) -> list[str]:
    head, parts, tail = choice
    inner = indent + step
    whole = " ".join(parts)
    if len(whole) + inner <= LINE_LENGTH:
        parts = [whole]
    pad = " " * indent
    return [f"{pad}{head}(", *(" " * inner + part for part in parts), f"{pad}){tail}"]


def _outside(text: str, word: str) -> list[int]:
    """Where a word stands outside all brackets."""
    found, depth = [], 0
    for at, character in enumerate(text):
        if character in _OPENING:
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == " " and not depth and text.startswith(word, at):
            found.append(at)
    return found


def _last_bracket(text: str) -> int:
    """Where the last bracket opens that is not inside another one."""
    found, depth = -1, 0
    for at, character in enumerate(text):
        if character in _OPENING:
            if not depth:
                found = at
            depth += 1
        elif character in ")]":
            depth -= 1
    return found


def _closing(text: str, opening: int) -> int:
    depth = 0
    for at in range(opening, len(text)):
        if text[at] in _OPENING:
            depth += 1
        elif text[at] in ")]":
            depth -= 1
            if not depth:
                return at
    return len(text)


def _split(text: str) -> list[str]:
    """The arguments of a call."""
    parts, depth, start = [], 0, 0
    for at, character in enumerate(text):
        if character in _OPENING:
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and not depth:
            parts.append(text[start:at].strip())
            start = at + 1
    parts.append(text[start:].strip())
    return parts
