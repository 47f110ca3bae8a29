"""Linear memory: the public class, and the memory instructions.

An instruction is a function named after its mnemonic. Its address is the effective
one (operand plus offset), an ``int >= 0`` that may be far beyond the memory. Generated
code calls the loads and stores for accesses that it cannot do through a typed view:
unaligned ones, and an f32 that is a NaN. Each access checks its whole range first,
so that one that is partly out of bounds writes nothing.
"""

from __future__ import annotations

from _operator import ior, setitem
from _struct import Struct
from _weakref import ref
from itertools import repeat

from .abi import RT_ABI
from .access import MemoryAccess
from .atomic import Changes
from .errors import Trap
from .external import MemoryType
from .float_bits import f32_reinterpret_i32, i32_reinterpret_f32
from .limits import Account
from .reservation import GUARDED, guarded_block, reserve
from .views import copying, move, typed_views

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import (
        Any,
        Callable,
        Dict,
        Iterable,
        List,
        NoReturn,
        Optional,
        Sequence,
        Tuple,
    )

PAGE_SIZE = 65536
# A memory with 32-bit addresses never has its last 256 pages: so an address that has been
# used can be moved on by less than 16 MiB without wrapping around, and steps of as much at
# most do not jump over them.
MOST_PAGES = 65280
LONGEST_STEP = (65536 - MOST_PAGES) * PAGE_SIZE
_PAGE_LIMIT = {"i32": 65536, "i64": 1 << 48}
_MOST_PAGES = {"i32": MOST_PAGES, "i64": (1 << 48) - 1}
# What a memory without a maximum is given to grow into.
_RESERVED_PAGES = 65536
_FILL_CHUNK = 1 << 20
_MINUS_ONE = {"i32": 0xFFFFFFFF, "i64": 0xFFFFFFFFFFFFFFFF}
# The name, in a module, for the names of its views by memory.
_VIEWS = "__views__"


def _pages(name: str, value: object) -> int:
    if type(value) is not int:
        raise TypeError(f"{name} must be an int, not {type(value).__name__}")
    if value < 0:
        raise OverflowError(f"{name} must not be negative")
    return value


