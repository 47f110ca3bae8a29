"""What must agree does, at whichever bytecode an exception comes."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from tests.runtime.handmade import Text, functions
from tests.runtime.interruption import STEP, interrupted
from wasm2py_runtime import Instance, Memory, StackExhausted, Table, Trap, memory
from wasm2py_runtime.memory import bind_views
from wasm2py_runtime.recursion import _stack

PAGE = 65536
NAMES = "mu8 mu32 eu16 mf64at8"
UNARY = (("i32",), ("i32",))
ERRORS = [KeyboardInterrupt, RecursionError, MemoryError]
SOURCE = """
bind_views(__wasm__, m0, "mu8 mu32 eu16 mf64at8")
def f1(v0):
    return memory_grow(m0, v0)
def f2(v0):
    return f2(v0 - 1) if v0 else f0(v0)
def f3(v0):
    return t0_0[v0](5)
def f4(v0):
    table_set(t0, v0, ref_func(5) if t0_0[v0](1) == 1 else ref_func(4))
    return t0_0[v0](1)
def f5(v0):
    return v0 + 100
def f6(v0):
    return mu32[v0]
"""


def build(target: Memory, table: Table, host: Any = lambda x: x) -> Any:
    module = functions(
        "",
        [UNARY] * 7,
        provider=Text([SOURCE.replace("ref_func(4)", "ref_func(0)")]),
        types=(UNARY,),
        functions=(0,) * 6,
        imports=(
            ("env", "host", "function", 0),
            ("env", "memory", "memory", ("i32", 0, None, False)),
            ("env", "table", "table", ("funcref", "i32", 0, None)),
        ),
    )
    imports = {"env": {"host": host, "memory": target, "table": table}}
    return Instance(module, imports)


def check_memory(target: Memory, *modules: ModuleType) -> None:
    """A memory and all views of it have the same size and the same bytes."""
    size = target._wasm_size
    assert len(target.buffer) == size == memory.memory_size(target) * PAGE
    for module in modules:
        names = module.__dict__
        if names.get("mu8") is None:
            continue
        assert len(names["mu8"]) == size
        assert len(names["mu32"]) == max(size - 3, 0)
        assert len(names["eu16"]) == size // 2
        assert len(names["mf64at8"]) == max(size - 15, 0)
        if size:
            names["mu8"][size - 1] = 77
            assert target.read(size - 1, 1) == b"M"
            assert names["mu32"][size - 4] >> 24 == 77


def check_table(table: Table, *modules: ModuleType) -> None:
    """What an indirect call finds is what the table has."""
    for index in range(len(table)):
        export = table.get(index)
        for module in modules:
            view = module.__dict__.get("t0_0")
            if view is None:  # its code has not been loaded
                continue
            if export is None:
                assert index not in view
                with pytest.raises(Trap, match="uninitialized"):
                    view[index]
            else:
                assert view[index](1) & 0xFFFFFFFF == export(1) & 0xFFFFFFFF


@pytest.fixture(autouse=True)
def the_limit_is_back() -> Any:
    gc.collect()
    before = sys.getrecursionlimit()
    yield
    assert sys.getrecursionlimit() == before
    assert not _stack.inside and not _stack.alone


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("moves", [False, True])
def test_growth(
    error: type[BaseException], moves: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if moves:
        monkeypatch.setattr(
            "wasm2py_runtime.reservation.address_space_is_plentiful", lambda: False
        )
    state: list[Any] = []

    def prepare() -> Callable[[], Any]:
        target = Memory(1)
        modules = [ModuleType("first"), ModuleType("second")]
        for module in modules:
            bind_views(module, target, NAMES)
        state[:] = target, modules
        return lambda: target.grow(3)

    sizes = set()
    for _ in interrupted(prepare, error, ERRORS.index(error)):
        target, modules = state
        check_memory(target, *modules)
        sizes.add(memory.memory_size(target))
        assert target.grow(1) in (1, 4)
        check_memory(target, *modules)
    assert sizes == {1, 4}


@pytest.mark.parametrize("error", ERRORS)
def test_binding(error: type[BaseException]) -> None:
    state: list[Any] = []

    def prepare() -> Callable[[], Any]:
        target, module = Memory(1), ModuleType("bound")
        state[:] = target, module
        return lambda: bind_views(module, target, NAMES)

    for _ in interrupted(prepare, error, ERRORS.index(error)):
        target, module = state
        check_memory(target, module)
        target.grow(1)
        check_memory(target, module)
        bind_views(module, target, NAMES)
        target.grow(1)
        check_memory(target, module)


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("act", ["set", "set_wasm", "grow", "call"])
def test_tables(error: type[BaseException], act: str) -> None:
    state: list[Any] = []

    def prepare() -> Callable[[], Any]:
        target, table = Memory(1), Table("funcref", 4)
        instance = build(target, table)
        exports = instance.exports
        table.set(1, exports.f5)
        table.set(2, exports.f0)
        exports.f3(1)
        state[:] = table, instance
        return {
            "set": lambda: table.set(1, None),
            "set_wasm": lambda: exports.f4(1),
            "grow": lambda: table.grow(3),
            "call": lambda: exports.f3(2),
        }[act]

    for _ in interrupted(prepare, error, ERRORS.index(error)):
        table, instance = state
        check_table(table, instance._python_module)
        assert len(table) in (4, 7)


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("depth", [0, 3])
def test_entering_and_leaving(error: type[BaseException], depth: int) -> None:
    """The limit is back after each, and nothing is left in the accounts."""
    limit = sys.getrecursionlimit()

    def host(x: int) -> int:
        left[0] -= 1
        result: int = instance.exports.f2(x) if left[0] > 0 else 0
        return result

    left = [0]
    instance = build(Memory(1), Table("funcref", 1), host)
    instance.exports.f2(0)

    def prepare() -> Callable[[], Any]:
        left[0] = depth
        return lambda: instance.exports.f2(2)

    for _ in interrupted(prepare, error, ERRORS.index(error)):
        assert sys.getrecursionlimit() == limit
        assert not _stack.inside and not _stack.alone


@pytest.mark.parametrize("error", ERRORS)
def test_a_host_that_catches_it_goes_on(error: type[BaseException]) -> None:
    """Within other calls, an interrupted one leaves the accounts as they were."""
    limit = sys.getrecursionlimit()
    state: list[Any] = []

    def act() -> Callable[[], Any]:
        return lambda: inner.exports.f2(1)

    def host(x: int) -> int:
        for _ in interrupted(act, error, ERRORS.index(error)):
            assert sys.getrecursionlimit() > limit
            state.append((list(_stack.inside), dict(_stack.alone)))
        return 0

    inner = build(Memory(1), Table("funcref", 1))
    inner.exports.f2(0)
    outer = build(Memory(1), Table("funcref", 1), host)
    assert outer.exports.f2(3) == 0
    assert len(state) > 5 and all(item == state[0] for item in state)


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("step", [17, pytest.param(1, marks=pytest.mark.slow)])
def test_loading_and_instantiation(error: type[BaseException], step: int) -> None:
    state: list[Any] = []

    def prepare() -> Callable[[], Any]:
        target, table = Memory(1), Table("funcref", 4)
        state[:] = target, table, []

        def act() -> None:
            instance = build(target, table)
            state[2].append(instance)
            table.set(1, instance.exports.f5)
            instance.exports.f6(0)
            instance.exports.f1(1)
            instance.exports.f3(1)

        return act

    for _ in interrupted(prepare, error, ERRORS.index(error) % step, step * STEP):
        target, table, instances = state
        modules = [instance._python_module for instance in instances]
        check_memory(target, *modules)
        check_table(table, *modules)
        for instance in instances:
            exports = instance.exports
            assert exports.f5 is exports.f5
            exports.f1(1)
            assert exports.f6(PAGE) == 0
        check_memory(target, *modules)


def descend(frames: int, act: Callable[[], Any]) -> Any:
    return act() if frames <= 0 else descend(frames - 1, act)


def deepest(frames: int = 0) -> int:
    """How many frames there is room for."""
    try:
        return deepest(frames + 1)
    except RecursionError:
        return frames


def test_the_end_of_the_hosts_stack() -> None:
    """What is called a few frames short of it is done whole, or not at all."""
    target, table = Memory(1), Table("funcref", 4)
    instance = build(target, table)
    module, exports = instance._python_module, instance.exports
    exports.f6(0)
    acts: list[Callable[[], Any]] = [
        lambda: target.grow(1),
        lambda: table.set(1, exports.f5 if table.get(1) is None else None),
        lambda: table.set(2, exports.f5),
        lambda: exports.f1(1),
        lambda: exports.f4(2),
        lambda: exports.f2(0),
    ]
    limit, end = sys.getrecursionlimit(), deepest()
    outcomes = set()
    for act in acts:
        for frames in range(end - 200, end):
            try:
                descend(frames, act)
            except RecursionError:
                outcomes.add("exhausted")
            else:
                outcomes.add("done")
            exports.f2(0)
            check_memory(target, module)
            check_table(table, module)
            assert sys.getrecursionlimit() == limit
    # PyPy's stack does not end at the same depth each time.
    assert outcomes >= {"done"}
    assert "exhausted" in outcomes or sys.implementation.name == "pypy"


def test_the_end_of_the_stack_of_a_module() -> None:
    """A module that recurses to the limit, and grows its memory a few frames short of it."""
    source = """
    bind_views(__wasm__, m0, "mu8 mu32 eu16 mf64at8")
    def f0(v0):
        g0.raw = v0
        return f0(v0 + 1)
    def f1(v0):
        return f1(v0 - 1) if v0 else memory_grow(m0, 1)
    def f2(v0):
        return mu32[v0]
    """
    module = functions(
        source,
        [UNARY] * 3,
        types=(UNARY,),
        functions=(0,) * 3,
        memories=(("i32", 1, None, False),),
        globals=(("i32", True, (("i32.const", 0),)),),
        exports=(("memory", "memory", 0), ("deepest", "global", 0)),
    )
    instance = Instance(module)
    exports: Any = instance.exports
    exports.f2(0)
    with pytest.raises(StackExhausted):
        exports.f0(0)
    deepest = exports.deepest.value
    outcomes = set()
    for short in range(-2, 40):
        before = memory.memory_size(exports.memory)
        try:
            assert exports.f1(deepest - short) == before
            outcomes.add("grown")
        except StackExhausted:
            outcomes.add("exhausted")
            assert memory.memory_size(exports.memory) == before
        check_memory(exports.memory, instance._python_module)
        with pytest.raises(Trap, match="out of bounds memory access"):
            exports.f2(len(exports.memory.buffer) - 3)
    assert outcomes == {"grown", "exhausted"}
