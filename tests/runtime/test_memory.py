"""Linear memory: accesses at its end, growth, and what a host holds of it."""

from __future__ import annotations

import gc
import pickle
import struct
import subprocess
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from tests.runtime.interruption import STEP, Interruption
from wasm2py_runtime import Memory, Trap, memory, reservation, views
from wasm2py_runtime.float_bits import f32_reinterpret_i32, i32_reinterpret_f32
from wasm2py_runtime.memory import DataSegment
from wasm2py_runtime.sums import sum_cells, sum_products
from wasm2py_runtime.views import FORMATS, view_of_rows

PAGE = 65536
# (load, its struct format, mask of the result)
LOADS: list[tuple[Callable[[Memory, int], Any], str, int]] = [
    (memory.i32_load, "i", 0xFFFFFFFF),
    (memory.i32_load8_s, "b", 0xFFFFFFFF),
    (memory.i32_load8_u, "B", 0xFFFFFFFF),
    (memory.i32_load16_s, "h", 0xFFFFFFFF),
    (memory.i32_load16_u, "H", 0xFFFFFFFF),
    (memory.i64_load, "q", 0xFFFFFFFFFFFFFFFF),
    (memory.i64_load8_s, "b", 0xFFFFFFFFFFFFFFFF),
    (memory.i64_load8_u, "B", 0xFFFFFFFFFFFFFFFF),
    (memory.i64_load16_s, "h", 0xFFFFFFFFFFFFFFFF),
    (memory.i64_load16_u, "H", 0xFFFFFFFFFFFFFFFF),
    (memory.i64_load32_s, "i", 0xFFFFFFFFFFFFFFFF),
    (memory.i64_load32_u, "I", 0xFFFFFFFFFFFFFFFF),
]
STORES: list[tuple[Callable[[Memory, int, Any], None], int, Any]] = [
    (memory.i32_store, 4, 0x89ABCDEF),
    (memory.i32_store8, 1, 0x89ABCDEF),
    (memory.i32_store16, 2, 0x89ABCDEF),
    (memory.i64_store, 8, 0x0123456789ABCDEF),
    (memory.i64_store8, 1, 0x0123456789ABCDEF),
    (memory.i64_store16, 2, 0x0123456789ABCDEF),
    (memory.i64_store32, 4, 0x0123456789ABCDEF),
]


def bound(target: Memory, names: str = "mu8") -> tuple[ModuleType, dict[str, Any]]:
    module = ModuleType("bound")
    memory.bind_views(module, target, names)
    return module, module.__dict__


@pytest.mark.parametrize(
    "load,code,mask", LOADS, ids=lambda x: getattr(x, "__name__", "")
)
def test_loads(load: Callable[[Memory, int], Any], code: str, mask: int) -> None:
    target = Memory(1)
    width = struct.calcsize(code)
    for address in (0, 1, 5, 7, PAGE - width):
        for content in (b"\x01\x82\x03\x84\x05\x86\x07\x88", b"\xff" * 8, b"\x7f" * 8):
            target.write(address, content[:width])
            (expected,) = struct.unpack("<" + code, content[:width])
            assert load(target, address) == expected & mask
    for address in (PAGE - width + 1, PAGE, 1 << 32, 1 << 33, 1 << 64):
        with pytest.raises(Trap, match=r"^out of bounds memory access$"):
            load(target, address)


@pytest.mark.parametrize(
    "store,width,value", STORES, ids=lambda x: getattr(x, "__name__", "")
)
def test_stores(
    store: Callable[[Memory, int, Any], None], width: int, value: int
) -> None:
    target = Memory(1)
    expected = value.to_bytes(8, "little")[:width]
    for address in (0, 3, PAGE - width):
        store(target, address, value)
        assert target.read(address, width) == expected
    target.write(PAGE - 8, bytes(8))
    for address in (PAGE - width + 1, PAGE, 1 << 32, 1 << 64):
        with pytest.raises(Trap, match=r"^out of bounds memory access$"):
            store(target, address, value)
    assert target.read(PAGE - 8, 8) == bytes(8)


