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
# These say what each class means: the checkers, and what is written in Python and C.
MEANINGS = {
    "ir/check.py",
    "targets/python/tree/check.py",
    "targets/python/tree/definite.py",
    "targets/python/emit/statements.py",
    "targets/python/tree/depth.py",
    "targets/c/statements.py",
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def classes(value: object) -> set[type[Statement]]:
    """The classes of statements that are meant: by the second argument of `isinstance`, for instance."""
    if isinstance(value, tuple):
        return {each for part in value for each in classes(part)}
    if isinstance(value, type) and issubclass(value, Statement):
        return {value}
    return set()


def questions(
    function: ast.AST, names: dict[str, object]
) -> Iterator[tuple[str, set[type[Statement]]]]:
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
            # To look something up by it, or to compare it.
            yield "type", {Statement} if "self" not in ast.unparse(node) else set()


def _is_known(asked: ast.expr, names: dict[str, object]) -> bool:
    return all(
        node.id in names for node in ast.walk(asked) if isinstance(node, ast.Name)
    )


def dispatches(source: str, names: dict[str, object]) -> list[str]:
    """The functions that ask of one thing whether it is of this or that class of statements."""
    found = []
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            asked: dict[str, set[type[Statement]]] = {}
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


@pytest.mark.parametrize("folder", ["ir", "analysis"])
def test_structured_code_is_the_targets_own(folder: str) -> None:
    """What a graph may consist of is in the IR, where control goes in a tree is not."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        for value in vars(importlib.import_module(".".join(parts))).values():
            for each in classes(value):
                assert each.is_control is Statement.is_control, path


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
        "return table[type(s)]",
        "return isinstance(s := first[0], Assign) or isinstance(s, Do)",
    ):
        assert dispatches(f"def f(s):\n {body}", names) == ["f"], body
    for body in (
        "return isinstance(s, Assign) and isinstance(t, Do)",
        "return isinstance(s, Assign) and isinstance(s.value, (Const, Variable))",
    ):
        assert dispatches(f"def f(s):\n {body}", names) == [], body
