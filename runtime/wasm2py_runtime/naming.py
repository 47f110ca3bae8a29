"""The names that generated code has for what belongs to an instance.

``f3`` is a function, ``g3`` a global, ``t3`` a table, ``t3_5`` what its
``call_indirect`` of type 5 indexes, ``tag3`` a tag, ``e3`` and ``d3`` segments. They
are bound when code that has the name is loaded: a module may have a million of each.
"""

from __future__ import annotations

from .lean import CodeType, NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterable, Optional

_KINDS = frozenset(("tag", *"fgted"))


class Name(NamedTuple):
    """A name by its parts. ``type`` is -1 unless it is of a table's view."""

    text: str
    kind: str
    number: int
    type: int


def texts_in(code: CodeType) -> Iterable[str]:
    """What code calls by name, the functions in it included: each text once, in order."""
    pending = [code]
    seen: Dict[str, None] = {}
    while pending:
        code = pending.pop()
        seen.update(dict.fromkeys(code.co_names))
        pending += [item for item in code.co_consts if type(item) is CodeType]
    return tuple(seen)


def parse(text: str) -> Optional[Name]:
    """The name of an instance's own thing; None for any other text."""
    kind = text.rstrip("_0123456789")
    if kind in _KINDS:
        number, underscore, type_ = text[len(kind) :].partition("_")
        if number.isdecimal() and (type_.isdecimal() or not underscore):
            return Name(text, kind, int(number), int(type_ or -1))
    return None