class Memory(MemoryAccess):
    """A linear memory of ``initial`` pages of 65536 bytes, which can grow.

    ``maximum`` is the limit of its growth in pages, or None. ``shared`` memories need
    one. ``address`` is ``"i32"`` or ``"i64"``, the type of addresses.

    Raises ValueError for limits that contradict each other or the address type, and
    MemoryError if the memory cannot be allocated.
    """

    __slots__ = (
        "__weakref__",
        "_block",
        "_changes",
        "_former",
        "_guard",
        "_users",
        "_wasm_account",
        "_wasm_address",
        "_wasm_data",
        "_wasm_home",
        "_wasm_maximum",
        "_wasm_shared",
        "_wasm_size",
    )
    _wasm_abi = RT_ABI
    _wasm_kind = "memory"

    def __init__(
        self,
        initial: int,
        maximum: Optional[int] = None,
        *,
        shared: bool = False,
        address: str = "i32",
    ) -> None:
        if address not in _PAGE_LIMIT:
            raise ValueError(f"address must be 'i32' or 'i64', not {address!r}")
        limit = _PAGE_LIMIT[address]
        if _pages("initial", initial) > limit:
            raise ValueError(f"initial must be at most {limit} pages")
        if maximum is not None and not initial <= _pages("maximum", maximum) <= limit:
            raise ValueError(f"maximum must be from {initial} to {limit} pages")
        if shared and maximum is None:
            raise TypeError("a shared memory needs a maximum")
        # Of the instance that defines the memory, if it has a limit.
        self._wasm_account: Optional[Account] = None
        self._wasm_maximum = maximum
        self._wasm_shared = shared
        self._wasm_address = address
        if initial > self._page_limit():
            text = f"cannot allocate a memory of {initial} pages"
            raise MemoryError(f"{text}: the maximum is {self._page_limit()}")
        self._wasm_size = initial * PAGE_SIZE
        guarded = guarded_block(self._wasm_size, self._wanted(self._wasm_size))
        self._block = self._reserve(self._wasm_size) if guarded is None else guarded
        self._wasm_data = self._block[: self._wasm_size]
        # Blocks that the memory has moved from: views of their bytes may be in use.
        self._former: Tuple[memoryview, ...] = ()
        self._changes = Changes()
        # What lets native code access the bytes that the memory has, and no others.
        self._guard: Any = None if guarded is None else guarded.obj
        # The module that defines the memory, and those, by weak references, whose code
        # has views of it. What views they are is kept in the modules.
        self._wasm_home: Optional[ModuleType] = None
        self._users: Dict["ref[ModuleType]", None] = {}

    @property
    def buffer(self) -> memoryview:
        """The bytes as they are now, to be read and written.

        Growth succeeds while such a view is held. The view does not become longer, but
        goes on sharing its bytes with the memory, which does not move when it grows. Where
        address space is scarce (32 bits, a limit on it, Windows) a memory that is not shared
        has to move: then the view keeps the bytes as they were.
        """
        return memoryview(self._wasm_data)

    def grow(self, pages: int) -> int:
        """Add ``pages`` of zeros and return the former size in pages.

        Raises ValueError if that exceeds the maximum, MemoryError if there is no room.
        """
        old = self._wasm_grow(_pages("pages", pages))
        if old >= 0:
            return old
        size = self._wasm_size // PAGE_SIZE
        if size + pages > self._page_limit():
            text = f"cannot grow a memory of {size} pages by {pages}"
            raise ValueError(f"{text}: the maximum is {self._page_limit()}")
        raise MemoryError(f"cannot grow a memory of {size} pages by {pages}")

    def _page_limit(self) -> int:
        maximum = self._wasm_maximum
        limit = _MOST_PAGES[self._wasm_address]
        return limit if maximum is None else min(limit, maximum)

    @property
    def _wasm_type(self) -> MemoryType:
        pages = self._wasm_size // PAGE_SIZE
        return MemoryType(
            self._wasm_address, pages, self._wasm_maximum, self._wasm_shared
        )

    def _reserve(self, size: int) -> memoryview:
        """A block for a memory of that size; MemoryError if there is none."""
        # One that is shared never moves: other threads use it while it grows.
        least = self._page_limit() * PAGE_SIZE if self._wasm_shared else size
        return reserve(least, self._wanted(size))

    def _wanted(self, size: int) -> int:
        """How many bytes a block had best have for a memory of that size."""
        limit = self._page_limit() * PAGE_SIZE
        return max(min(limit, max(_RESERVED_PAGES * PAGE_SIZE, 2 * size)), GUARDED)

    def _wasm_bind(self, module: ModuleType, names: Sequence[str]) -> None:
        """Give a module views of these names, and keep them up to date while it lives."""
        namespace = module.__dict__
        # Set in one step below, which must not need room for names.
        for name in names:
            namespace.setdefault(name, None)
        # What is to be kept up to date, in order.
        namespace.setdefault(_VIEWS, {}).setdefault(self, {}).update(
            dict.fromkeys(names)
        )
        user = ref(module, self._users.pop)
        bound = False
        while not bound:
            seen = self._changes.state()
            if user in self._users:
                # What has been bound is up to date.
                names = [name for name in names if namespace.get(name) is None]
                if not names:
                    return
            fresh = typed_views(self._wasm_data, names)
            bound = self._changes.commit(
                seen,
                map(setitem, (self._users,), (user,), (None,)),
                map(ior, (namespace,), (fresh,)),
            )

    def _wasm_join(self, account: Account) -> None:
        """Count for an account from now on; before anything else uses the object."""
        self._wasm_account = account
        self._changes = account.changes

    def _wasm_guard(self, make: Callable[[Any], Any]) -> Any:
        """What guards the memory for native code; None where its block does not suffice.

        From then on it does not move. ``make`` makes it of what owns the block. Raises MemoryError where pages cannot be
        protected.
        """
        if not 0 < GUARDED <= len(self._block):
            return None
        while self._guard is None:
            seen = self._changes.state()
            new = make(self._block.obj)
            self._changes.commit(
                seen,
                map(new.protect, (self._wasm_size,)),
                map(setattr, (self,), ("_guard",), (new,)),
            )
        return self._guard

    def _wasm_grow(self, pages: int, caller: Optional[ModuleType] = None) -> int:
        """Grow; the former size in pages, or -1 if that is impossible.

        ``caller`` is the module whose code asks for it. It may be about to be collected, and
        weak references to it gone, while its finalisers run.
        """
        if caller is not None and ref(caller) not in self._users:
            known = caller.__dict__.get(_VIEWS, {}).get(self, ())
            self._wasm_bind(caller, tuple(known))
        while True:
            seen = self._changes.state()
            old = self._wasm_size // PAGE_SIZE
            if old + pages > self._page_limit():
                return -1
            if not pages:
                return old
            account = self._wasm_account
            if account is not None and not account.allows(pages * PAGE_SIZE):
                return -1
            try:
                steps = self._growth((old + pages) * PAGE_SIZE)
                if account is not None:
                    steps.append(account.taking(pages * PAGE_SIZE))
                if self._changes.commit(seen, *steps):
                    return old
            except MemoryError:
                return -1

    def _growth(self, size: int) -> List[Iterable[Any]]:
        """The steps by which the memory grows to a size, all that can fail done before."""
        steps: List[Iterable[Any]] = []
        block, former, old = self._block, self._former, self._wasm_data
        if self._guard is not None:
            # The first: where the pages cannot be had, nothing has happened.
            steps.append(map(self._guard.open, (size,)))
        if size > len(block):
            if self._guard is not None:
                raise MemoryError("native code knows the block")
            block = self._larger_block(size)
            former = (*former, self._block)
            # As a step, so that no store is lost between the copy and the new views.
            steps.append(copying(block, old))
        data = block[:size]
        users = self._namespaces()
        spaces = [space for space, _ in users]
        fresh = [typed_views(data, views) for _, views in users]
        steps.append(map(ior, spaces, fresh))
        names = ("_block", "_former", "_wasm_data", "_wasm_size")
        values = (block, former, data, size)
        steps.append(map(setattr, repeat(self), names, values))
        return steps

    def _larger_block(self, size: int) -> memoryview:
        """A block to move to. With room for as much again, growth page by page is linear."""
        try:
            return self._reserve(min(2 * size, self._page_limit() * PAGE_SIZE))
        except MemoryError:
            return self._reserve(size)

    def _namespaces(self) -> List[Tuple[Dict[str, Any], Sequence[str]]]:
        """Where there are views of the memory, each module once, and what views.

        Read in one go: the collector may empty a namespace at any moment, in any thread.
        """
        modules = [self._wasm_home, *(user() for user in list(self._users))]
        spaces = {id(m): m.__dict__ for m in modules if m is not None}.values()
        known = [(space, space.get(_VIEWS, {}).get(self)) for space in spaces]
        return [(space, tuple(views)) for space, views in known if views is not None]

    def __repr__(self) -> str:
        kind = self._wasm_type
        text = f"Memory({kind.minimum}, {kind.maximum}"
        if kind.shared:
            text += ", shared=True"
        return text + (")" if kind.address == "i32" else f", address={kind.address!r})")

    def __reduce__(self) -> NoReturn:
        raise TypeError("cannot pickle a Memory")


