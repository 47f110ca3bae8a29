"""Fuel, and the depth of calls: what an instance may use up."""

from __future__ import annotations

from typing import Any

import pytest

from tests.runtime.handmade import functions, second_runtime
from wasm2py_runtime import (
    CallDepthReached,
    FuelExhausted,
    Instance,
    Limits,
    StackExhausted,
    Trap,
)

UNARY = (("i32",), ("i32",))
# As it is translated: 1 for the call, 10 for each turn.
COUNTING = """
def f0(v0):
    x0 = fuel[0] - 1
    while True:
        x0 = x0 - 10
        x0 = fuel[0] = x0 if x0 >= 0 else refuel(x0)
        if not v0:
            return v0
        v0 = v0 - 1
"""
NESTING = """
def f0(v0):
    return f1(v0 - 1) if v0 else t0_0[0](0)
def f1(v0):
    return f0(v0)
def f2(v0):
    return v0 + 1
"""


def metered(**limits: Any) -> Any:
    module = functions(COUNTING, [UNARY], metered=(1,))
    return Instance(module, limits=Limits(**limits))


def test_fuel_is_used_up() -> None:
    instance = metered(fuel=1000)
    assert instance.exports.f0(3) == 0
    assert instance.fuel == 1000 - 41
    with pytest.raises(FuelExhausted, match="all fuel consumed") as caught:
        instance.exports.f0(1000)
    assert isinstance(caught.value, Trap)
    assert instance.fuel == 0
    with pytest.raises(FuelExhausted):
        instance.exports.f0(0)


def test_exactly_enough_is_enough() -> None:
    instance = metered(fuel=41)
    assert instance.exports.f0(3) == 0
    assert instance.fuel == 0
    with pytest.raises(FuelExhausted):
        metered(fuel=40).exports.f0(3)


def test_it_can_be_set_anew() -> None:
    instance = metered(fuel=0)
    for amount in (11, 1 << 40, (1 << 63) - 1):
        instance.fuel = amount
        assert instance.fuel == amount
        instance.exports.f0(0)
        assert instance.fuel == amount - 11
    for value, error in ((-1, ValueError), (1 << 63, ValueError), (1.0, TypeError)):
        with pytest.raises(error, match="fuel must"):
            instance.fuel = value


def test_much_of_it_is_used_up_in_parts() -> None:
    instance = metered(fuel=3 << 30)
    cell = instance._python_module.fuel
    for _ in range(2):
        cell[0] = 15
        before = instance.fuel
        instance.exports.f0(4)
        assert instance.fuel == before - 51
    cell[:] = 15, 20
    with pytest.raises(FuelExhausted):
        instance.exports.f0(4)
    assert instance.fuel == 0


STRIDES = """
def f0(v0):
    x0 = fuel[0]
    if pay_rounds(x0, 10, v0, 4, m0, (65500, 4, 4), (96, -4, 8)):
        return 1
    return 0
def f1(v0):
    x0 = fuel[0]
    if pay_while(x0, 10, m0, 2, 6, 65000 + v0, 3, v0, 3, 400):
        return 1
    return 0
def f2(v0):
    x0 = fuel[0]
    if pay_while(x0, 10, m0, 8, 16, 65000, v0, 5, 7, 2**32, mask=2**64 - 1):
        return 1
    return 0
"""


def striding(fuel: int) -> Any:
    module = functions(
        STRIDES,
        [UNARY, UNARY, UNARY],
        metered=(1,),
        memories=(("i32", 1, 1, False),),
    )
    return Instance(module, limits=Limits(fuel=fuel))


@pytest.mark.parametrize(
    ("distance", "rounds"),
    # No multiple of the step, none at all; the end of memory, and its beginning.
    [(4, 1), (36, 9), (7, 0), (0, 0), (40, 0), (100, 0)],
)
def test_whole_loops_are_paid_for_or_nothing(distance: int, rounds: int) -> None:
    instance = striding(1000)
    assert instance.exports.f0(distance) == (rounds > 0)
    assert instance.fuel == 1000 - 10 * rounds


def test_whole_loops_are_paid_for_where_there_is_enough() -> None:
    assert striding(90).exports.f0(36) == 1
    instance = striding(89)
    assert instance.exports.f0(36) == 0
    assert instance.fuel == 89
    instance = striding(5 << 30)
    instance._python_module.fuel[0] = 89
    before = instance.fuel
    assert instance.exports.f0(36) == 1
    assert instance.fuel == before - 90
    assert instance._python_module.fuel[0] > 1 << 29