def test_a_signalling_nan_keeps_its_bits_in_memory() -> None:
    target = Memory(1)
    for bits in (0x7FA00001, 0xFF800001, 0x3F800000):
        memory.f32_store(target, 1, f32_reinterpret_i32(bits))
        assert target.read(1, 4) == bits.to_bytes(4, "little")
        assert i32_reinterpret_f32(memory.f32_load(target, 1)) == bits
    raw = (0xFFF0000000000001).to_bytes(8, "little")
    target.write(3, raw)
    memory.f64_store(target, 17, memory.f64_load(target, 3))
    assert target.read(17, 8) == raw
    for access in (memory.f32_load, memory.f64_load):
        with pytest.raises(Trap):
            access(target, PAGE - 3)
    with pytest.raises(Trap):
        memory.f64_store(target, PAGE - 7, 1.0)


def test_views_read_and_write_the_cells() -> None:
    target = Memory(1)
    _, names = bound(target, "mu8_2 eu32_2 mi32_2 ei32_2 mu64_2 mf64_2")
    names["eu32_2"][1] = 0xFFFFFFFE
    assert names["mi32_2"][4] == names["ei32_2"][1] == -2
    assert names["mu8_2"][4] == 0xFE
    names["mu64_2"][3] = 0x1122334455667788
    assert target.read(3, 8) == bytes.fromhex("8877665544332211")
    names["mf64_2"][25] = 0.5
    assert memory.f64_load(target, 25) == 0.5


WIDE = [
    ("u16", 2),
    ("i16", 2),
    ("u32", 4),
    ("i32", 4),
    ("u64", 8),
    ("f32", 4),
    ("f64", 8),
]


