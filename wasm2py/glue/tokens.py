"""JavaScript to tokens, as far as is needed to find assignments in it.

Nothing is run, and nothing is refused: what makes no sense is skipped. Every pattern takes
time in proportion to what it matches, and keeps no places to return to, of which
there would be one for each character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

IDENTIFIER: Final = "identifier"
STRING: Final = "string"
OTHER: Final = "other"
"""Kinds of tokens; other ones are what they say: ``=``, ``{``, ``=>`` and so on."""

_TOKEN: Final = re.compile(
    r"""
    (?P<space>[\s\ufeff]+|//[^\n\r]*|/\*.*?(?:\*/|\Z))
    |(?P<identifier>[^\W\d][\w$]*|\$[\w$]*|\#[\w$]+)
    |(?P<string>"(?:[^"\\\n\r]++|\\.)*+"?|'(?:[^'\\\n\r]++|\\.)*+'?)
    |(?P<number>[0-9][\w.]*|\.[0-9][\w.]*)
    |(?P<punctuation>=>|={2,3}|!=?=?|\?\?=?|&&=?|\|\|=?|[-+*%<>&|^]{1,3}=|\.\.\.|\?\.|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_TEMPLATE: Final = re.compile(r"(?:[^`\\$]++|\\.|\$(?!\{))*+", re.DOTALL)
_REGEX: Final = re.compile(
    r"/(?:[^/\\\[\n\r]++|\\[^\n\r]|\[(?:[^\]\\\n\r]++|\\[^\n\r])*+\])++/[\w$]*"
)
# Words after which a slash begins a pattern, and is no division.
_WORDS: Final = frozenset(
    ("return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else")
)
_ESCAPE: Final = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(\n|.))", re.DOTALL
)


class Token(NamedTuple):
    """What it is, and an identifier or the contents of a string."""

    kind: str
    text: str


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a script, in order; comments are left out."""
    position, before = 0, Token(OTHER, "")
    # Where one pattern has no end, others in the line are not looked for.
    no_pattern_until = 0
    # Brackets that are open within the templates that are.
    templates: list[int] = []
    while position < len(text):
        match = None
        if text[position] == "/" and position >= no_pattern_until:
            if _may_be_pattern(before):
                match = _REGEX.match(text, position)
                if match is None:
                    end = text.find("\n", position)
                    no_pattern_until = len(text) if end < 0 else end
        token = Token(OTHER, "")
        if match is None:
            match = _TOKEN.match(text, position)
            assert match is not None  # every character matches
            if match.lastgroup == "space":
                position = match.end()
                continue
            token = _token(match)
        position = match.end()
        if token.kind == "`" or (token.kind == "}" and templates and not templates[-1]):
            if token.kind == "}":
                templates.pop()
            position = _skip_template(text, position, templates)
            token = Token(OTHER, "")
        elif templates and token.kind in ("{", "}"):
            templates[-1] += 1 if token.kind == "{" else -1
        yield token
        before = token


def _token(match: re.Match[str]) -> Token:
    kind, text = match.lastgroup, match.group()
    if kind == "identifier":
        return Token(IDENTIFIER, text)
    if kind == "string":
        return Token(STRING, _contents(text))
    return Token(OTHER if kind == "number" else text, "")


def _contents(literal: str) -> str:
    body = literal[1:-1] if literal[-1] == literal[0] else literal[1:]
    if "\\" not in body:
        return body
    # Halves of characters are joined; one that is alone is none of any name.
    units = _ESCAPE.sub(_unescaped, body).encode("utf-16", "surrogatepass")
    return units.decode("utf-16", "replace")


def _unescaped(match: re.Match[str]) -> str:
    digits = match.group(1) or match.group(2)
    return chr(int(digits, 16)) if digits else match.group(3)


def _may_be_pattern(before: Token) -> bool:
    """Whether a slash can begin a pattern there: not behind a value."""
    if before.kind == IDENTIFIER:
        return before.text in _WORDS
    if before.kind == STRING or before.kind in (")", "]", "}"):
        return False
    return not (before.kind == OTHER and before.text == "")


def _skip_template(text: str, position: int, templates: list[int]) -> int:
    """The place after a template's text: its end, or where an expression begins in it."""
    match = _TEMPLATE.match(text, position)
    end = len(text) if match is None else match.end()
    if text.startswith("${", end):
        templates.append(0)
        return end + 2
    return end + 1
