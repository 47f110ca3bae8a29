"""Tables: the public class, call_indirect, and the table instructions.

An element is None, a function's handle (funcref) or any object (externref).
"""

from __future__ import annotations

from _operator import setitem
from _weakref import ref
from itertools import repeat

from .abi import RT_ABI
from .atomic import Changes
from .errors import Trap
from .external import FunctionType, TableType, function_matches, matches
from .host_function import Function
from .limits import Account
from .values import find_kind, function_handle, value_kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterable, List, NoReturn, Optional, Set

_LIMIT = {"i32": 0xFFFFFFFF, "i64": 0xFFFFFFFFFFFFFFFF}
# What browsers allow, as the JavaScript API's limits have it.
_SIZE_LIMIT = 10_000_000


class IndirectCalls(dict[int, "Callable[..., Any]"]):
    """Callables by table index: those that have the type of a ``call_indirect``.

    It fills itself. The table empties it where elements change.
    """

    def __init__(self, table: "Table", type_: FunctionType) -> None:
        super().__init__()
        self._table = table
        self._type = type_

    def __missing__(self, index: int) -> Callable[..., Any]:
        table = self._table
        while True:
            seen = table._changes.state()
            handle = called(table, index, self._type)
            function: Callable[..., Any] = handle._wasm_load()
            # Loading may run anything: keep nothing that has been replaced meanwhile.
            if table._changes.commit(
                seen, map(setitem, (self,), (index,), (function,))
            ):
                return function


def called(table: "Table", index: int, type_: FunctionType) -> Any:
    """The handle of the function that a ``call_indirect`` of a type calls."""
    elements = table._wasm_elements
    if index >= len(elements):
        raise Trap("undefined element")
    handle = elements[index]
    if handle is None:
        raise Trap("uninitialized element")
    if not function_matches(handle._wasm_type, type_):
        raise Trap("indirect call type mismatch")
    return handle


def _size(name: str, value: object) -> int:
    if type(value) is not int:
        raise TypeError(f"{name} must be an int, not {type(value).__name__}")
    if value < 0:
        raise OverflowError(f"{name} must not be negative")
    return value


