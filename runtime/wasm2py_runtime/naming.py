"""The names that generated code has for what belongs to an instance.

``f3`` is a function, ``g3`` a global, ``t3`` a table, ``t3_5`` what its
``call_indirect`` of type 5 indexes, ``tag3`` a tag, ``e3`` and ``d3`` segments. They
are bound when code that has the name is loaded: a module may have a million of each.
"""

from __future__ import annotations

from types import CodeType

from .lean import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Optional

_KINDS = frozenset(("tag", *"fgted"))


class Name(NamedTuple):
    """A name by its parts. ``type`` is -1 unless it is of a table's view."""

    text: str
    kind: str
    number: int
    type: int


def names_in(code: CodeType) -> Iterator[Name]:
    """The names of an instance's own things that code has, each once."""
    pending = [code]
    seen = set()
    while pending:
        code = pending.pop()
        pending += [item for item in code.co_consts if isinstance(item, CodeType)]
        for text in code.co_names:
            if text not in seen:
                seen.add(text)
                found = _name(text)
                if found is not None:
                    yield found


def _name(text: str) -> Optional[Name]:
    """The name by its parts, None where it is no name of an instance's own thing."""
    kind = "tag" if text.startswith("tag") else text[:1]
    number, underscore, type_ = text[len(kind) :].partition("_")
    if kind not in _KINDS or not (text.isascii() and number.isdecimal()):
        return None
    if not underscore:
        return Name(text, kind, int(number), -1)
    return Name(text, kind, int(number), int(type_)) if type_.isdecimal() else None
