"""What stands for parts of the standard library that take long to import."""

from __future__ import annotations

import inspect
import pickle
import types
from bisect import bisect_left

import pytest

from wasm2py_runtime import lean
from wasm2py_runtime.columns import place_of
from wasm2py_runtime.external import FunctionType, MemoryType
from wasm2py_runtime.lean import once


def test_tuples_with_names() -> None:
    memory = MemoryType("i32", 1, maximum=None)
    assert (memory.address, memory.minimum, memory.shared) == ("i32", 1, False)
    assert tuple(memory) == ("i32", 1, None, False)
    assert memory == MemoryType(shared=False, maximum=None, minimum=1, address="i32")
    assert memory._replace(shared=True) == ("i32", 1, None, True)
    assert pickle.loads(pickle.dumps(memory)) == memory
    assert type(pickle.loads(pickle.dumps(memory))) is MemoryType
    assert MemoryType.__match_args__ == ("address", "minimum", "maximum", "shared")
    function = FunctionType(("i32",), ())
    assert repr(function) == "FunctionType(params=('i32',), results=())"
    assert hash(function) == hash((("i32",), ()))
    assert not hasattr(function, "__dict__")
    with pytest.raises(AttributeError):
        function.params = ()  # type: ignore[misc]


class Shared(MemoryType):
    """A class of a user's."""

    def pages(self) -> int:
        return self.minimum


def test_subclasses_of_tuples_with_names() -> None:
    memory = Shared("i32", 1, None, shared=True)
    assert memory == MemoryType("i32", 1, None, True)
    assert memory.pages() == memory.minimum == 1
    assert type(memory._replace(minimum=2)) is type(Shared._make(memory)) is Shared
    assert repr(memory).startswith("Shared(address='i32', minimum=1, ")
    again = pickle.loads(pickle.dumps(memory))
    assert (type(again), again) == (Shared, memory)


def test_signatures_of_tuples_with_names() -> None:
    for kind in (MemoryType, Shared):
        shown = str(inspect.signature(kind))
        assert shown == "(address, minimum, maximum, shared=False)"


@pytest.mark.parametrize(
    "args, named",
    (
        ((), {}),
        (("i32",), {"maximum": 3}),
        (("i32", 1, None, False, 5), {}),
        (("i32", 1, None), {"other": 5}),
        (("i32", 1, None), {"address": "i64"}),
    ),
)
def test_tuples_of_other_fields(
    args: tuple[object, ...], named: dict[str, object]
) -> None:
    with pytest.raises(TypeError, match="MemoryType"):
        MemoryType(*args, **named)  # type: ignore[arg-type]


def test_once() -> None:
    seen: list[int] = []

    def find() -> int:
        """What is found."""
        seen.append(len(seen))
        return 7

    found = once(find)
    assert found.__doc__ == find.__doc__
    assert (found(), found(), seen) == (7, 7, [0])


def test_types_of_the_interpreter() -> None:
    for name in ("CodeType", "FunctionType", "ModuleType", "TracebackType"):
        assert getattr(lean, name) is getattr(types, name)


def test_places_among_ascending_numbers() -> None:
    some: list[list[int]] = [[], [5], [1, 1, 3, 8, 8, 9], [*range(0, 100, 3)]]
    for numbers in some:
        for number in range(-1, 101):
            assert place_of(number, numbers) == bisect_left(numbers, number)