@pytest.mark.parametrize("kind,width", WIDE)
def test_a_cell_is_within_bounds_as_a_whole(kind: str, width: int) -> None:
    target = Memory(1)
    _, names = bound(target, f"m{kind} e{kind}")
    for view, last in (("m", PAGE - width), ("e", PAGE // width - 1)):
        cells = names[view + kind]
        cells[last] = 1
        assert cells[last] == 1
        for outside in (last + 1, last + width, 1 << 32, 1 << 64):
            with pytest.raises(IndexError):
                cells[outside]
            with pytest.raises(IndexError):
                cells[outside] = 1
    assert target.read(PAGE - width, width) != bytes(width)


@pytest.mark.parametrize("kind,width", [("u8", 1), *WIDE])
def test_a_view_that_begins_further_on(kind: str, width: int) -> None:
    target = Memory(1)
    _, names = bound(target, f"m{kind} m{kind}at16 e{kind}at16 m{kind}at65535")
    near, far = names[f"m{kind}at16"], names[f"m{kind}at65535"]
    near[5] = names[f"e{kind}at16"][5] = 1
    assert names[f"m{kind}"][21] == names[f"m{kind}"][16 + 5 * width] == 1
    near[PAGE - 16 - width] = 1
    assert target.read(PAGE - width, width) != bytes(width)
    for outside in (PAGE - 15 - width, PAGE, 1 << 32):
        with pytest.raises(IndexError):
            near[outside]
    with pytest.raises(IndexError):
        far[1]
    if width > 1:
        with pytest.raises(IndexError):
            far[0]
    _, names = bound(Memory(0), f"m{kind}at16 e{kind}at16")
    for view in names["m" + kind + "at16"], names["e" + kind + "at16"]:
        with pytest.raises(IndexError):
            view[0]


@pytest.mark.parametrize("kind,width", WIDE)
def test_views_of_rows_do_the_same(kind: str, width: int) -> None:
    """Those of Pythons without overlapping ones."""
    code, _ = FORMATS[kind]
    content = memoryview(bytearray(range(1, 41)))
    cells = view_of_rows(
        tuple(
            content[start : start + (40 - start) // width * width].cast(code)  # type: ignore[call-overload]
            for start in range(width)
        )
    )
    for address in range(41 - width):
        (expected,) = struct.unpack_from("<" + code, content, address)
        if expected == expected:
            assert cells[address] == expected
            cells[address] = expected
            assert content[address] == address + 1
    for outside in (41 - width, 40, 1 << 40):
        with pytest.raises(IndexError):
            cells[outside]


def test_growth_rebinds_the_views_of_living_modules() -> None:
    target = Memory(0, 3)
    module, names = bound(target)
    other, _ = bound(target)
    with pytest.raises(IndexError):
        names["mu8"][0]
    assert memory.memory_grow(target, 1) == 0
    names["mu8"][PAGE - 1] = 7
    del other
    gc.collect()
    assert target.grow(2) == 1
    assert names["mu8"][PAGE - 1] == 7
    assert names["mu8"][3 * PAGE - 1] == 0
    assert len(target._users) == 1
    assert memory.memory_size(target) == 3
    assert memory.memory_grow(target, 1) == 0xFFFFFFFF
    assert memory.memory_grow(target, 0) == 3
    assert module.__name__ == "bound"


def test_a_module_that_the_collector_empties_meanwhile() -> None:
    """It may, at any moment and in any thread; the others get their views all the same."""
    at, done = 0, True
    while done:
        target = Memory(1)
        (dying, _), (living, views) = bound(target), bound(target)
        interruption = Interruption(at, dying.__dict__.clear)
        before = sys.gettrace()
        sys.settrace(interruption)
        try:
            assert target.grow(1) == 1
        finally:
            sys.settrace(before)
        assert len(views["mu8"]) == len(target.buffer) == 2 * memory.PAGE_SIZE
        assert living.__dict__ is views
        at, done = at + STEP, interruption.done


def test_a_view_of_the_host_stays_true() -> None:
    for pages in (1, 40):
        target = Memory(pages)
        held = target.buffer
        for _ in range(3):
            target.grow(1000)
        target.write(0, b"new")
        held[5] = 7
        assert bytes(held[:3]) == b"new"
        assert len(held) == pages * PAGE
        assert target.read(5, 1) == b"\x07"
        assert len(target.buffer) == (pages + 3000) * PAGE


def test_releasing_a_view_does_not_harm_the_memory() -> None:
    target = Memory(1)
    with target.buffer as view:
        view[5] = 1
    assert target.read(5, 1) == b"\x01"


def test_a_memory_does_not_move() -> None:
    target = Memory(1)
    _, names = bound(target, "mu8 mu32 eu64 mf64at8")
    block, old = target._block, dict(names)
    for pages in (1, 1000, 30_000):
        target.grow(pages)
        assert target._block is block
    names["mu32"][100] = 0x12345678
    assert old["mu32"][100] == old["mu8"][100] + 0x12345600
    assert len(old["mu8"]) == PAGE and len(names["mu8"]) == 31_002 * PAGE


def test_a_memory_that_has_to_move_keeps_what_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reservation, "address_space_is_plentiful", lambda: False)
    # Where native code has been loaded, it reserves; here it is not asked.
    monkeypatch.setattr(reservation, "SHARED", "no native code")
    target = Memory(1)
    target.write(5, b"old")
    held = target.buffer
    module, names = bound(target, "mu32 mu8 eu16")
    assert module.__name__ == "bound"
    old, blocks = names["mu32"], set()
    for _ in range(200):
        target.grow(1)
        blocks.add(id(target._block))
        assert names["mu32"][5] == int.from_bytes(b"old\0", "little")
    # Page by page, it does not move each time.
    assert len(blocks) < 10
    target.write(5, b"new")
    gc.collect()
    assert old[5] == int.from_bytes(b"old\0", "little")
    assert bytes(held[5:8]) == b"old"
    assert names["mu32"][5] == int.from_bytes(b"new\0", "little")


def test_a_shared_memory_grows_where_it_is() -> None:
    target = Memory(1, 4, shared=True)
    held = target.buffer
    target.grow(2)
    target.write(0, b"x")
    assert bytes(held[:1]) == b"x"


def test_a_big_memory_costs_only_what_is_used() -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    target = Memory(32768)
    target.write(1 << 30, b"far")
    target.grow(1)
    assert target.read(1 << 30, 3) == b"far"
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert used * 1024 < 64 << 20


def test_the_largest_memory() -> None:
    try:
        target = Memory(65536)
    except MemoryError:
        pytest.skip("no room for 4 GiB of addresses")
    assert memory.memory_size(target) == 65536
    assert memory.memory_grow(target, 1) == 0xFFFFFFFF
    memory.i32_store8(target, 0xFFFFFFFF, 5)
    assert memory.i32_load8_u(target, 0xFFFFFFFF) == 5


def test_no_room() -> None:
    with pytest.raises(
        MemoryError, match="cannot allocate a memory of 281474976710656"
    ):
        Memory(1 << 48, address="i64")
    target = Memory(0, address="i64")
    assert memory.memory_grow(target, 1 << 47) == 0xFFFFFFFFFFFFFFFF
    with pytest.raises(MemoryError):
        target.grow(1 << 47)


@pytest.mark.parametrize("name", ["RLIMIT_AS", "RLIMIT_DATA"])
def test_no_more_is_reserved_than_used_where_the_process_is_limited(name: str) -> None:
    """Else two memories would take what the host itself needs."""
    if not hasattr(pytest.importorskip("resource"), name):
        pytest.skip(f"no {name}")
    program = f"""
import mmap, resource
from wasm2py_runtime import Memory
from wasm2py_runtime.reservation import address_space_is_plentiful
resource.setrlimit(resource.{name}, (6 << 30, 6 << 30))
assert not address_space_is_plentiful()
memories = [Memory(1) for _ in range(3)]
mmap.mmap(-1, 3 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
assert all(memory.grow(1) == 1 for memory in memories)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_limits() -> None:
    with pytest.raises(ValueError, match="the maximum is 2"):
        Memory(1, 2).grow(2)
    with pytest.raises(ValueError, match="maximum must be from 2"):
        Memory(2, 1)
    with pytest.raises(ValueError, match="at most 65536 pages"):
        Memory(65537)
    with pytest.raises(ValueError, match="address"):
        Memory(1, address="i16")
    with pytest.raises(TypeError, match="needs a maximum"):
        Memory(1, shared=True)
    with pytest.raises(TypeError):
        Memory(1.0)  # type: ignore[arg-type]
    with pytest.raises(OverflowError):
        Memory(1).grow(-1)


def test_reading_and_writing_of_the_host() -> None:
    target = Memory(1)
    target.write(10, memoryview(b"abcdef")[::1])
    assert target.read(11, 3) == b"bcd"
    assert target.read(PAGE, 0) == b""
    for address, size in ((-1, 1), (PAGE, 1), (0, -1), (PAGE - 1, 2)):
        with pytest.raises(IndexError, match="out of bounds"):
            target.read(address, size)
    with pytest.raises(IndexError):
        target.write(PAGE - 1, b"ab")
    with pytest.raises(TypeError):
        target.write(0, "text")
    with pytest.raises(TypeError, match="cannot pickle"):
        pickle.dumps(target)


def test_fill_and_copy() -> None:
    target, other = Memory(40), Memory(1)
    memory.memory_fill(target, 3, 0x1FF, 2 << 20)
    assert target.read(2, 3) == b"\x00\xff\xff"
    assert target.read((2 << 20) + 2, 2) == b"\xff\x00"
    other.write(0, bytes(range(100)))
    memory.memory_copy(other, other, 1, 0, 99)
    assert other.read(0, 4) == b"\x00\x00\x01\x02"
    memory.memory_copy(other, other, 0, 1, 99)
    assert other.read(0, 4) == b"\x00\x01\x02\x03"
    memory.memory_copy(target, other, 0, 0, 4)
    assert target.read(0, 4) == b"\x00\x01\x02\x03"
    memory.memory_copy(other, other, PAGE, PAGE, 0)
    for to, count in ((PAGE - 1, 2), (PAGE + 1, 0)):
        with pytest.raises(Trap, match="out of bounds memory access"):
            memory.memory_fill(other, to, 1, count)
        with pytest.raises(Trap, match="out of bounds memory access"):
            memory.memory_copy(other, target, to, 0, count)
        with pytest.raises(Trap, match="out of bounds memory access"):
            memory.memory_copy(target, other, 0, to, count)
    assert other.read(PAGE - 1, 1) == b"\x00"


def test_data_segments() -> None:
    target = Memory(1)
    segment = DataSegment(memoryview(b"hello"))
    memory.memory_init(target, segment, 8, 1, 3)
    assert target.read(8, 3) == b"ell"
    with pytest.raises(Trap):
        memory.memory_init(target, segment, 0, 3, 3)
    memory.data_drop(segment)
    memory.memory_init(target, segment, 0, 0, 0)
    with pytest.raises(Trap):
        memory.memory_init(target, segment, 0, 0, 1)


def test_representation() -> None:
    assert repr(Memory(1)) == "Memory(1, None)"
    text = repr(Memory(1, 2, shared=True, address="i64"))
    assert text == "Memory(1, 2, shared=True, address='i64')"


def test_memories_die_with_their_users() -> None:
    target = Memory(1)
    count = sys.getrefcount(target) if hasattr(sys, "getrefcount") else 0
    module, names = bound(target)
    names["__wasm__"] = module
    del module, names
    gc.collect()
    assert not count or sys.getrefcount(target) == count
    target.grow(1)
    assert not target._users


def test_single_bytes_are_read_in_the_fastest_way() -> None:
    """On the CPythons whose `bytearray` is known: of bytes that it does not own."""
    target = Memory(1)
    module, views = bound(target)
    old = views["mu8"]
    if sys.implementation.name == "cpython" and sys.version_info < (3, 14):
        assert type(old) is bytearray
    assert len(old) == memory.PAGE_SIZE
    target.grow(1)
    views["mu8"][memory.PAGE_SIZE] = old[5] = 200
    assert target.read(memory.PAGE_SIZE, 1) == target.read(5, 1) == b"\xc8"
    assert views["mu8"][5] == 200 and len(views["mu8"]) == 2 * len(old)
    for view in (old, views["mu8"]):
        with pytest.raises(IndexError):
            view[len(view)]
    del old, view, views
    module.__dict__.clear()
    assert target.read(5, 1) == b"\xc8"
    assert len(bound(Memory(0))[1]["mu8"]) == 0


def test_a_bytearray_that_is_not_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    ctypes = pytest.importorskip("ctypes")
    found: Any = views.find_overlay
    find = found.__wrapped__
    for target, name, value in (
        (views, "_KNOWN", ((3, 0), (3, 1))),
        (ctypes, "c_ssize_t", ctypes.c_int),
        (ctypes, "c_void_p", ctypes.c_uint64 * 2),
        (sys.modules, "ctypes", None),
    ):
        with monkeypatch.context() as patch:
            change: Any = patch.setitem if target is sys.modules else patch.setattr
            change(target, name, value)
            assert find() is memoryview


def test_a_sum_of_bytes_copies_none() -> None:
    size = 1 << 24
    target = Memory(size // memory.PAGE_SIZE)
    view = bound(target)[1]["mu8"]
    view[size - 1] = 7
    tracemalloc = pytest.importorskip("tracemalloc")
    tracemalloc.start()
    try:
        assert sum_cells(view, 0, 1, size) == 7
        assert sum_products(view, 0, 1, view, 0, 1, size) == 49
        assert tracemalloc.get_traced_memory()[1] < size // 16
    finally:
        tracemalloc.stop()


def test_what_is_bound_is_not_made_again() -> None:
    """Groups of functions that are loaded later name much that earlier ones have."""
    target = Memory(1, 3)
    module, namespace = bound(target, "mu32 mu8")
    views = namespace["mu32"], namespace["mu8"]
    memory.bind_views(module, target, "mu8 mu16 mu32")
    assert namespace["mu32"] is views[0]
    assert namespace["mu8"] is views[1]
    target.grow(1)
    for name in ("mu32", "mu16", "mu8"):
        assert len(namespace[name]) > 2 * 65536 - 4
