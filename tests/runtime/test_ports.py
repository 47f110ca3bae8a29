"""What a program around a module asks of an instance: its memory, table, allocator and lock."""

from __future__ import annotations

import threading
from array import array
from typing import Any

import pytest

from tests.runtime.handmade import functions
from wasm2py_runtime import Instance, Memory, Table

MEMORY = ("i32", 1, 2, False)
TABLE = ("funcref", "i32", 2, 4, None)
# An allocator that goes upwards, and a list of what it was asked and told.
SOURCE = """
calls = []
def f0(*args):
    calls.append(args)
    return v[0]
def f1(*args):
    calls.append(args)
v = [1024]
"""


def module(names: tuple[str, ...], allocating: int, freeing: int, **fields: Any) -> Any:
    i32 = ("i32",)
    fields.setdefault("memories", (MEMORY,))
    exports = tuple((name, "function", index) for index, name in enumerate(names))
    signatures = [(i32 * allocating, i32), (i32 * freeing, ())]
    if fields["memories"]:
        exports += (("memory", "memory", 0),)
    return functions(SOURCE, signatures, exports=exports, **fields)


def state(instance: Any) -> dict[str, Any]:
    """Names in the code of an instance."""
    namespace: dict[str, Any] = instance._python_module.__dict__
    instance._functions.load(0)
    return namespace


@pytest.mark.parametrize(
    "names,allocated,freed",
    [
        (("malloc", "free"), (5,), (1024,)),
        (("allocate", "deallocate"), (5,), (1024, 5)),
        (("alloc", "dealloc"), (5,), (1024, 5)),
        (("__wbindgen_malloc", "__wbindgen_free"), (5, 16), (1024, 5, 16)),
        (("__wbindgen_malloc", "__wbindgen_free"), (5,), (1024, 5)),
    ],
)
def test_the_conventions(
    names: tuple[str, ...], allocated: tuple[int, ...], freed: tuple[int, ...]
) -> None:
    instance = Instance(module(names, len(allocated), len(freed)))
    with instance.alloc(b"bytes") as address:
        assert address == 1024
        assert instance.memory.read(address, 5) == b"bytes"
        assert state(instance)["calls"] == [allocated]
    assert state(instance)["calls"] == [allocated, freed]


class Numbers(array):  # type: ignore[type-arg]
    """Data that have an `__index__` and are none, as numpy's arrays of more than one item."""

    def __index__(self) -> int:
        raise TypeError("only integer scalar arrays can be converted to a scalar index")


def test_data_that_look_like_a_size() -> None:
    instance = Instance(module(("malloc", "free"), 1, 1))
    with instance.alloc(Numbers("h", [1, 2])) as address:
        assert instance.memory.unpack("<2h", address) == (1, 2)
    assert state(instance)["calls"] == [(4,), (1024,)]


def test_realloc_of_components_has_nothing_to_free_with() -> None:
    instance = Instance(module(("cabi_realloc",), 4, 1))
    with instance.alloc(100) as address:
        assert address == 1024
    assert state(instance)["calls"] == [(0, 0, 16, 100)]


def test_names_given_once() -> None:
    instance = Instance(module(("zalloc", "zfree"), 1, 1))
    with pytest.raises(LookupError) as got:
        instance.alloc(1)
    assert str(got.value) == (
        "the module exports no allocator: looked for malloc and free, __wbindgen_malloc and"
        " __wbindgen_free, allocate and deallocate, alloc and dealloc, cabi_realloc; name"
        " its functions: instance.allocator = (allocate, free or None)"
    )
    instance.allocator = ("zalloc", "zfree")
    for _ in range(2):
        with instance.alloc(1) as address:
            assert address == 1024
    instance.allocator = ("zalloc", None)
    with instance.alloc(b"") as address:
        assert address == 1024
    assert state(instance)["calls"] == [(1,), (1024,), (1,), (1024,), (1,)]
    instance.allocator = ("zalloc", "missing")
    with pytest.raises(LookupError, match="looked for zalloc and missing, functions"):
        instance.alloc(1)