class DataSegment:
    """The bytes of a data segment, until it is dropped."""

    __slots__ = ("data",)

    def __init__(self, data: memoryview) -> None:
        self.data = data


def _out_of_bounds() -> Trap:
    return Trap("out of bounds memory access")


def bind_views(module: ModuleType, memory: Memory, names: str) -> None:
    """Give a module's code its views of a memory, now and whenever the memory grows.

    The views do not own the bytes: the module must hold the memory as long as its code may
    run, as it does by the name ``m0``.
    """
    memory._wasm_bind(module, names.split())


def memory_size(memory: Memory) -> int:
    """The size in pages."""
    return memory._wasm_size // PAGE_SIZE


def memory_grow(memory: Memory, pages: int, caller: Optional[ModuleType] = None) -> int:
    """The former size in pages, or -1 in the form of the address type.

    ``caller`` is the module whose code calls it, where known.
    """
    old = memory._wasm_grow(pages, caller)
    return old if old >= 0 else _MINUS_ONE[memory._wasm_address]


def memory_fill(memory: Memory, to: int, value: int, count: int) -> None:
    if to + count > memory._wasm_size:
        raise _out_of_bounds()
    chunk = memoryview(bytes((value & 0xFF,)) * min(count, _FILL_CHUNK))
    end = to + count
    while to < end:
        step = min(end - to, _FILL_CHUNK)
        move(memory._wasm_data, to, chunk, 0, step)
        to += step


