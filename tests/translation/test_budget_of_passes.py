"""Functions that are larger than any compiler makes get code as with -O0."""

from __future__ import annotations

import pytest

from tests.frontend.binary import EMPTY_FUNC, code, functions, module, section, types
from wasm2py.targets.base import Options
from wasm2py.translation.translator import Translator

# Two values in one local, which get names of their own.
PIECE = b"\x23\0\x21\0\x20\0\x20\0\x6a\x24\0" * 2
MOST = 2 << 20


def source(body: bytes, options: Options) -> str:
    translator = Translator(options=options)
    data = module(
        types(EMPTY_FUNC),
        functions(0),
        section(6, b"\1\x7f\1\x41\0\x0b"),
        code(b"\1\1\x7f" + body + b"\x0b"),
    )
    translator.receive(data)
    translator.receive(b"")
    (function,) = translator.finish().codes
    return function.source


@pytest.mark.parametrize("size", [MOST, MOST + 1])
def test_large_functions(size: int) -> None:
    plain, best = (source(PIECE, Options(optimize=level)) for level in (0, 2))
    assert plain != best
    padding = b"\1" * (size - len(PIECE) - 4)
    assert source(PIECE + padding, Options()) == (plain if size > MOST else best)
