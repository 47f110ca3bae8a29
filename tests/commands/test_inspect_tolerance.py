"""`wasm2py inspect` of what nothing else takes: later proposals, invalid modules, components."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.commands.running import Runner
from tests.conformance import suites
from tests.wasm_tools import assemble, convert_wast
from wasm2py.commands.needs import needs_report
from wasm2py.commands.report import json_report, text_report
from wasm2py.errors import CompileError, LimitExceeded
from wasm2py.inspection import ComponentInspection, Inspection, Inspector

LATER = """(module
  (rec (type $s (sub (struct (field i8) (field (mut (ref null $s))))))
       (type $f (func (param (ref $s) v128 anyref nullfuncref) (result i64))))
  (type $a (array (mut i16)))
  (import "env" "f" (func (type $f)))
  (import "env" "m" (memory i64 1 2 shared))
  (import "env" "t" (tag (param i32 exnref)))
  (import "env" "g" (global (mut (ref null extern))))
  (table (export "table") 1 (ref func) (ref.func 0))
  (global (export "global") (ref $s)
    (struct.new $s (i32.const 1) (ref.null $s)))
  (global (export "behind") i32 (i32.const 1))
  (data (i32.const 0) "abc")
  (func (export "run") (param i32) (result i32)
    (return_call 2 (local.get 0)))
  (func (param i32) (result i32) (local v128) (i8x16.extract_lane_s 0 (local.get 1))))
"""
COMPONENT = """(component
  (import "wasi:cli/run@0.2.0" (func (param "x" u32)))
  (core module $m (func (export "f")))
  (core module (import "a" "b" (func (param v128))))
  (core instance $i (instantiate $m))
  (func $g (canon lift (core func $i "f")))
  (export "run" (func $g)))
