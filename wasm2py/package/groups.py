"""The source files that hold a module's functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wasm2py.function import FunctionCode

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
    for code in group:
        name = names.get(code.funcidx)
        shown = "" if name is None else f" ${comment_name(name)}"
        parts.append(
            f"\n\n# func {code.funcidx}{shown}, offset {code.offset:#x}\n{code.source}"
        )
    return "".join(parts)
