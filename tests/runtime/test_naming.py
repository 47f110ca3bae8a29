"""The names in generated code, and the code that has them."""

from __future__ import annotations

import sys
from typing import Any

from tests.runtime.handmade import Text, functions
from wasm2py_runtime.module import parse, texts_in

GET = ((), ("i32",))
TEXT = "def f0(): return f1()\ndef f1(): return [f2() for f2 in (f0, len)]"


def test_names_are_read() -> None:
    assert parse("f12") == ("f12", "f", 12, -1)
    assert parse("t0_35") == ("t0_35", "t", 0, 35)
    assert parse("tag3") == ("tag3", "tag", 3, -1)
    for text in ("f", "fx", "m0", "mu32at8", "t0_", "f1_x", "len", "_"):
        assert parse(text) is None


def test_each_text_that_code_calls_is_found_once() -> None:
    code = compile(TEXT, "<code>", "exec")
    texts = list(texts_in(code))
    assert len(texts) == len(set(texts))
    assert {"f0", "f1", "len"} <= set(texts)


def test_functions_without_a_name_stay_as_they_are() -> None:
    """So they cost nothing where a process loads compiled code."""
    code = compile(TEXT, "<code>", "exec")

    class Same(Text):
        def load_group(self, group: int) -> Any:
            return code

    same = functions("", [GET] * 2, provider=Same([TEXT], names={1: "free"}))
    made = _functions(same.group_code(0)[0])
    assert [item.co_name for item in made] == ["f0", "free"]
    if sys.implementation.name != "pypy":
        assert made[0] is _functions(code)[0]


def test_instances_share_code_where_they_can() -> None:
    """On PyPy a code object is fast with the globals that it has first been run with."""
    made = functions("", [GET] * 2, provider=Text([TEXT]))
    one, other = (_functions(made.group_code(0)[0]) for _ in range(2))
    shared = [a is b for a, b in zip(one, other)]
    assert shared == [sys.implementation.name != "pypy"] * 2


def _functions(code: Any) -> list[Any]:
    return [item for item in code.co_consts if type(item) is type(code)]
