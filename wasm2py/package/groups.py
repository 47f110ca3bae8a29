"""The source files that hold a module's functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap

from wasm2py.package.literals import LINE_LENGTH
from wasm2py.targets.base import FunctionCode

NAME_LENGTH = 50

# What may stand in a comment as it is. Left out: what could make the comment mean
# something to a tool ("#", ";", spaces: pragmas, modelines), quotes, and all that is
# not printable ASCII.
_HARMLESS = frozenset(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    "_.$:<>(),*&~[]{}=+-/|!?@%^"
)

# A declaration of the file's encoding counts in the first two lines only (Python
# reference, 2.1.4): with these two in front, no function's name can be one.
_PREAMBLE = """\
# Functions of a WebAssembly module. Names after "$" are the module's own, offsets are
# those of the functions' bodies in its binary form.
"""


def comment_name(name: str) -> str:
    """A function's name as it may stand in a comment: bounded, and harmless."""
    shown = "".join(
        character if character in _HARMLESS else "_" for character in name[:NAME_LENGTH]
    )
    return shown + "..." if len(name) > NAME_LENGTH else shown


def group_source(group: Sequence[FunctionCode], names: Mapping[int, str]) -> str:
    """The text of the file of a group of functions."""
    parts = [_PREAMBLE]
    parts += [f"{line}\n" for line in _bindings(group)]
    for code in group:
        name = names.get(code.funcidx)
        shown = "" if name is None else f" ${comment_name(name)}"
        parts.append(
            f"\n\n# func {code.funcidx}{shown}, offset {code.offset:#x}\n{code.source}"
        )
    return "".join(parts)


def _bindings(group: Sequence[FunctionCode]) -> Iterator[str]:
    """Statements that bind the views which functions use."""
    found: dict[int, set[tuple[str, int]]] = {}
    for code in group:
        for memory, view, distance in code.memory_views:
            found.setdefault(memory, set()).add((view, distance))
    for memory in sorted(found):
        suffix = f"_{memory}" if memory else ""
        head = f"bind_views(__wasm__, m{memory}, "
        names = [
            view + (f"at{distance}" if distance else "") + suffix
            for view, distance in sorted(found[memory])
        ]
        for text in wrap(" ".join(names), LINE_LENGTH - len(f'{head}"")')):
            yield f'{head}"{text}")'
