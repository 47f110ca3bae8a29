"""Whatever a module gives to Emscripten's functions, they end as is documented."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.runtime.emscripten.program import Program
from wasm2py_runtime import Function, LinkError, MemoryDirectory, ProcExit, Trap
from wasm2py_runtime.emscripten.functions import EmscriptenFunction
from wasm2py_runtime.emscripten.signatures import (
    FUNCTIONS,
    Wanted,
    find_signature,
    is_emscripten_only,
    signatures,
    uses_emscripten,
)
from wasm2py_runtime.emscripten.state import SHAPES
from wasm2py_runtime.emscripten.unwinding import Unwinding
from wasm2py_runtime.external import FunctionType
from wasm2py_runtime.wasi import signatures as wasi

NUMBERS: tuple[int, ...] = (
    0,
    1,
    2,
    3,
    8,
    100,
    0x1000,
    0xFFFF,
    131071,
    131072,
    1 << 20,
    -1,
    -100,
    -4096,
)
NUMBERS += ((1 << 31) - 1, -(1 << 31))
NAMES = sorted({*FUNCTIONS, *wasi.PARAMETERS} - {"sched_yield", "poll_oneoff"})
TRIES = 60


def exports(chosen: random.Random) -> dict[str, Any]:
    """All functions that are called of a module, giving any numbers."""
    return {
        name: Function(
            (
                (lambda *args: chosen.choice(NUMBERS))
                if has_result
                else lambda *args: None
            ),
            f"{'i32 ' * counts[-1]}-> {'i32' * has_result}",
        )
        for name, (counts, has_result) in SHAPES.items()
    }


@pytest.mark.parametrize("are_exported", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_any_numbers(name: str, are_exported: bool) -> None:
    chosen = random.Random(name)
    for signature in signatures(name):
        type_ = FunctionType(signature.params, signature.results)
        program = Program(
            {"/": MemoryDirectory({"a": b"text", "sub": {}})},
            exports(chosen) if are_exported else {},
        )
        function = EmscriptenFunction(name, type_, program.state)
        for _ in range(TRIES):
            program.memory.write(0x1000, b"/a\0")
            args = [
                chosen.choice(NUMBERS) * (1.5 if kind.startswith("f") else 1)
                for kind in signature.params
            ]
            try:
                result = function(*args)
            except (Trap, LinkError, ProcExit, Unwinding):
                continue
            assert isinstance(result, (int, float)) == bool(signature.results)
        program.wasi.close()


def test_huge_counts_of_buffers() -> None:
    program = Program()
    for count in (1025, 1 << 20, -1):
        assert program.function("fd_write")(1, 0, count, 8) != 0


def test_a_descriptor_for_each_number() -> None:
    program = Program()
    opened = [program.open("/dev/null") for _ in range(5000)]
    assert min(opened) == -33 and max(opened) == 4095
    assert program.call("__syscall_dup", 0) == -33
    program.wasi.close()


def test_types() -> None:
    assert find_signature("emscripten_resize_heap", ["i32"], ["i32"]) is not None
    assert find_signature("emscripten_resize_heap", ["i64"], ["i32"]) is None
    found = find_signature("fd_seek", ["i32"] * 5, ["i32"])
    assert found is not None and found[1]
    with pytest.raises(LinkError, match="is no function"):
        EmscriptenFunction("abort", FunctionType(("i32",), ()), Program().state)


def test_halves_are_joined() -> None:
    program = Program({"/": MemoryDirectory({"a": b""})})
    fd = program.open("/a", 2)
    halved = FunctionType(("i32", "i32", "i32"), ("i32",))
    function = program.function("__syscall_ftruncate64", halved)
    assert function(fd, 5, 0) == 0
    assert function(fd, -1, -1) == -28
    program.function("fd_seek")(fd, 0, 2, 64)
    assert program.memory.unpack("<Q", 64) == (5,)


def wanted(*items: Any) -> list[Wanted]:
    return [Wanted(module, name, "function", type_) for module, name, type_ in items]


def test_whose_imports_they_are() -> None:
    resize = ("env", "emscripten_resize_heap", (("i32",), ("i32",)))
    invoke = ("env", "invoke_vi", (("i32", "i32"), ()))
    close = ("wasi_snapshot_preview1", "fd_close", (("i32",), ("i32",)))
    abort = ("env", "abort", ((), ()))
    other = ("env", "other", ((), ()))
    assert is_emscripten_only(wanted(resize, invoke, close, abort))
    assert uses_emscripten(wanted(resize, other))
    assert not is_emscripten_only(wanted(resize, other))
    # Others have functions of these names, too.
    assert not uses_emscripten(wanted(abort, close))
    assert not uses_emscripten(wanted(("env", "invoke_vi", ((), ()))))
    assert not uses_emscripten(wanted(("other", *resize[1:])))
