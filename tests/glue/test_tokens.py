"""JavaScript to tokens."""

from __future__ import annotations

import tracemalloc

import pytest

from wasm2py.glue.tokens import tokens


def shown(script: str) -> str:
    """Identifiers and strings, quoted; other tokens by their kinds."""
    found = []
    for token in tokens(script):
        if token.kind == "identifier":
            found.append(token.text)
        elif token.kind == "string":
            found.append(repr(token.text))
        else:
            found.append("_" if token.kind == "other" else token.kind)
    return " ".join(found)


@pytest.mark.parametrize(
    "script, expected",
    [
        ("var a=b.c;", "var a = b . c ;"),
        ("$a_1=_$;", "$a_1 = _$ ;"),
        ("a==b!==c=>d??=e", "a == b !== c => d ??= e"),
        ("a/*x='*/b//y='\nc", "a b c"),
        ("'a\\'b'+\"c\"", "\"a'b\" + 'c'"),
        (r"'\x41\u0042\n'", "'ABn'"),
        ("'open\nb", "'open' b"),
        ("a=/['\"/]/g;b", "a = _ ; b"),
        ("a/b/c", "a / b / c"),
        ("(a)/b/c", "( a ) / b / c"),
        ("return/'/.test(x)", "return _ . test ( x )"),
        ("a=`x${b+`y${c}`}'`;d", "a = _ b + _ c _ _ ; d"),
        ("`${{a:1}}`+b", "_ { a : _ } _ + b"),
        ("a=1.5e3.toFixed", "a = _"),
        ("`never closed ${ x", "_ x"),
        ("/* never closed", ""),
        ("= /[/", "= / [ /"),
    ],
)
def test_tokens(script: str, expected: str) -> None:
    assert shown(script) == expected


@pytest.mark.parametrize(
    "start, piece",
    [
        *(
            ("/*", "a"),
            ("/*", "* "),
            ("'", "a"),
            ("'", "\\n"),
            ("`", "a"),
            ("`", "\\n"),
        ),
        *(("=/", "a"), ("=/", "\\n"), ("=/", "[a]"), ("=/[", "a"), ("=/[", "\\n")),
    ],
)
def test_memory_is_in_proportion_to_what_is_kept(start: str, piece: str) -> None:
    script = start + piece * 200_000
    tracemalloc.start()
    try:
        for _ in tokens(script):
            pass
        assert tracemalloc.get_traced_memory()[1] < 8 * len(script)
    finally:
        tracemalloc.stop()
