"""Tracebacks of modules in memory, and what a trap tells about its place."""

from __future__ import annotations

import gc
import linecache
import pickle
import traceback
from functools import cache

import pytest

import wasm2py
from tests.wasm_tools import assemble

WAT = """(module $demo
  (import "env" "host" (func $host))
  (memory 1)
  (func $inner (param i32) (result i32) (i32.load (local.get 0)))
  (func $divide (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)))
  (func $call_host (call $host))
  (func (export "outer") (param i32) (result i32) (call $inner (local.get 0)))
  (func (export "divide") (param i32) (result i32) (call $divide (local.get 0)))
  (func (export "host") (call $call_host)))
"""


@cache
def wasm() -> bytes:
    return assemble(WAT)


def failing_host() -> None:
    raise ValueError("mine")


def exports() -> wasm2py.Instance:
    imports = {"env": {"host": failing_host}}
    return wasm2py.instantiate(wasm(), imports).instance


def trap_of(name: str, argument: int) -> wasm2py.Trap:
    with pytest.raises(wasm2py.Trap) as info:
        exports().exports[name](argument)
    return info.value


def body_offset(index: int) -> int:
    """Where the body of a defined function is, found by reading its section."""
    offsets = []
    seen = wasm2py.compile(wasm())
    for group in range(len(seen.info.groups)):
        for line in seen.provider._source(group).splitlines():  # type: ignore[attr-defined]
            if line.startswith("# func"):
                offsets.append(int(line.rpartition(" ")[2], 16))
    return offsets[index - 1]


def test_place_of_a_trap() -> None:
    trap = trap_of("outer", -4)
    assert str(trap) == "out of bounds memory access"
    assert (trap.function, trap.function_name) == (1, "inner")
    assert trap.offset == body_offset(1)
    # The body begins there: no locals, local.get 0.
    assert wasm()[body_offset(1) :][:3] == b"\0\x20\0"
    trap = trap_of("divide", 0)
    assert (trap.function, trap.function_name) == (2, "divide")
    assert wasm()[trap.offset or 0 :][:4] == b"\0\x41\1\x20"


def test_place_without_source(monkeypatch: pytest.MonkeyPatch) -> None:
    trap = trap_of("outer", -4)
    monkeypatch.setattr(linecache, "cache", {})
    assert (trap.function, trap.function_name) == (1, "inner")
    assert trap.offset == body_offset(1)


def test_trap_without_a_place() -> None:
    trap = wasm2py.Trap("unreachable")
    assert (trap.function, trap.function_name, trap.offset) == (None, None, None)


def test_frames() -> None:
    """Function by function, with the name, the byte offset and the source."""
    trap = trap_of("outer", -4)
    frames = traceback.extract_tb(trap.__traceback__)
    shown = [frame for frame in frames if "wasm-function" in frame.filename]
    assert [frame.name for frame in shown] == ["outer", "inner"]
    for frame, index in zip(shown, (4, 1)):
        place = f":wasm-function[{index}]:{body_offset(index):#x}"
        assert frame.filename.startswith("<wasm demo#")
        assert frame.filename.endswith(place)
        assert frame.line
    assert "f1(" in str(shown[0].line)
    assert "v0" in str(shown[1].line)


def test_frames_around_a_host_function() -> None:
    with pytest.raises(ValueError, match="mine") as info:
        exports().exports.host()
    names = [frame.name for frame in traceback.extract_tb(info.tb)]
    order = [name for name in names if name in ("host", "call_host", "failing_host")]
    assert order[-2:] == ["call_host", "failing_host"]


def test_source_survives_checkcache() -> None:
    trap = trap_of("outer", -4)
    linecache.checkcache()
    frames = traceback.extract_tb(trap.__traceback__)
    assert all(frame.line for frame in frames if "wasm-function" in frame.filename)


def test_source_goes_with_the_module() -> None:
    def entries() -> int:
        return sum(1 for name in linecache.cache if name.startswith("<wasm "))

    gc.collect()
    before = entries()
    module = wasm2py.compile(wasm())
    instance = wasm2py.instantiate(module, {"env": {"host": failing_host}})
    with pytest.raises(wasm2py.Trap):
        instance.exports.outer(-4)
    assert entries() > before
    del module, instance
    gc.collect()
    assert entries() == before


def test_copy_in_another_process() -> None:
    """What was loaded there is not what was loaded here."""
    module = pickle.loads(pickle.dumps(wasm2py.compile(wasm())))
    exports = wasm2py.instantiate(module, {"env": {"host": failing_host}}).exports
    with pytest.raises(wasm2py.Trap) as info:
        exports.outer(-4)
    assert info.value.function_name == "inner"


def test_call_stack_exhausted() -> None:
    recursive = assemble('(module (func $f (export "f") (call $f)))')
    with pytest.raises(wasm2py.StackExhausted, match="call stack exhausted") as info:
        wasm2py.instantiate(recursive).instance.exports.f()
    assert info.value.function == 0
