"""longjmp and C++ exceptions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.runtime.emscripten.program import DATA, Program
from wasm2py_runtime import Function, StackExhausted, Trap
from wasm2py_runtime.emscripten import CppException
from wasm2py_runtime.emscripten.unwinding import Longjmp
from wasm2py_runtime.external import FunctionType

TYPE, OTHER_TYPE, NAME, HEAP = 0x100, 0x200, 0x300, 0x8000
INVOKE = FunctionType(("i32", "i32"), ("i32",))


def exported(function: Callable[..., Any], type: str) -> Function:
    return Function(function, type)


class Thrower(Program):
    """A program whose functions throw; it keeps what its host tells it."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.top = HEAP
        super().__init__(
            exports={
                "stackSave": exported(lambda: 555, "-> i32"),
                "stackRestore": exported(self.events.append, "i32 ->"),
                "setThrew": exported(
                    lambda a, b: self.events.append((a, b)), "i32 i32 ->"
                ),
                "malloc": exported(self.allocate, "i32 -> i32"),
                "free": exported(lambda p: self.events.append(f"free {p}"), "i32 ->"),
                "__cxa_can_catch": exported(self.can_catch, "i32 i32 i32 -> i32"),
                "__cxa_is_pointer_type": exported(lambda kind: 0, "i32 -> i32"),
            }
        )
        self.memory.pack_into("<2I", TYPE, 0, NAME)
        self.memory.write(NAME, b"5Error\0")
        self.invoke = self.function("invoke_ii", INVOKE)

    def allocate(self, size: int) -> int:
        self.top += 64
        return self.top

    def can_catch(self, caught: int, thrown: int, address: int) -> int:
        self.events.append((caught, thrown))
        return int(caught == OTHER_TYPE)

    def throw(self, destructor: int = 0) -> None:
        pointer = self.call("__cxa_allocate_exception", 8)
        self.call("__cxa_throw", pointer, TYPE, destructor)

    def matching(self, *types: int) -> int:
        kind = FunctionType(("i32",) * len(types), ("i32",))
        name = f"__cxa_find_matching_catch_{len(types) + 2}"
        found: int = self.function(name, kind)(*types)
        return found


@pytest.fixture
def program() -> Thrower:
    return Thrower()


def test_longjmp(program: Thrower) -> None:
    jump = program.function("_emscripten_throw_longjmp")
    program.table.set(1, exported(lambda n: n + 1, "i32 -> i32"))
    program.table.set(2, exported(lambda n: jump(), "i32 -> i32"))
    assert program.invoke(1, 41) == 42
    assert program.events == []
    assert program.invoke(2, 0) == 0
    assert program.events == [555, (1, 0)]
    with pytest.raises(Longjmp, match="no setjmp"):
        jump()


def test_the_older_longjmp(program: Thrower) -> None:
    with pytest.raises(Longjmp):
        program.call("emscripten_longjmp", 1000, 0)
    assert program.events == [(1000, 1)]


@pytest.mark.parametrize("index", [0, 3, 8, -1, 1 << 31])
def test_pointers_to_nothing_of_that_type(program: Thrower, index: int) -> None:
    program.table.set(3, exported(lambda: None, "->"))
    with pytest.raises(Trap, match=r"element|mismatch"):
        program.invoke(index, 0)
    assert program.events == []


def test_what_is_no_unwinding_passes(program: Thrower) -> None:
    program.table.set(1, exported(lambda n: [][n], "i32 -> i32"))
    with pytest.raises(IndexError):
        program.invoke(1, 0)
    assert program.events == []


def test_what_leaves_another_program_passes(program: Thrower) -> None:
    other = Thrower()
    jump = other.function("_emscripten_throw_longjmp")
    for leaving in (jump, other.throw):
        program.table.set(1, exported(lambda n, f=leaving: f(), "i32 -> i32"))
        other.table.set(1, exported(lambda n: program.invoke(1, n), "i32 -> i32"))
        assert other.invoke(1, 0) == 0
        assert program.events == []
        assert (1, 0) in other.events


