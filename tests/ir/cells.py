"""Instructions that do a whole loop, as that loop: for the interpreter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wasm2py.spec.types import MASKS
from wasm2py.targets.python.idioms.copy import CopyRow
from wasm2py.targets.python.idioms.fill import FillPlaces, FillRow
from wasm2py.targets.python.idioms.fill_while import FillWhile, PaidWhile
from wasm2py.targets.python.idioms.payment import PaidRounds
from wasm2py.targets.python.idioms.search import Find
from wasm2py.targets.python.idioms.sum import SumRow
from wasm2py_runtime.errors import Trap

_FULL = 0xFFFFFFFF
_LOADS = {
    "u8": "i64_load8_u",
    "i8": "i64_load8_s",
    "u16": "i64_load16_u",
    "i16": "i64_load16_s",
    "u32": "i64_load32_u",
    "i32": "i64_load32_s",
    "u64": "i64_load",
    "i64": "i64_load",
}
_WIDTHS = {1: "8", 2: "16", 4: "32", 8: ""}


def _store(names: Any, memory: int, width: int, at: int, value: int) -> None:
    names[f"i64_store{_WIDTHS[width]}"](names[f"m{memory}"], at, value)


def _load(names: Any, memory: int, width: int, at: int) -> int:
    sign = "_u" if width < 8 else ""
    load = names[f"i64_load{_WIDTHS[width]}{sign}"]
    return int(load(names[f"m{memory}"], at))


def _fill(names: Any, row: FillRow, values: list[Any], type: str) -> None:
    first, value, distance = values
    count = _number(distance, row.step, row.lanes)
    at = 0
    while at != count:
        place = (first + at * row.width & _FULL) + row.offset
        _store(names, row.memory, row.width, place, value)
        at += 1


def _fill_places(names: Any, row: FillPlaces, values: list[Any], type: str) -> None:
    first, value, distance = values
    rounds = _number(distance, row.step, 1)
    at = 0
    while at != rounds:
        for moved, offset in row.places:
            place = (first + at * row.stride + moved & _FULL) + offset
            _store(names, row.memory, row.width, place, value)
        at += 1


def _fill_while(names: Any, row: FillWhile, values: list[Any], type: str) -> int:
    address, stride, index, step, end, value = values
    while True:
        _store(names, row.memory, row.width, address + row.offset, value)
        address = address + stride & _FULL
        index = index + step & MASKS[type]
        if index >= end + row.beyond:
            return int(index)


def _number(distance: int, step: int, lanes: int) -> int:
    """How many cells there are; if that is no whole number, or none, the loop ends in a trap."""
    if not distance or distance % step:
        return -1
    return distance // step * lanes


def _find(names: Any, row: Find, values: list[Any], type: str) -> int:
    address, byte = values
    while _load(names, row.memory, 1, address + row.offset) != byte:
        address = address + 1 & _FULL
    return int(address)


def _sum(names: Any, row: SumRow, values: list[Any], type: str) -> int:
    *places, distance = values
    count = _number(distance, row.step, row.lanes)
    if count < 0:
        raise Trap("out of bounds memory access")
    rows = list(zip(row.kinds, row.offsets, places[::2], places[1::2]))
    if not any(stride for _, _, _, stride in rows):
        # The same in each round, of which there may be many.
        rounds, times = 1, count
    else:
        rounds, times = count, 1
    total = 0
    for at in range(rounds):
        product = times
        for kind, offset, first, stride in rows:
            place = (first + at * stride & _FULL) + offset
            product *= names[_LOADS[kind]](names[f"m{row.memory}"], place)
        total += product
    return total & (_FULL if type == "i32" else 0xFFFFFFFFFFFFFFFF)


def _copying(down: bool) -> Callable[[Any, CopyRow, list[Any], str], None]:
    def copy(names: Any, row: CopyRow, values: list[Any], type: str) -> None:
        to, start, distance = values
        count = _number(distance, row.step, row.lanes)
        at = 0
        while at != count:
            moved = at * (-row.width if down else row.width)
            place = (start + moved & _FULL) + row.offsets[1]
            cell = _load(names, row.memory, row.width, place)
            place = (to + moved & _FULL) + row.offsets[0]
            _store(names, row.memory, row.width, place, cell)
            at += 1

    return copy


def _paid(names: Any, loop: PaidRounds, values: list[Any], type: str) -> int:
    fuel, distance, *places = values
    rows = list(zip(places[::2], places[1::2], loop.reaches))
    rounds = _number(distance, loop.step, 1)
    memory = names[f"m{loop.memory}"]
    size = len(memory.buffer)
    for first, stride, reach in rows:
        stride -= (stride > _FULL >> 1) * (_FULL + 1)
        ends = first, first + (rounds - 1) * stride
        if rounds < 0 or min(ends) < 0 or max(ends) + reach > size:
            return 0
    return _pay(names, fuel - rounds * loop.cost)


def _paid_while(names: Any, loop: PaidWhile, values: list[Any], type: str) -> int:
    fuel, address, stride, index, step, end = values
    row, size = loop.row, len(names[f"m{loop.row.memory}"].buffer)
    end += row.beyond
    while step and index + step <= MASKS[row.type]:
        if address + row.offset + row.width > size:
            return 0
        fuel -= loop.cost
        address = address + stride & _FULL
        index += step
        if index >= end:
            return _pay(names, fuel)
    return 0


def _pay(names: Any, fuel: int) -> int:
    """Pay, if there is as much; whether there was."""
    if fuel < 0:
        if fuel + names["fuel"][1] < 0:
            return 0
        fuel = names["refuel"](fuel)
    names["fuel"][0] = fuel
    return 1


def _common_divisor(names: Any, row: None, values: list[Any], type: str) -> int:
    a, b = values
    while b:
        a, b = b, names[f"{type}_rem_u"](a, b)
    return int(a)


def _signed_divisor(names: Any, row: None, values: list[Any], type: str) -> int:
    a, b = values
    while b:
        a, b = b, names[f"{type}_rem_s"](a, b)
    return int(a)


CELLS: dict[str, Callable[[Any, Any, list[Any], str], Any]] = {
    "i32.gcd_u": _common_divisor,
    "i64.gcd_u": _common_divisor,
    "i32.gcd_s": _signed_divisor,
    "i64.gcd_s": _signed_divisor,
    "cells.fill": _fill,
    "cells.fill_places": _fill_places,
    "cells.fill_while": _fill_while,
    "cells.find": _find,
    "cells.sum": _sum,
    "cells.products": _sum,
    "cells.paid": _paid,
    "cells.paid_while": _paid_while,
    "cells.copy": _copying(False),
    "cells.copy_down": _copying(True),
}