def test_functions_of_another_type_are_no_allocator() -> None:
    for allocating, freeing in ((3, 1), (0, 1), (1, 4), (1, 0)):
        instance = Instance(module(("malloc", "free"), allocating, freeing))
        with pytest.raises(LookupError):
            instance.alloc(1)


def test_freed_after_an_exception() -> None:
    instance = Instance(module(("malloc", "free"), 1, 1))
    with pytest.raises(KeyError, match="mine"), instance.alloc(3):
        raise KeyError("mine")
    assert state(instance)["calls"] == [(3,), (1024,)]
    # Where the module gives an address at which there is no room.
    state(instance)["v"][0] = 65534
    with pytest.raises(IndexError), instance.alloc(3):
        pytest.fail("there is no room")
    assert state(instance)["calls"][-1] == (65534,)


def test_addresses_are_unsigned_and_null_is_no_room() -> None:
    instance = Instance(module(("malloc", "free"), 1, 1))
    state(instance)["v"][0] = 0
    with pytest.raises(MemoryError, match="no room for 3 bytes"), instance.alloc(3):
        pytest.fail("there is no room")
    with pytest.raises(MemoryError, match="no room for 4294967296"):
        instance.alloc(1 << 32).__enter__()
    assert state(instance)["calls"] == [(3,)]
    state(instance)["v"][0] = 0x80000000
    with pytest.raises(IndexError, match="at 2147483651"), instance.alloc(3):
        pytest.fail("it is out of bounds")
    with pytest.raises(ValueError, match="cannot allocate -1 bytes"):
        instance.alloc(-1).__enter__()
    with pytest.raises(TypeError):
        instance.alloc("text").__enter__()


def test_texts() -> None:
    instance = Instance(module(("malloc", "free"), 1, 1))
    with instance.cstring("größer") as address:
        assert instance.memory.cstring(address) == "größer".encode()
        assert state(instance)["calls"] == [(9,)]
    with pytest.raises(ValueError, match="would end it"):
        instance.cstring("a\0b")
    with pytest.raises(TypeError, match="must be a str, not bytes"):
        instance.cstring(b"ab")  # type: ignore[arg-type]


def test_the_only_memory_and_table() -> None:
    instance = Instance(
        functions(
            SOURCE,
            [((), ()), ((), ())],
            memories=(MEMORY,),
            tables=(TABLE,),
            exports=(("a", "memory", 0), ("b", "memory", 0), ("c", "table", 0)),
        )
    )
    assert instance.memory is instance.exports.a
    assert instance.table is instance.exports.c


def test_a_memory_that_is_imported() -> None:
    given = {"env": {"m": Memory(1, 2), "t": Table("funcref", 2, 4)}}
    imports = (("env", "m", "memory", MEMORY), ("env", "t", "table", TABLE[:4]))
    instance = Instance(functions("", [], imports=imports), given)
    assert instance.memory is given["env"]["m"]
    assert instance.table is given["env"]["t"]


def test_the_memory_of_that_name_among_several() -> None:
    exports = (("other", "memory", 0), ("memory", "memory", 1), ("table", "memory", 1))
    two = functions("", [], memories=(MEMORY, MEMORY), exports=exports)
    instance = Instance(two)
    assert instance.memory is instance.exports["memory"]
    with pytest.raises(AttributeError, match="exports and imports none"):
        instance.table
    unnamed = functions(
        "",
        [],
        memories=(MEMORY, MEMORY),
        exports=(("a", "memory", 0), ("b", "memory", 1)),
    )
    with pytest.raises(AttributeError, match="exports and imports 2 of them"):
        Instance(unnamed).memory
    # What a module keeps to itself stays with it.
    with pytest.raises(AttributeError, match="none"):
        Instance(functions("", [], memories=(MEMORY,))).memory


def test_the_lock_is_made_once_and_taken_again() -> None:
    instance = Instance(functions("", []))
    locks: list[Any] = []
    threads = [
        threading.Thread(target=lambda: locks.append(instance.lock)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(lock is instance.lock for lock in locks)
    tried: list[bool] = []
    with instance.lock, instance.lock:
        other = threading.Thread(
            target=lambda: tried.append(instance.lock.acquire(blocking=False))
        )
        other.start()
        other.join()
    assert tried == [False]
    assert Instance(functions("", [])).lock is not instance.lock
