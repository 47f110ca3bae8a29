"""Clocks and calendars. The time zone is UTC: nothing of the host's is inherited."""

from __future__ import annotations

from calendar import timegm
from struct import Struct
from time import gmtime

from ..wasi.clocks import MONOTONIC, REALTIME
from .state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Tuple

TM = Struct("<9i")
_OFFSET = Struct("<i")
_OFFSET_AT = 36
_MILLISECOND = 1_000_000
_SECOND = 1_000_000_000
_DAY = 86_400
_SIGN = 1 << 63
_SIGN_OF_OLD = 1 << 31
_TIME_UTC = 1
_UTC = b"UTC\0"
# Years that calendars here know; what is beyond is an error, as it is in JavaScript.
_YEARS = range(-9999, 300_000)
_ERA_DAYS, _ERA_YEARS = 146_097, 400
_FAILED = -1


def emscripten_date_now(state: State) -> float:
    return float(state.system.clocks.realtime() // _MILLISECOND)


def emscripten_get_now(state: State) -> float:
    return state.system.clocks.now(MONOTONIC) / _MILLISECOND


def emscripten_get_now_res(state: State) -> float:
    return float(state.system.clocks.resolution(MONOTONIC))


def _emscripten_get_now_is_monotonic(state: State) -> int:
    return 1


emscripten_get_now_is_monotonic = _emscripten_get_now_is_monotonic


def clock(state: State) -> int:
    """Processor time in microseconds."""
    return state.system.clocks.now(MONOTONIC) // 1000 & 0x7FFFFFFF


def time(state: State, result: int) -> int:
    seconds = state.system.clocks.realtime() // _SECOND & 0xFFFFFFFF
    if result:
        state.guest.put_u32(result, seconds)
    return seconds


def gettimeofday(state: State, result: int, zone: int) -> int:
    seconds, rest = divmod(state.system.clocks.realtime(), _SECOND)
    state.guest.put_u32(result, seconds & 0xFFFFFFFF)
    state.guest.put_u32(result + 4, rest // 1000)
    return 0


def clock_gettime(state: State, clock_id: int, result: int) -> int:
    known = REALTIME if clock_id == REALTIME else MONOTONIC
    seconds, rest = divmod(state.system.clocks.now(known), _SECOND)
    state.guest.put_u32(result, seconds & 0xFFFFFFFF)
    state.guest.put_u32(result + 4, rest)
    return 0


def timespec_get(state: State, result: int, base: int) -> int:
    """The time since 1970, if that is the base: which, or 0 for others."""
    if base != _TIME_UTC:
        return 0
    clock_gettime(state, REALTIME, result)
    return base


def difftime(state: State, later: int, earlier: int) -> float:
    """Seconds between times of 32 bits, as they were."""
    signs = later & _SIGN_OF_OLD, earlier & _SIGN_OF_OLD
    return float(later - earlier - 2 * (signs[0] - signs[1]))


def clock_getres(state: State, clock_id: int, result: int) -> int:
    state.guest.put_u32(result, 0)
    state.guest.put_u32(result + 4, 1)
    return 0


def _setitimer_js(state: State, which: int, milliseconds: float) -> int:
    """There are no signals: a timer that is set never goes off."""
    return 0


def _tzset_js(
    state: State, zone: int, daylight: int, names: int, other: Optional[int] = None
) -> None:
    state.guest.put_u32(zone, 0)
    state.guest.put_u32(daylight, 0)
    if other is not None:
        state.guest.write(names, _UTC)
        state.guest.write(other, _UTC)
        return
    # The version before has an array of two addresses.
    address = state.allocate(len(_UTC))
    state.guest.write(address, _UTC)
    state.guest.put_u32(names, address)
    state.guest.put_u32(names + 4, address)


def _gmtime_js(state: State, seconds: int, result: int) -> int:
    """Write a time as a calendar has it."""
    fields = calendar_of(seconds - (_SIGN << 1) if seconds >= _SIGN else seconds)
    if fields is None:
        return 1
    state.guest.write(result, TM.pack(*fields))
    state.guest.write(result + _OFFSET_AT, _OFFSET.pack(0))
    return 0


_localtime_js = _gmtime_js


def gmtime_at(state: State, address: int, result: int) -> None:
    """The same, in versions before 3.1.43: the time is in memory."""
    size = 8 if state.stat.time_mask >> 32 else 4
    data = state.guest.read(address, size)
    _gmtime_js(state, int.from_bytes(data, "little", signed=True), result)


def _timegm_js(state: State, tm: int) -> int:
    """The seconds of a date, whose numbers may be out of range; they are put in order."""
    fields = TM.unpack(state.guest.read(tm, TM.size))
    seconds, minutes, hours, day, month, year = fields[:6]
    total = seconds_of((year + 1900, month, day), hours, minutes, seconds)
    ordered = calendar_of(total)
    if ordered is None:
        return _FAILED
    state.guest.write(tm, TM.pack(*ordered))
    return total


_mktime_js = _timegm_js


def seconds_of(
    date: Tuple[int, int, int], hours: int, minutes: int, seconds: int
) -> int:
    year, month, day = date
    year, month = year + month // 12, month % 12
    eras, year_of_era = divmod(year - 2000, _ERA_YEARS)
    days = timegm((2000 + year_of_era, month + 1, 1, 0, 0, 0, 0, 0, 0)) // _DAY
    days += eras * _ERA_DAYS + day - 1
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def calendar_of(seconds: int) -> Optional[List[int]]:
    """The numbers of a ``struct tm``, None for a year that is too far away."""
    # In eras of 400 years, after which the calendar repeats.
    eras, rest = divmod(seconds, _ERA_DAYS * _DAY)
    known = gmtime(rest)
    year = known.tm_year + eras * _ERA_YEARS
    if year not in _YEARS:
        return None
    return [
        known.tm_sec,
        known.tm_min,
        known.tm_hour,
        known.tm_mday,
        known.tm_mon - 1,
        year - 1900,
        (known.tm_wday + 1) % 7,
        known.tm_yday - 1,
        0,
    ]