@pytest.mark.parametrize(
    ("index", "rounds"), [(397, 1), (399, 1), (10, 130), (400, 0), (2**32 - 1, 0)]
)
def test_loops_up_to_an_end_are_paid_for(index: int, rounds: int) -> None:
    instance = striding(2000)
    assert instance.exports.f1(index) == (rounds > 0)
    assert instance.fuel == 2000 - 10 * rounds


@pytest.mark.parametrize("stride", [0, 1, 8, 2**32 - 8])
def test_all_that_is_stored_must_be_in_bounds(stride: int) -> None:
    """The address moves beside the index, which may be one of 64 bits."""
    rounds = (2**32 - 5 + 6) // 7
    instance = striding(10 * rounds)
    assert instance.exports.f2(stride) == (stride == 0)
    assert instance.fuel == (10 * rounds if stride else 0)


def test_without_a_limit_there_is_as_much_as_can_be() -> None:
    assert metered().fuel == (1 << 63) - 1


def test_code_that_is_not_metered_has_none() -> None:
    module = functions("def f0(v0):\n    return v0\n", [UNARY])
    instance = Instance(module)
    assert instance.fuel is None
    with pytest.raises(ValueError, match="the module is not metered"):
        instance.fuel = 5
    with pytest.raises(ValueError, match="compile the module with metered=True"):
        Instance(module, limits=Limits(fuel=5))


def test_traps_of_other_copies_are_known() -> None:
    runtime = second_runtime()
    module = functions(COUNTING, [UNARY], runtime, metered=(1,))
    other = runtime.Instance(module, limits=runtime.Limits(fuel=5)).exports
    with pytest.raises(runtime.FuelExhausted):
        other.f0(1)
    importing = functions(
        "def f1(v0):\n    return f0(v0)\n",
        [UNARY, UNARY],
        functions=(0,),
        imports=(("env", "f", "function", 0),),
    )
    exports = Instance(importing, {"env": {"f": other.f0}}).exports
    with pytest.raises(FuelExhausted):
        exports.f1(1)


def nesting(depth: int) -> Any:
    module = functions(
        NESTING,
        [UNARY, UNARY, UNARY],
        types=(UNARY,),
        functions=(0, 0, 0),
        tables=(("funcref", "i32", 1, 1, None),),
        elements=(("active", 0, (("i32.const", 0),), "funcref", (2,)),),
    )
    return Instance(module, limits=Limits(call_depth=depth)).exports


@pytest.mark.parametrize("depth", [1, 2, 10, 1000])
def test_calls_are_nested_so_deep_and_no_deeper(depth: int) -> None:
    exports = nesting(depth)
    for _ in range(3):
        with pytest.raises(CallDepthReached, match=f"nested {depth:,} deep") as caught:
            exports.f0(depth)
        assert isinstance(caught.value, StackExhausted)
        assert exports.f2(1) == 2


def test_leaves_in_tables_count() -> None:
    # f0, f1, f0, and the one in the table
    assert nesting(4).f0(1) == 1
    with pytest.raises(CallDepthReached):
        nesting(3).f0(1)


def test_none_may_be_active() -> None:
    with pytest.raises(CallDepthReached):
        nesting(0).f2(1)


def test_calls_in_greenlets_are_not_within_each_other() -> None:
    greenlet = pytest.importorskip("greenlet")
    main = greenlet.getcurrent()
    module = functions(
        "def f1(v0):\n    return f1(v0 - 1) + 1 if v0 else f0(0)",
        [UNARY, UNARY],
        functions=(0,),
        imports=(("env", "host", "function", 0),),
    )
    host = {"env": {"host": lambda value: main.switch() or value}}
    exports = Instance(module, host, limits=Limits(call_depth=5)).exports

    def run(depth: int) -> int:
        exports.f1(depth)
        # What others have left meanwhile, or not, is nothing to this one.
        with pytest.raises(CallDepthReached):
            exports.f1(5)
        result: int = exports.f1(4)
        return result

    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        waiting = [greenlet.greenlet(run) for _ in order]
        for depth, each in enumerate(waiting):
            each.switch(4 - depth)
        for index in order:
            waiting[index].switch()
        assert [waiting[index].switch() for index in order] == [4, 4, 4]
