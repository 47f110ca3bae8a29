"""What the accelerated wheel compiles does nothing that mypyc's classes cannot."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]


def compiled() -> list[Path]:
    """The modules that `hatch_build.py` compiles."""
    for statement in ast.parse((ROOT / "hatch_build.py").read_text()).body:
        if isinstance(statement, ast.Assign):
            patterns = ast.literal_eval(statement.value)
            return [path for pattern in patterns for path in ROOT.glob(pattern)]
    raise LookupError("hatch_build.py names no modules")


def test_no_object_is_copied_without_its_class() -> None:
    """`copy.copy` makes an object without arguments: the compiled class wants those of `__init__`."""
    found = {
        path.relative_to(ROOT).as_posix()
        for path in compiled()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.ImportFrom) and node.module == "copy")
        or (
            isinstance(node, ast.Import)
            and any(alias.name == "copy" for alias in node.names)
        )
    }
    assert found == set()
