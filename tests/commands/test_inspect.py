"""`wasm2py validate` and `wasm2py inspect`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.commands.running import Runner, start
from tests.commands.servers import response, sending, serving
from tests.package.modules import EVERY_KIND, binary, hostile_module


@pytest.fixture
def kinds(tmp_path: Path) -> Path:
    """A file with a module that imports and exports things of every kind."""
    path = tmp_path / "kinds.wasm"
    path.write_bytes(binary(EVERY_KIND))
    return path


def test_validate(run: Runner, kinds: Path) -> None:
    size = kinds.stat().st_size
    expected = f"{kinds}: valid, 4 functions, {size} bytes\n"
    assert run("validate", kinds) == (0, expected, "")


def test_validate_a_url(run: Runner) -> None:
    with serving(sending(response(binary(EVERY_KIND)))) as url:
        assert run("validate", url).output.startswith(f"{url}: valid, 4 functions")


def test_inspect_json(run: Runner, kinds: Path) -> None:
    outcome = run("inspect", kinds, "--json")
    assert (outcome.status, outcome.errors) == (0, "")
    content = json.loads(outcome.output)
    assert content["size"] == kinds.stat().st_size
    assert [section["name"] for section in content["sections"]][:3] == [
        "type",
        "import",
        "function",
    ]
    data = kinds.read_bytes()
    custom = content["sections"][-1]
    assert custom["name"] == "name"
    assert custom["offset"] + custom["size"] == len(data)
    assert content["imports"] == [
        {
            "module": "env",
            "name": "log",
            "kind": "function",
            "type": {"params": ["i32"], "results": []},
        }
    ]
    exports = {export["name"]: export for export in content["exports"]}
    assert list(exports) == [
        *("memory", "counter", "table", "fib", "pair", "trap", "reference")
    ]
    assert exports["memory"]["type"] == {
        "minimum": 1,
        "maximum": 3,
        "address": "i32",
        "shared": False,
    }
    assert exports["counter"]["type"] == {"type": "i32", "mutable": True}
    assert exports["table"]["type"]["element"] == "funcref"
    assert exports["pair"]["type"]["results"] == ["i64", "f64"]
    assert content["features"] == ["multi-value", "mutable-globals", "reference-types"]
    assert content["functions"] == content["native_functions"] == 4
    largest = content["largest_functions"]
    assert largest[0]["name"] == "fib"
    sizes = [function["size"] for function in largest]
    assert sizes == sorted(sizes, reverse=True)
    assert data[largest[0]["offset"] + largest[0]["size"] - 1] == 0x0B


def test_inspect_text(run: Runner, kinds: Path) -> None:
    output = run("inspect", kinds).output
    assert '"env" "log": function (i32) -> ()' in output
    assert '"memory": memory 1 to 3 pages' in output
    assert '"counter": global mut i32' in output
    assert 'func 1 "fib"' in output
    assert "\nnative: 4 of 4 functions\n" in output
    assert "multi-value, mutable-globals, reference-types" in output


def test_functions_that_are_not_native(run: Runner, tmp_path: Path) -> None:
    path = tmp_path / "simd.wasm"
    path.write_bytes(binary("(module (func) (func (drop (v128.const i64x2 0 0))))"))
    assert "\nnative: 1 of 2 functions\n" in run("inspect", path).output


def test_names_are_escaped(run: Runner, tmp_path: Path) -> None:
    path = tmp_path / "hostile.wasm"
    path.write_bytes(binary(hostile_module()))
    text = run("inspect", path).output
    assert text.isascii()
    assert all(line.isprintable() for line in text.splitlines())


@pytest.mark.parametrize(
    ("wat", "features"),
    [
        ("(module)", []),
        ("(module (func (drop (i32.extend8_s (i32.const 0)))))", ["sign-extension"]),
        ('(module (memory 1) (data "x"))', ["bulk-memory"]),
        ("(module (global i32 (i32.add (i32.const 1) (i32.const 2))))",)
        + (["extended-const"],),
        ("(module (memory 1) (memory 1))", ["multi-memory"]),
        ("(module (func (param externref)))", ["reference-types"]),
        ("(module (func (local externref)))", ["reference-types"]),
        ("(module (table 1 externref))", ["reference-types"]),
        ("(module (table 1 funcref) (elem (i32.const 0)))", []),
        ("(module (func (drop (block (result funcref) unreachable))))",)
        + (["reference-types"],),
        ("(module (table 9 funcref) (elem (i32.add (i32.const 1) (i32.const 2))))",)
        + (["extended-const"],),
        (
            "(module (func (block (result i32 i32) i32.const 0 i32.const 0) drop drop))",
            ["multi-value"],
        ),
    ],
)
def test_features(run: Runner, tmp_path: Path, wat: str, features: list[str]) -> None:
    path = tmp_path / "module.wasm"
    path.write_bytes(binary(wat))
    content = json.loads(run("inspect", path, "--json").output)
    assert content["features"] == features


def test_inspect_shows_what_cannot_be_translated(run: Runner, tmp_path: Path) -> None:
    path = tmp_path / "module.wasm"
    path.write_bytes(binary("(module (func (drop (v128.const i64x2 0 0))))"))
    content = json.loads(run("inspect", path, "--json").output)
    assert content["features"] == ["simd"]
    assert len(content["unsupported"]) == 1
    assert "'simd'" in content["unsupported"][0]


def test_output_into_a_closed_pipe(kinds: Path) -> None:
    receiver, sender = os.pipe()
    os.close(receiver)
    process = start("inspect", kinds, stdout=sender)
    os.close(sender)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors == ""
