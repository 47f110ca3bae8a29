"""Which folder may import from which: docs/architecture.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import wasm2py
from wasm2py import options
from wasm2py.targets import registry

ROOT = Path(wasm2py.__file__).parent

# Each may import from those before it.
LAYERS = (
    "errors",
    "spec",
    "glue",
    "binary",
    "validation",
    "ir",
    "analysis",
    "targets",
    "options",
    "instantiated",
    "js_string",
    "builtins",
    "translation",
    "native",
    "package",
    "web",
    "api",
    "inspection",
    "sources",
    "commands",
    "demo",
)
# The command that runs the demonstration, which shows what a command does.
EXCEPTIONS = {("wasm2py.commands.application", "wasm2py.demo")}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """The names of the project's modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "wasm2py":
            yield from (f"wasm2py.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module.startswith("wasm2py."):
                yield node.module
        elif isinstance(node, ast.Import):
            yield from (
                alias.name for alias in node.names if alias.name.startswith("wasm2py.")
            )


def layer(module: str) -> str:
    return module.split(".")[1]


FILES = [path for path in sorted(ROOT.rglob("*.py")) if path.parent != ROOT]
FILES += [ROOT / f"{name}.py" for name in LAYERS if (ROOT / f"{name}.py").exists()]


def test_every_folder_has_its_layer() -> None:
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    files = {path.stem for path in ROOT.glob("*.py") if not path.stem.startswith("__")}
    assert folders | files == set(LAYERS)


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_imports_point_down(path: Path) -> None:
    module = module_name(path)
    own = LAYERS.index(layer(module))
    up = [
        name
        for name in imports(path)
        if layer(name) in LAYERS
        and LAYERS.index(layer(name)) > own
        and (module, name) not in EXCEPTIONS
    ]
    assert up == []


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_targets_are_known_by_name(path: Path) -> None:
    """What a target consists of is known to itself; all else asks the registry."""
    module = module_name(path)
    inside = [name for name in imports(path) if name.startswith("wasm2py.targets.")]
    known = {"wasm2py.targets.base", "wasm2py.targets.registry"}
    if module == "wasm2py.targets.registry":
        known |= {name for name in inside if name.endswith(".pipeline")}
    elif module.startswith("wasm2py.targets."):
        folder = ".".join(module.split(".")[:3])
        known = {"wasm2py.targets.base"} | {
            name for name in inside if name.startswith(f"{folder}.")
        }
    assert set(inside) <= known


def test_every_target_can_be_asked_for() -> None:
    assert registry.TARGETS.keys() <= set(options.TARGETS)


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_what_is_assumed_of_memories_is_in_one_place(path: Path) -> None:
    """`wasm2py.spec.addresses`, and not a runtime: that has to keep to it."""
    if layer(module_name(path)) in ("spec", "validation", "ir", "analysis", "targets"):
        assert "wasm2py_runtime.memory" not in imported_runtime(path)


def imported_runtime(path: Path) -> set[str]:
    """The modules of the runtime that a file imports."""
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    names = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name for name in names if name and name.startswith("wasm2py_runtime")}


def imported_files(path: Path) -> Iterator[str]:
    """The modules whose files a file imports, in functions and for types, too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in MODULES else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


MODULES = {module_name(path): path for path in sorted(ROOT.rglob("*.py"))}


def circles(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """What is left of a graph when what leads nowhere, and what nothing leads to, is taken away."""
    left = dict(graph)
    while True:
        reached = set().union(*left.values())
        inside = {
            name: followers
            for name in left
            if name in reached and (followers := left[name] & left.keys())
        }
        if inside == left:
            return left
        left = inside


def test_no_circle_of_imports() -> None:
    graph = {
        name: set(imported_files(path)) & MODULES.keys()
        for name, path in MODULES.items()
    }
    assert circles(graph) == {}


def test_circles_are_found() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set(), "e": {"e"}}
    assert circles(graph).keys() == {"b", "c", "e"}
