"""A script's assignments that give names to a module's imports and exports.

They are found by their shape, whichever version of Emscripten has written them, and
whether or not names of the script itself are short.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from wasm2py.glue.tokens import IDENTIFIER, STRING, Token, tokens

MOST_BYTES: Final = 32 << 20
# Of brackets within each other.
_MOST_DEPTH: Final = 100_000
# Of assignments, and of properties of all objects.
_MOST_FOUND: Final = 1_000_000
# Of what one value is assigned to, and of names in a path.
_MOST_TARGETS: Final = 100

# What scripts give their constructors to.
_ADD: Final = "addOnInit"

Path = tuple[str, ...]
"""``Module["asm"].x`` is Module, asm, x."""


class Assignment(NamedTuple):
    """``a = b.c = value``: what is assigned to, and the value, a member of something."""

    targets: tuple[Path, ...]
    value: Path


@dataclass
class Glue:
    """What has been found in a script.

    ``objects`` are literals that are assigned, ``{a: name}``: the values are names, or
    None where they are something else. ``calls`` are members that are called without
    arguments, or given to ``addOnInit``.
    """

    objects: list[dict[str, str | None]] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    calls: list[Path] = field(default_factory=list)

    def add(self, other: Glue) -> None:
        """Take what has been found in another script, too."""
        self.objects += other.objects
        self.assignments += other.assignments
        self.calls += other.calls


class TooComplex(ValueError):
    """A script that nobody has written for a module."""


def read_glue(script: bytes) -> Glue:
    """What a script says of its module's names. Raises `TooComplex`."""
    if len(script) > MOST_BYTES:
        raise TooComplex(f"it has more than {MOST_BYTES:,} bytes")
    reader = _Reader()
    reader.read(tokens(script.decode("utf-8", "replace")))
    return reader.glue


@dataclass
class _Literal:
    """An object literal whose end has not come: the property that is being read."""

    found: dict[str, str | None] = field(default_factory=dict)
    key: str | None = None
    # How much of the value has been read, and the name that it begins with.
    size: int = -1
    name: str | None = None

    def take(self, token: Token) -> None:
        """Take a token that is within no other brackets."""
        if token.kind == ",":
            self.end_property()
        elif self.size >= 0:
            self.size += 1
            self.name = token.text if token.kind == IDENTIFIER else None
        elif token.kind == ":" and self.key is not None:
            self.size = 0
        else:
            is_name = token.kind in (IDENTIFIER, STRING)
            self.key = token.text if is_name else None

    def end_property(self) -> None:
        if self.key is not None:
            # ``{key}`` is short for ``{key: key}``.
            named = self.key if self.size < 0 else self.name
            self.found[self.key] = named if self.size <= 1 else None
            if len(self.found) > _MOST_FOUND:
                raise TooComplex("it has an object with too many properties")
        self.key, self.size, self.name = None, -1, None


class _Reader:
    def __init__(self) -> None:
        self.glue = Glue()
        # An entry for each open bracket, None for those of anything else.
        self._open: list[_Literal | None] = []
        self._found = 0
        # The targets of the assignment that is being read, and the path after them.
        self._targets: list[Path] = []
        self._path: list[str] = []
        # What would extend the path: ".", "[", or the text within brackets.
        self._member = ""
        # The path that has just ended with an opening parenthesis.
        self._called: Path = ()
        # Whether the path is the only argument, so far, of a call of `_ADD`.
        self._is_added = False

    def read(self, stream: Iterable[Token]) -> None:
        before = Token("", "")
        for token in stream:
            self._bracket(token, before)
            self._advance(token)
            before = token

    def _bracket(self, token: Token, before: Token) -> None:
        kind = token.kind
        if kind in ("{", "(", "["):
            inner = self._open and self._open[-1]
            if inner:
                inner.size = 2 if inner.size >= 0 else inner.size
                inner.key = inner.key if inner.size >= 0 else None
            is_literal = kind == "{" and before.kind == "="
            self._open.append(_Literal() if is_literal else None)
            if len(self._open) > _MOST_DEPTH:
                raise TooComplex("its brackets are nested too deep")
        elif kind in ("}", ")", "]"):
            literal = self._open.pop() if self._open else None
            if literal is not None:
                literal.end_property()
                if literal.found:
                    self._count(len(literal.found))
                    self.glue.objects.append(literal.found)
        elif self._open and (inner := self._open[-1]) is not None:
            inner.take(token)

    def _advance(self, token: Token) -> None:
        """Go on with the path, the assignment or the call that the token belongs to."""
        called, self._called = self._called, ()
        kind = token.kind
        if self._member == ".":
            self._extend(token.text if kind == IDENTIFIER else None)
        elif self._member == "[":
            self._member = token.text if kind == STRING else ""
            if not self._member:
                self._forget()
                self._begin(token)
        elif self._member:
            text, self._member = self._member, ""
            self._extend(text if kind == "]" else None)
        elif kind in (".", "?.", "[") and self._path:
            self._member = "[" if kind == "[" else "."
        elif kind == "=" and self._path:
            self._targets = [*self._targets[-_MOST_TARGETS:], tuple(self._path)]
            self._path = []
        else:
            self._end_path(token, called)
            self._begin(token)
            self._is_added = called[-1:] == (_ADD,)

    def _extend(self, name: str | None) -> None:
        self._member = ""
        if name and len(self._path) < _MOST_TARGETS:
            self._path.append(name)
        else:
            self._forget()

    def _forget(self) -> None:
        self._targets, self._path = [], []

    def _begin(self, token: Token) -> None:
        """Begin a path, perhaps. Nothing else goes on with an assignment."""
        if token.kind == IDENTIFIER:
            self._path = [token.text]
        else:
            self._targets = []

    def _end_path(self, token: Token, called: Path) -> None:
        """The path has ended before this token: see what it was."""
        path, self._path = tuple(self._path), []
        if token.kind == "(":
            self._called = path
        elif token.kind == ")" and len(called) > 1 and not path:
            self._count(1)
            self.glue.calls.append(called)
        elif token.kind == ")" and len(path) > 1 and self._is_added:
            self._count(1)
            self.glue.calls.append(path)
        elif len(path) > 1 and self._targets:
            self._count(1)
            self.glue.assignments.append(Assignment(tuple(self._targets), path))
        if path:
            self._targets = []

    def _count(self, found: int) -> None:
        self._found += found
        if self._found > _MOST_FOUND:
            raise TooComplex("it has more assignments than any module has names")
