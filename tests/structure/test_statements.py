"""Passes ask statements what they do, not which class they are of."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import wasm2py
from wasm2py.ir.nodes import Statement

ROOT = Path(wasm2py.__file__).parent
FILES = [
    path
    for folder in ("ir", "analysis", "targets")
    for path in sorted((ROOT / folder).rglob("*.py"))
]
# These say what each class means: the checkers, and what is written in Python.
MEANINGS = {
    "ir/check.py",
    "targets/python/tree/check.py",
    "targets/python/tree/definite.py",
    "targets/python/emit/statements.py",
    "targets/python/emit/depth.py",
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def classes(value: object) -> set[type]:
    """The classes of statements in the second argument of `isinstance`."""
    if isinstance(value, tuple):
        return {each for part in value for each in classes(part)}
    is_statement = isinstance(value, type) and issubclass(value, Statement)
    return {value} if is_statement and isinstance(value, type) else set()


def questions(
    function: ast.AST, names: dict[str, object]
) -> Iterator[tuple[str, set[type]]]:
    """What a function asks the class of, and the classes of statements that it asks for."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "isinstance":
            subject, asked = map(ast.unparse, node.args)
            subject = subject.strip("()").split(" := ")[0]
            found = eval(asked, dict(names)) if _is_known(node.args[1], names) else ()
            yield subject, classes(found)
        elif isinstance(node, ast.Match):
            patterns = [
                inner
                for case in node.cases
                for inner in ast.walk(case.pattern)
                if isinstance(inner, ast.MatchClass)
            ]
            for inner in patterns:
                found = names.get(ast.unparse(inner.cls))
                yield ast.unparse(node.subject), classes(found)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "type":
            yield "type", {Statement} if "statement" in ast.unparse(node) else set()


def _is_known(asked: ast.expr, names: dict[str, object]) -> bool:
    return all(
        node.id in names for node in ast.walk(asked) if isinstance(node, ast.Name)
    )


def dispatches(source: str, names: dict[str, object]) -> list[str]:
    """The functions that ask of one thing whether it is of this or that class of statements."""
    found = []
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            asked: dict[str, set[type]] = {}
            for subject, answer in questions(function, names):
                asked.setdefault(subject, set()).update(answer)
            if any(len(each) > 1 for each in asked.values()) or asked.get("type"):
                found.append(function.name)
    return found


@pytest.mark.parametrize("path", FILES, ids=name)
def test_passes_do_not_dispatch_over_classes(path: Path) -> None:
    if name(path) in MEANINGS:
        return
    module = ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
    names = vars(importlib.import_module(module.removesuffix(".__init__")))
    assert dispatches(path.read_text("utf-8"), names) == []


def test_dispatching_is_found() -> None:
    names: dict[str, object] = {}
    exec("from wasm2py.ir.nodes import *", names)
    names["MANY"] = (names["Do"], names["AssignMany"])
    chain = "if isinstance(s, Assign): pass\n elif isinstance(s, Do): pass"
    match = "match s:\n  case Assign(): pass\n  case Do(): pass"
    for body in (
        chain,
        match,
        "return isinstance(s, (Assign, Do))",
        "return isinstance(s, MANY)",
        "return table[type(statement)]",
        "return isinstance(s := first[0], Assign) or isinstance(s, Do)",
    ):
        assert dispatches(f"def f(s):\n {body}", names) == ["f"], body
    for body in (
        "return isinstance(s, Assign) and isinstance(t, Do)",
        "return isinstance(s, Assign) and isinstance(s.value, (Const, Variable))",
    ):
        assert dispatches(f"def f(s):\n {body}", names) == [], body
