"""The examples do what somebody would want of them, over packages that their commands make."""

from __future__ import annotations

import ast
import importlib
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import zstandard

from tests.examples.packages import EXAMPLES, NAMES

Made = Callable[[str], Path]
MAX_LINES = 40


@pytest.fixture
def example(
    made: Made, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Any]:
    """Imports an example and its package, within a folder to work in."""

    def load(name: str) -> Any:
        for path in made(name).iterdir():
            (folder / path.name).symlink_to(path)
        importlib.invalidate_caches()
        return importlib.import_module(name)

    return load


def test_they_are_all_known() -> None:
    assert [path.stem for path in sorted(EXAMPLES.glob("*.py"))] == [*NAMES]


@pytest.mark.parametrize("name", NAMES)
def test_they_are_short(name: str) -> None:
    """Of at most 40 lines of code: without blank ones, comments and docstrings."""
    text = (EXAMPLES / f"{name}.py").read_text("utf-8")
    # Parsing drops comments, and as many lines may be written in one.
    code = {number for number, line in enumerate(text.splitlines(), 1) if code_in(line)}
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, documented) and ast.get_docstring(node) is not None:
            docstring = node.body[0]
            assert docstring.end_lineno is not None
            code -= set(range(docstring.lineno, docstring.end_lineno + 1))
    assert len(code) <= MAX_LINES


def code_in(line: str) -> bool:
    return re.match(r"\s*[^\s#]", line) is not None


@pytest.mark.network
def test_zstd(example: Callable[[str], Any]) -> None:
    zstd = example("zstd")
    data = b"compressed and decompressed " * 10_000
    packed = zstd.compress(data)
    assert zstandard.decompress(packed) == data
    assert zstd.decompress(packed) == data
    assert len(zstd.compress(data, level=19)) <= len(packed) < 1000
    assert zstd.decompress(zstd.compress(b"")) == b""
    # Frames that do not say how long they are, and several of them.
    streaming = zstandard.ZstdCompressor().compressobj()
    stream = streaming.compress(data) + streaming.flush()
    assert zstd.decompress(stream + packed) == data + data
    damaged = packed[:10] + bytes([packed[10] ^ 255]) + packed[11:]
    for wrong in (b"something else", packed[:-1], damaged):
        with pytest.raises(ValueError, match="zstd"):
            zstd.decompress(wrong)


@pytest.mark.network
@pytest.mark.slow
def test_sqlite(example: Callable[[str], Any], folder: Path) -> None:
    sqlite = example("sqlite")
    database = sqlite.connect("a.db")
    assert database.execute("create table t (a, b, c, d, e)") == []
    row = (-(2**63), 0.1, "\N{SNOWMAN} ''", b"\0\xff", None)
    database.execute("insert into t values (?, ?, ?, ?, ?)", *row)
    database.execute("insert into t values (?, ?, ?, ?, ?)", True, -0.5, "", b"", None)
    rows = [row, (1, -0.5, "", b"", None)]
    assert database.execute("select * from t") == rows
    with sqlite3.connect("a.db") as other:
        assert other.execute("select * from t").fetchall() == rows
        other.execute("delete from t where a = 1")
    assert database.execute("select * from t where c = ?", row[2]) == [row]
    database.execute("create unique index i on t (a)")
    for sql, values, message in (
        ("selec", (), 'near "selec": syntax error'),
        ("select * from absent", (), "no such table: absent"),
        ("select ?", (1, 2), "column index out of range"),
        ("insert into t (a) values (?)", (row[0],), "UNIQUE constraint failed: t.a"),
        ("delete from t; drop table t", (), "there is a second statement"),
        ("attach '/etc/passwd' as p", (), "unable to open database: /etc/passwd"),
    ):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            database.execute(sql, *values)
    assert database.execute("select * from t") == [row]
    (folder / "folder.db").mkdir()
    with pytest.raises(ValueError, match="unable to open database file"):
        sqlite.connect("folder.db").execute("select 1")


@pytest.mark.network
@pytest.mark.slow
def test_graphviz(example: Callable[[str], Any]) -> None:
    graphviz = example("graphviz")
    picture = graphviz.svg('digraph { start -> "the \N{SNOWMAN}" -> end }')
    titles = {
        title.text
        for title in ElementTree.fromstring(picture).iter()
        if is_title(title)
    }
    assert {"start", "the \N{SNOWMAN}", "end", "start->the \N{SNOWMAN}"} <= titles
    plain = graphviz.render("graph { a -- b }", "plain", layout="circo").decode()
    assert [line.split()[0] for line in plain.splitlines()] == [
        *("graph", "node", "node", "edge", "stop")
    ]
    for arguments, message in (
        (("digraph {", "svg"), "Failed to parse DOT source"),
        (("graph {}", "nothing"), "Render failed"),
        (("graph {}", "svg", "nothing"), "Layout failed"),
    ):
        with pytest.raises(graphviz.GraphvizError, match=message):
            graphviz.render(*arguments)
    command = [sys.executable, "-m", "graphviz"]
    graph = 'digraph { start -> "the \N{SNOWMAN}" -> end }'
    environment = {**os.environ, "PYTHONPATH": "", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        command, input=graph.encode(), env=environment, capture_output=True, check=True
    )
    assert done.stdout.decode() == picture


def is_title(element: ElementTree.Element) -> bool:
    return element.tag.endswith("}title")


@pytest.mark.network
@pytest.mark.slow
def test_quickjs(example: Callable[[str], Any]) -> None:
    quickjs = example("quickjs")
    package = sys.modules["quickjs_wasm"]
    assert quickjs.evaluate("1+1") == 2
    assert quickjs.evaluate("var a = 'x\\0\N{SNOWMAN}'; [a, { b: null }, 0.5]") == [
        *("x\0\N{SNOWMAN}", {"b": None}, 0.5)
    ]
    assert quickjs.evaluate("(() => {})") is None
    assert quickjs.evaluate("typeof a") == "undefined"
    for script, message in (
        ("nothing", "ReferenceError: nothing is not defined"),
        ("({", "SyntaxError: "),
        ("throw 'a text'", "a text"),
        ("(function f() { return 1 + f() })()", "RangeError: "),
    ):
        with pytest.raises(quickjs.JavaScriptError, match=f"^{message}"):
            quickjs.evaluate(script)
    with pytest.raises(package.DeadlineReached):
        quickjs.evaluate("while (true);", seconds=0.1)
    with pytest.raises(package.MemoryLimitReached):
        quickjs.evaluate("'a'.repeat(2 ** 28)")


@pytest.mark.network
@pytest.mark.slow
def test_their_types(made: Made, tmp_path: Path) -> None:
    """Against those of the packages, which are there only once they are made."""
    for name in NAMES:
        (tmp_path / f"{name}.py").symlink_to(made(name) / f"{name}.py")
        (tmp_path / f"{name}_wasm").symlink_to(made(name) / f"{name}_wasm")
    files = [f"{name}.py" for name in NAMES]
    command = [sys.executable, "-m", "mypy", "--strict", "--python-version", "3.11"]
    done = subprocess.run(
        [*command, "--cache-dir", os.devnull, *files],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "Success: no issues found in 4 source files\n"