def test_recursion_through_invoke(program: Thrower) -> None:
    program.table.set(1, exported(lambda n: program.invoke(1, n), "i32 -> i32"))
    with pytest.raises(StackExhausted):
        program.invoke(1, 0)
    assert program.events == []


def test_catching(program: Thrower) -> None:
    program.table.set(1, exported(lambda n: program.throw(), "i32 -> i32"))
    assert program.invoke(1, 0) == 0
    pointer = program.matching(TYPE)
    assert program.call("getTempRet0") == TYPE
    assert program.call("__cxa_uncaught_exceptions") == 1
    assert program.call("__cxa_begin_catch", pointer) == pointer
    assert program.call("__cxa_uncaught_exceptions") == 0
    assert program.call("__cxa_current_exception_type") == TYPE
    program.call("__cxa_end_catch")
    assert program.events[-1] == f"free {pointer - 24}"
    assert program.call("__cxa_current_exception_type") == 0
    assert program.matching(TYPE) == 0


def test_handlers_that_never_end(program: Thrower) -> None:
    begin = program.function("__cxa_begin_catch")
    with pytest.raises(Trap, match="too many handlers"):
        for _ in range(100_000):
            begin(HEAP)


def test_matching_by_a_base(program: Thrower) -> None:
    with pytest.raises(CppException):
        program.throw()
    assert program.matching(0x180, OTHER_TYPE)
    assert program.call("getTempRet0") == OTHER_TYPE
    assert program.events == [(0x180, TYPE), (OTHER_TYPE, TYPE)]
    program.matching(0x180, 0)
    assert program.call("getTempRet0") == TYPE


def test_an_exception_that_nothing_catches(program: Thrower) -> None:
    with pytest.raises(CppException) as caught:
        program.throw()
    assert (caught.value.type, caught.value.pointer) == ("5Error", HEAP + 64 + 24)
    assert str(caught.value) == f"C++ exception: 5Error at {HEAP + 88:#x}"
    with pytest.raises(CppException) as again:
        program.call("__resumeException", caught.value.pointer)
    assert again.value is caught.value


def test_throwing_again_and_destroying(program: Thrower) -> None:
    destroyed: list[int] = []

    def destroy(pointer: int) -> int:
        destroyed.append(pointer)
        return pointer

    program.table.set(5, exported(destroy, "i32 -> i32"))
    with pytest.raises(CppException) as caught:
        program.throw(5)
    pointer = caught.value.pointer
    program.call("__cxa_begin_catch", pointer)
    with pytest.raises(CppException):
        program.call("__cxa_rethrow")
    program.call("__cxa_end_catch")
    assert destroyed == []
    program.call("__cxa_begin_catch", pointer)
    assert program.call("__cxa_current_primary_exception") == pointer
    program.call("__cxa_end_catch")
    assert destroyed == []
    program.call("__cxa_decrement_exception_refcount", pointer)
    assert destroyed == [pointer]


@pytest.mark.parametrize(
    "name, args",
    [
        ("__cxa_rethrow", ()),
        ("__cxa_end_catch", ()),
        ("__cxa_throw", (4, 0, 0)),
        ("__cxa_throw", (-4, 0, 0)),
        ("__cxa_begin_catch", (-4,)),
        ("__cxa_call_unexpected", (0,)),
    ],
)
def test_nonsense_is_a_trap(program: Thrower, name: str, args: Any) -> None:
    with pytest.raises(Trap, match="aborted"):
        program.call(name, *args)


def test_a_type_without_a_name(program: Thrower) -> None:
    pointer = program.call("__cxa_allocate_exception", 8)
    for type in (0, DATA, -8):
        with pytest.raises(CppException) as caught:
            program.call("__cxa_throw", pointer, type, 0)
        assert caught.value.type is None