def store_bytes(memory: Memory, ea: int, data: bytes) -> None:
    """Store the bytes of a number at an effective address; a trap if not all fit."""
    if ea + len(data) > memory._wasm_size:
        raise _out_of_bounds()
    memory._wasm_data[ea : ea + len(data)] = data


def memory_copy(
    target: Memory, source: Memory, to: int, start: int, count: int
) -> None:
    if start + count > source._wasm_size or to + count > target._wasm_size:
        raise _out_of_bounds()
    move(target._wasm_data, to, source._wasm_data, start, count)


def memory_init(
    memory: Memory, segment: DataSegment, to: int, start: int, count: int
) -> None:
    if start + count > len(segment.data) or to + count > memory._wasm_size:
        raise _out_of_bounds()
    move(memory._wasm_data, to, segment.data, start, count)


def copy_segment(
    memory: Memory, data: memoryview, to: int, start: int, count: int
) -> None:
    """Copy an active segment, which is in ``data`` from ``start`` on."""
    if to + count > memory._wasm_size:
        raise _out_of_bounds()
    move(memory._wasm_data, to, data, start, count)


def data_drop(segment: DataSegment) -> None:
    segment.data = memoryview(b"")


_read_u16 = Struct("<H").unpack_from
_read_u32 = Struct("<I").unpack_from
_read_u64 = Struct("<Q").unpack_from
_read_f64 = Struct("<d").unpack_from
_write_u16 = Struct("<H").pack_into
_write_u32 = Struct("<I").pack_into
_write_u64 = Struct("<Q").pack_into
_write_f64 = Struct("<d").pack_into


# i32


def i32_load(memory: Memory, ea: int) -> int:
    if ea > memory._wasm_size - 4:
        raise _out_of_bounds()
    x: int = _read_u32(memory._wasm_data, ea)[0]
    return x


def i32_load8_s(memory: Memory, ea: int) -> int:
    if ea > memory._wasm_size - 1:
        raise _out_of_bounds()
    x: int = memory._wasm_data[ea]
    return x if x < 0x80 else x | 0xFFFFFF00


def i32_load8_u(memory: Memory, ea: int) -> int:
    if ea > memory._wasm_size - 1:
        raise _out_of_bounds()
    x: int = memory._wasm_data[ea]
    return x


def i32_load16_s(memory: Memory, ea: int) -> int:
    if ea > memory._wasm_size - 2:
        raise _out_of_bounds()
    x: int = _read_u16(memory._wasm_data, ea)[0]
    return x if x < 0x8000 else x | 0xFFFF0000


def i32_load16_u(memory: Memory, ea: int) -> int:
    if ea > memory._wasm_size - 2:
        raise _out_of_bounds()
    x: int = _read_u16(memory._wasm_data, ea)[0]
    return x


