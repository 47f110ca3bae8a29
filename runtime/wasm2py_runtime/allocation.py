"""Room in a module's memory for what a host gives it, from the module's own allocator."""

from __future__ import annotations

from contextlib import contextmanager
from operator import index

from .external import FunctionType
from .lean import NamedTuple
from .memory import Memory
from .values import function_handle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterator, Mapping, Optional, Tuple

    Names = Tuple[str, Optional[str]]


# What a toolchain's modules export: the function that allocates, and the one that frees. What
# `cabi_realloc` gives is freed by the module, if at all: it has no counterpart.
CONVENTIONS: Tuple[Names, ...] = (
    ("malloc", "free"),
    ("__wbindgen_malloc", "__wbindgen_free"),
    ("allocate", "deallocate"),
    ("alloc", "dealloc"),
    ("cabi_realloc", None),
)
# Enough for any number.
ALIGNMENT = 16
_MASKS = {"i32": 0xFFFFFFFF, "i64": 0xFFFFFFFFFFFFFFFF}
# What such functions are given, by the number of their parameters.
_ALLOCATING: Dict[int, Callable[[int], Tuple[int, ...]]] = {
    1: lambda size: (size,),
    2: lambda size: (size, ALIGNMENT),
    4: lambda size: (0, 0, ALIGNMENT, size),
}
_FREEING: Dict[int, Callable[[int, int], Tuple[int, ...]]] = {
    1: lambda address, size: (address,),
    2: lambda address, size: (address, size),
    3: lambda address, size: (address, size, ALIGNMENT),
}


class Allocator(NamedTuple):
    """The functions by which a module allocates and frees."""

    allocate: Callable[..., Any]
    free: Optional[Callable[..., Any]]

    def new(self, size: int) -> int:
        """The address of that many bytes; MemoryError if there is no room."""
        type_ = _type(self.allocate)
        most = _MASKS[type_.results[0]]
        address = 0
        if size <= most:
            arguments = _ALLOCATING[len(type_.params)](size)
            address = self.allocate(*arguments) & most
        if not address:
            raise MemoryError(f"the module has no room for {size} bytes")
        return address

    def release(self, address: int, size: int) -> None:
        """Free what ``new`` has given for a size."""
        if self.free is not None:
            self.free(*_FREEING[len(_type(self.free).params)](address, size))


def find_allocator(exports: Mapping[str, Any], names: Optional[Names]) -> Allocator:
    """The allocator of these names, or of the first convention that a module follows.

    Raises LookupError where there is none.
    """
    for allocate, free in CONVENTIONS if names is None else (names,):
        is_there = _is_function(exports.get(allocate), _ALLOCATING, (1,))
        if is_there and free is None:
            return Allocator(exports[allocate], None)
        if is_there and _is_function(exports.get(free or ""), _FREEING, (0, 1)):
            return Allocator(exports[allocate], exports[free or ""])
    raise LookupError(_not_found(names))


@contextmanager
def allocated(allocator: Allocator, memory: Memory, data: object) -> Iterator[int]:
    """The address of a copy of bytes-like data, or of that many bytes; freed at the end."""
    size, content = _size_of(data)
    # Of no bytes, too: an allocator may give null for none.
    room = max(size, 1)
    address = allocator.new(room)
    try:
        # Also where nothing is written: an address out of bounds is the module's fault.
        memory.read(address + size, 0)
        memory.write(address, content)
        yield address
    finally:
        allocator.release(address, room)


def terminated(text: str) -> bytes:
    """A text as C has it: UTF-8 that a NUL ends. ValueError for one with a NUL in it."""
    if not isinstance(text, str):
        raise TypeError(f"text must be a str, not {type(text).__name__}")
    if "\0" in text:
        raise ValueError("a NUL in the text would end it")
    return text.encode() + b"\0"


def _size_of(data: Any) -> Tuple[int, Any]:
    """How many bytes are wanted, and what is to be in them."""
    try:
        size = index(data)
    except TypeError:  # of numpy's arrays, too, which do have an `__index__`
        content = memoryview(data)
        return content.nbytes, content
    if size < 0:
        raise ValueError(f"cannot allocate {size} bytes")
    return size, b""


def _type(function: Any) -> FunctionType:
    type_: FunctionType = function_handle(function)._wasm_type
    return type_


def _is_function(
    value: object, shapes: Mapping[int, Any], results: Tuple[int, ...]
) -> bool:
    """Whether an export is a function of integers, of one of the shapes."""
    handle = function_handle(value)
    if handle is None:
        return False
    type_: FunctionType = handle._wasm_type
    integers = {*type_.params, *type_.results} <= {*_MASKS}
    return integers and len(type_.params) in shapes and len(type_.results) in results


def _not_found(names: Optional[Names]) -> str:
    shown = [
        allocate if free is None else f"{allocate} and {free}"
        for allocate, free in (CONVENTIONS if names is None else (names,))
    ]
    text = f"the module exports no allocator: looked for {', '.join(shown)}"
    if names is None:
        return (
            f"{text}; name its functions: instance.allocator = (allocate, free or None)"
        )
    return f"{text}, functions of integers"