"""


def inspected(data: bytes, cuts: int | None = None) -> Inspection | ComponentInspection:
    inspector = Inspector()
    step = cuts or len(data) or 1
    for start in range(0, len(data), step):
        inspector.receive(data[start : start + step])
    inspector.receive(b"")
    return inspector.finish()


def module(data: bytes) -> Inspection:
    found = inspected(data)
    assert isinstance(found, Inspection)
    return found


def saved(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "input.wasm"
    path.write_bytes(data)
    return path


def test_later_proposals(run: Runner, tmp_path: Path) -> None:
    output = run("inspect", saved(tmp_path, assemble(LATER))).output
    for line in (
        '"env" "f": function ((ref 0), v128, anyref, nullfuncref) -> (i64)',
        '"env" "m": memory i64 1 to 2 pages shared',
        '"env" "t": tag (i32, exnref) -> ()',
        '"env" "g": global mut externref',
        '"table": table 1 or more (ref func)',
        '"global": global (ref 0)',
        '"run": function (i32) -> (i32)',
    ):
        assert f"  {line}\n" in output.replace("(ref null extern)", "externref")
    for name in ("exceptions", "gc", "memory64", "simd", "tail-call", "threads"):
        assert f"{name}" in output.split("Features\n")[1].splitlines()[0]
    assert "the global section is not read to its end" in output
    assert '"behind": global of a type that is not known' in output


def test_invalid_modules_are_well_formed() -> None:
    twice = assemble('(module (func (export "a")) (func (export "b")))')
    found = module(twice.replace(b"\x01b\x00", b"\x01a\x00"))
    assert [item.name for item, _ in found.exports] == ["a", "a"]
    missing = assemble("(module (func call 1) (func))").replace(
        b"\x10\x01", b"\x10\x63"
    )
    assert module(missing).functions == 2


HEADER = b"\0asm\x01\0\0\0"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x2a\x03abc", "what section 42 is for is not known"),
        (b"\x01\x02\x01\x31", "unknown type definition 0x31"),
        (b"\x01\x04\x01\x60\x01\x31", "unknown value type 0x31"),
        (b"\x01\x05\x01\x60\x01\x63\x50", "unknown heap type 0x50"),
        (b"\x02\x05\x01\0\0\x7f\0", "unknown kind of import 0x7f"),
        (b"\x05\x03\x01\x40\x01", "unknown flags of limits 0x40"),
        (b"\x07\x04\x01\0\x0a\0", "unknown kind of export 0x0a"),
        (b"\x09\x02\x01\x0f", "unknown kind of element segment 15"),
        (b"\x06\x05\x01\x7f\0\xff\x0b", "illegal opcode ff"),
        (b"\x0b\x06\x01\0\xff\0\x01a", ""),
        (
            b"\x01\x04\x01\x60\0\0\x03\x02\x01\0\x0a\x06\x01\x04\0\xf0\x31\x0b",
            "illegal opcode f0",
        ),
    ],
)
def test_what_is_not_known(data: bytes, text: str) -> None:
    found = module(HEADER + data + b"\0\x04\x03end")
    assert found.sections[-1].name == "end"
    assert text in "\n".join(found.unsupported)
    assert text_report(found) and json_report(found) and needs_report(found)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x01\x02\x01", "length out of bounds"),
        (b"\x01\x03\x01\x60\x01", "unexpected end of section"),
        (b"\x01\x05\x01\x60\0\0\0", "section size mismatch: 1 bytes are left"),
        (b"\x03\x01\0\x01\x01\0", "unexpected content after last section"),
        (b"\x2a\x05ab", "length out of bounds"),
        (b"\x02\x04\x01\x01\xff\0", "malformed UTF-8 encoding"),
        (b"\x0a\x04\x01\x02\0\x41", "unexpected end of section or function"),
    ],
)
def test_malformed_modules(data: bytes, message: str) -> None:
    with pytest.raises(CompileError, match=f"^{message}"):
        inspected(HEADER + data)


def test_many_unknown_instructions_are_told_once() -> None:
    bodies = b"".join(
        b"\x05\0\xf0" + bytes((0x80 | n, 1)) + b"\x0b" for n in range(120)
    )
    code = b"\x0a" + bytes((0xD1, 5)) + b"\x78" + bodies
    types = b"\x01\x04\x01\x60\0\0\x03\x79\x78" + b"\0" * 120
    assert len(bodies) == 720 and len(code) == 724
    found = module(HEADER + types + code)
    assert found.functions == 120
    assert len(found.unsupported) <= 100


def test_long_types_are_shown_in_part() -> None:
    found = module(
        assemble(f"(module (import \"a\" \"b\" (func (param {'i32 ' * 900}))))")
    )
    assert "i32, and 860 more) -> ()" in text_report(found)
    assert json.loads(json_report(found))["imports"][0]["type"]["params"][899:] == [
        "i32"
    ]


def test_long_types_that_are_named_too_often() -> None:
    text = f"(module (type (func (param {'i32 ' * 900})))"
    found = module(assemble(text + '(import "a" "b" (func (type 0)))' * 1_112 + ")"))
    assert len(text_report(found)) < 1_000_000
    for given in (found, component_of(found, found)):
        with pytest.raises(
            LimitExceeded, match=r"as JSON: (1,000,800|2,001,600) param"
        ):
            json_report(given)


def component_of(*modules: Inspection) -> ComponentInspection:
    numbered = [(0, item) for item in modules]
    return ComponentInspection(0, [], [], [], numbered, [])


def test_components(run: Runner, tmp_path: Path) -> None:
    data = assemble(COMPONENT)
    path = saved(tmp_path, data)
    output = run("inspect", path).output
    assert output.startswith(f"{len(data)} bytes, a component of 2 modules\n")
    assert 'Imports\n  "wasi:cli/run@0.2.0"\n' in output
    assert 'Exports\n  "run"\n' in output
    assert '    "a" "b": function (v128) -> ()\n' in output
    content: Any = json.loads(run("inspect", "--json", path).output)
    inner = content["modules"][0]
    assert data[inner["offset"] :].startswith(HEADER)
    assert inner["exports"][0]["name"] == "f"
    needs = run("inspect", "--needs", path).output
    assert needs.startswith("component: it is one, of 2 modules")
    assert '"wasi:cli/run@0.2.0"' in needs
    for command in ("scaffold", "validate"):
        outcome = run(command, path)
        assert outcome.status == 1
        assert "WebAssembly component" in outcome.errors


def test_components_however_they_arrive() -> None:
    data = assemble(COMPONENT)
    for cuts in (1, 3, 7):
        assert inspected(data, cuts) == inspected(data)
    for end in range(len(data)):
        try:
            found = inspected(data[:end])
        except CompileError:
            continue
        # At the end of a section.
        assert end == 8 or end == sum(found.sections[-1][2:4])


def test_damage_in_a_components_module() -> None:
    data = bytearray(assemble(COMPONENT))
    start = data.index(HEADER, 8)
    data[start + 8] = 0x0B  # a data section without room for its segments
    with pytest.raises(CompileError) as got:
        inspected(bytes(data))
    assert got.value.offset is not None and got.value.offset > start


@pytest.mark.slow
@pytest.mark.parametrize("suite", ["spec", "proposals", "threads"])
def test_modules_of_the_official_suites(suite: str) -> None:
    """Whatever is not asserted to be malformed is shown."""
    if not suites.are_there():
        pytest.skip("there are no official tests (no network)")
    shown = 0
    for script in suites.scripts(suite):
        with tempfile.TemporaryDirectory() as folder:
            wast = suites.spec_tests() / suite / f"{script}.wast"
            for command in convert_wast(wast, Path(folder)):
                binary = command.get("module_type", "binary") == "binary"
                if command["type"] == "assert_malformed" or not binary:
                    continue
                if "filename" in command:
                    name = Path(command["filename"]).name
                    found = module((Path(folder) / name).read_bytes())
                    assert text_report(found) and needs_report(found)
                    shown += 1
    assert shown > 100