class Table:
    """A table of ``initial`` elements, each ``init``, which can grow.

    ``element`` is the type of elements, ``"funcref"`` or ``"externref"``; ``maximum``
    the limit of its growth, or None; ``address`` is ``"i32"`` or ``"i64"``, the type
    of indices.

    Raises ValueError for limits that contradict each other or an unknown type, and
    MemoryError for more than 10,000,000 elements.
    """

    __slots__ = (
        "__weakref__",
        "_added",
        "_changes",
        "_free",
        "_mirror",
        "_own_mirrors",
        "_unsigned",
        "_views",
        "_wasm_account",
        "_wasm_address",
        "_wasm_element",
        "_wasm_elements",
        "_wasm_maximum",
    )
    _wasm_abi = RT_ABI
    _wasm_kind = "table"

    def __init__(
        self,
        element: str,
        initial: int,
        maximum: Optional[int] = None,
        init: object = None,
        *,
        address: str = "i32",
    ) -> None:
        kind = find_kind(element)
        if kind is None or not kind.is_reference:
            raise ValueError(f"element must be a reference type, not {element!r}")
        if address not in _LIMIT:
            raise ValueError(f"address must be 'i32' or 'i64', not {address!r}")
        limit = _LIMIT[address]
        if _size("initial", initial) > limit:
            raise ValueError(f"initial must be at most {limit}")
        if maximum is not None and not initial <= _size("maximum", maximum) <= limit:
            raise ValueError(f"maximum must be from {initial} to {limit}")
        if initial > _SIZE_LIMIT:
            raise MemoryError(f"cannot allocate a table of {initial} elements")
        self._wasm_element = element
        self._wasm_address = address
        self._wasm_maximum = maximum
        self._wasm_elements: List[Any] = [kind.from_host(init)] * initial
        # Of the instance that defines the table, if one does.
        self._wasm_account: Optional[Account] = None
        self._views: Dict[FunctionType, IndirectCalls] = {}
        self._changes = Changes()
        # The indices that `add` has given, and those that `remove` has taken back.
        self._added: Set[int] = set()
        self._free: List[int] = []
        # Whether functions that the host adds get unsigned integers.
        self._unsigned = False
        # What native code has found of the functions in it.
        self._mirror: Any = None
        # What single instances know of it, those that release the GIL.
        self._own_mirrors: List["ref[Any]"] = []

    def get(self, index: int) -> Any:
        """The element: an exported function, any object, or None."""
        return value_kind(self._wasm_element).to_host(
            self._wasm_elements[self._checked(index)]
        )

    def set(self, index: int, value: object = None) -> None:
        """Replace an element. TypeError if it is not of the element type."""
        internal = value_kind(self._wasm_element).from_host(value)
        self._wasm_set(self._checked(index), [internal])

    def grow(self, count: int, init: object = None) -> int:
        """Add ``count`` elements, each ``init``, and return the former length.

        Raises ValueError if that exceeds the maximum, MemoryError beyond 10,000,000.
        """
        internal = value_kind(self._wasm_element).from_host(init)
        old = self._wasm_grow(internal, _size("count", count))
        if old >= 0:
            return old
        size = len(self)
        text = f"cannot grow a table of {size} elements by {count}"
        if self._wasm_maximum is not None and size + count > self._wasm_maximum:
            raise ValueError(f"{text}: the maximum is {self._wasm_maximum}")
        raise MemoryError(text)

    def add(self, function: Callable[..., Any], type: Optional[str] = None) -> int:
        """Put a callable into the table and return its index: a function pointer.

        ``type`` is the function's, such as ``"i32 i32 -> i32"`` (see `Function`); an
        exported function, or a `Function`, has one of its own. It gets integers as imported
        functions of the table's instance do. The index is one that has
        been removed, or that by which the table grows. Raises TypeError if the table is none
        of functions, and what `Function` and ``grow`` raise.
        """
        if not matches(self._wasm_element, "funcref"):
            raise TypeError(f"a table of {self._wasm_element} holds no functions")
        value: Any = function
        if type is not None:
            value = Function(function, type, unsigned=self._unsigned)
        if function_handle(value) is None:
            text = "a type is needed, such as 'i32 i32 -> i32'"
            raise TypeError(f"{text}: {value!r} is no exported function")
        index = self._place(value)
        self._added.add(index)
        return index

    def _place(self, value: Callable[..., Any]) -> int:
        """Where a function is now: an index that is free, or a new one."""
        while True:
            try:
                index = self._free.pop()
            except IndexError:
                return self.grow(1, value)
            # The module may have put something there meanwhile.
            if self._wasm_elements[index] is None:
                self.set(index, value)
                return index

    def remove(self, index: int) -> None:
        """Empty an element that `add` has filled, so that its index can be given again.

        Raises ValueError for any other index.
        """
        if index not in self._added:
            raise ValueError(f"no function has been added at {index}")
        self.set(index)
        self._added.discard(index)
        self._free.append(index)

    def __len__(self) -> int:
        return len(self._wasm_elements)

    def _checked(self, index: int) -> int:
        if _size("index", index) >= len(self):
            raise IndexError(f"index {index} is beyond a table of {len(self)} elements")
        return index

    @property
    def _wasm_type(self) -> TableType:
        return TableType(
            self._wasm_element, self._wasm_address, len(self), self._wasm_maximum
        )

    def _wasm_view(self, type_: FunctionType) -> IndirectCalls:
        """What ``call_indirect`` of that type indexes, for whichever module."""
        return self._views.setdefault(type_, IndirectCalls(self, type_))

    def _wasm_set(self, start: int, elements: List[Any]) -> None:
        """Replace a range, which is within bounds."""
        end = start + len(elements)
        done = False
        while not done:
            seen = self._changes.state()
            done = self._changes.commit(
                seen,
                *self._forgetting(range(start, end)),
                map(setitem, (self._wasm_elements,), (slice(start, end),), (elements,)),
            )
        if self._mirror is not None:
            self._mirror.settle()

    def _wasm_mirror(self, make: Callable[[], Any]) -> Any:
        """What native code knows of the table, made by ``make`` if nothing is there."""
        while self._mirror is None:
            seen = self._changes.state()
            self._changes.commit(seen, map(setattr, (self,), ("_mirror",), (make(),)))
        return self._mirror

    def _wasm_add_mirror(self, mirror: Any) -> None:
        """Tell from now on what one instance knows of the table that it changes."""
        mirrors = self._own_mirrors
        mirrors.append(ref(mirror, mirrors.remove))

    def _forgetting(self, changed: range) -> List[Iterable[Any]]:
        """The steps that take what was found for some elements out of the views."""
        own = [mirror for known in self._own_mirrors if (mirror := known()) is not None]
        # They first: where native code is looking at one, nothing is changed.
        steps: List[Iterable[Any]] = [map(mirror.claim, (None,)) for mirror in own]
        for view in list(self._views.values()):
            if len(changed) < len(view):
                steps.append(map(view.pop, changed, repeat(None)))
            elif view:
                steps.append(map(dict.clear, (view,)))
        known = own if self._mirror is None else [self._mirror, *own]
        start, stop = (changed.start,), (changed.stop,)
        steps += [map(mirror.forget, start, stop) for mirror in known]
        return steps

    def _wasm_join(self, account: Account) -> None:
        """Count for an account from now on; before anything else uses the object."""
        self._wasm_account = account
        self._changes = account.changes

    def _wasm_grow(self, value: Any, count: int) -> int:
        """Grow; the former length, or -1 if that is impossible."""
        elements, maximum = self._wasm_elements, self._wasm_maximum
        limit = _SIZE_LIMIT if maximum is None else min(maximum, _SIZE_LIMIT)
        while True:
            seen = self._changes.state()
            old = len(elements)
            if old + count > limit:
                return -1
            account = self._wasm_account
            if account is not None and not account.allows(count):
                return -1
            try:
                # Where there is no room for more, a list stays as it is.
                steps: List[Iterable[Any]] = [map(elements.extend, ([value] * count,))]
                if account is not None:
                    steps.append(account.taking(count))
                if self._changes.commit(seen, *steps):
                    return old
            except MemoryError:
                return -1

    def __repr__(self) -> str:
        text = f"Table({self._wasm_element!r}, {len(self)}, {self._wasm_maximum}"
        if self._wasm_address != "i32":
            text += f", address={self._wasm_address!r}"
        return text + ")"

    def __reduce__(self) -> NoReturn:
        raise TypeError("cannot pickle a Table")