def i32_store(memory: Memory, ea: int, x: int) -> None:
    if ea > memory._wasm_size - 4:
        raise _out_of_bounds()
    _write_u32(memory._wasm_data, ea, x)


def i32_store8(memory: Memory, ea: int, x: int) -> None:
    if ea > memory._wasm_size - 1:
        raise _out_of_bounds()
    memory._wasm_data[ea] = x & 0xFF


def i32_store16(memory: Memory, ea: int, x: int) -> None:
    if ea > memory._wasm_size - 2:
        raise _out_of_bounds()
    _write_u16(memory._wasm_data, ea, x & 0xFFFF)


# i64


def i64_load(memory: Memory, ea: int) -> int:
    if ea > memory._wasm_size - 8:
        raise _out_of_bounds()
    x: int = _read_u64(memory._wasm_data, ea)[0]
    return x


def i64_load8_s(memory: Memory, ea: int) -> int:
    if ea > memory._wasm_size - 1:
        raise _out_of_bounds()
    x: int = memory._wasm_data[ea]
    return x if x < 0x80 else x | 0xFFFFFFFFFFFFFF00


def i64_load8_u(memory: Memory, ea: int) -> int:
    if ea > memory._wasm_size - 1:
        raise _out_of_bounds()
    x: int = memory._wasm_data[ea]
    return x


def i64_load16_s(memory: Memory, ea: int) -> int:
    if ea > memory._wasm_size - 2:
        raise _out_of_bounds()
    x: int = _read_u16(memory._wasm_data, ea)[0]
    return x if x < 0x8000 else x | 0xFFFFFFFFFFFF0000


def i64_load16_u(memory: Memory, ea: int) -> int:
    if ea > memory._wasm_size - 2:
        raise _out_of_bounds()
    x: int = _read_u16(memory._wasm_data, ea)[0]
    return x


def i64_load32_s(memory: Memory, ea: int) -> int:
    if ea > memory._wasm_size - 4:
        raise _out_of_bounds()
    x: int = _read_u32(memory._wasm_data, ea)[0]
    return x if x < 0x80000000 else x | 0xFFFFFFFF00000000


def i64_load32_u(memory: Memory, ea: int) -> int:
    if ea > memory._wasm_size - 4:
        raise _out_of_bounds()
    x: int = _read_u32(memory._wasm_data, ea)[0]
    return x


def i64_store(memory: Memory, ea: int, x: int) -> None:
    if ea > memory._wasm_size - 8:
        raise _out_of_bounds()
    _write_u64(memory._wasm_data, ea, x)


def i64_store8(memory: Memory, ea: int, x: int) -> None:
    if ea > memory._wasm_size - 1:
        raise _out_of_bounds()
    memory._wasm_data[ea] = x & 0xFF


def i64_store16(memory: Memory, ea: int, x: int) -> None:
    if ea > memory._wasm_size - 2:
        raise _out_of_bounds()
    _write_u16(memory._wasm_data, ea, x & 0xFFFF)


def i64_store32(memory: Memory, ea: int, x: int) -> None:
    if ea > memory._wasm_size - 4:
        raise _out_of_bounds()
    _write_u32(memory._wasm_data, ea, x & 0xFFFFFFFF)


# f32 and f64


def f32_load(memory: Memory, ea: int) -> float:
    return f32_reinterpret_i32(i32_load(memory, ea))


def f64_load(memory: Memory, ea: int) -> float:
    if ea > memory._wasm_size - 8:
        raise _out_of_bounds()
    x: float = _read_f64(memory._wasm_data, ea)[0]
    return x


def f32_store(memory: Memory, ea: int, x: float) -> None:
    i32_store(memory, ea, i32_reinterpret_f32(x))


def f64_store(memory: Memory, ea: int, x: float) -> None:
    if ea > memory._wasm_size - 8:
        raise _out_of_bounds()
    _write_f64(memory._wasm_data, ea, x)