class ElementSegment:
    """The references of an element segment, made when needed, until it is dropped."""

    __slots__ = ("_make", "length")

    def __init__(self, length: int, make: Callable[[int, int], List[Any]]) -> None:
        self.length = length
        self._make = make

    def references(self, start: int, count: int) -> List[Any]:
        return self._make(start, count)

    def drop(self) -> None:
        self.length = 0
        self._make = _no_references


def _no_references(start: int, count: int) -> List[Any]:
    return []


def out_of_bounds() -> Trap:
    """The trap of an access beyond a table."""
    return Trap("out of bounds table access")


def table_get(table: Table, index: int) -> Any:
    if index >= len(table._wasm_elements):
        raise out_of_bounds()
    return table._wasm_elements[index]


def table_set(table: Table, index: int, value: Any) -> None:
    if index >= len(table._wasm_elements):
        raise out_of_bounds()
    table._wasm_set(index, [value])


def table_size(table: Table) -> int:
    return len(table._wasm_elements)


def table_grow(table: Table, value: Any, count: int) -> int:
    """The former length, or -1 in the form of the address type."""
    old = table._wasm_grow(value, count)
    return old if old >= 0 else _LIMIT[table._wasm_address]


def table_fill(table: Table, index: int, value: Any, count: int) -> None:
    if index + count > len(table._wasm_elements):
        raise out_of_bounds()
    table._wasm_set(index, [value] * count)


def table_copy(target: Table, source: Table, to: int, start: int, count: int) -> None:
    elements = source._wasm_elements
    if start + count > len(elements) or to + count > len(target._wasm_elements):
        raise out_of_bounds()
    target._wasm_set(to, elements[start : start + count])


def table_init(
    table: Table, segment: ElementSegment, to: int, start: int, count: int
) -> None:
    if start + count > segment.length or to + count > len(table._wasm_elements):
        raise out_of_bounds()
    table._wasm_set(to, segment.references(start, count))


def elem_drop(segment: ElementSegment) -> None:
    segment.drop()
