"""Clocks and calendars. The time zone is UTC: nothing of the host's is inherited."""

from __future__ import annotations

import datetime
from calendar import timegm
from struct import Struct
from time import gmtime

from ..wasi.clocks import MONOTONIC, REALTIME
from .state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Tuple

_TM = Struct("<9i")
_OFFSET = Struct("<i")
_OFFSET_AT = 36
_MILLISECOND = 1_000_000
_SECOND = 1_000_000_000
_DAY = 86_400
_SIGN = 1 << 63
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
    fields = _calendar(seconds - (_SIGN << 1) if seconds >= _SIGN else seconds)
    if fields is None:
        return 1
    state.guest.write(result, _TM.pack(*fields))
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
    fields = _TM.unpack(state.guest.read(tm, _TM.size))
    seconds, minutes, hours, day, month, year = fields[:6]
    total = _seconds((year + 1900, month, day), hours, minutes, seconds)
    ordered = _calendar(total)
    if ordered is None:
        return _FAILED
    state.guest.write(tm, _TM.pack(*ordered))
    return total


_mktime_js = _timegm_js


def _seconds(date: Tuple[int, int, int], hours: int, minutes: int, seconds: int) -> int:
    year, month, day = date
    year, month = year + month // 12, month % 12
    eras, year_of_era = divmod(year - 2000, _ERA_YEARS)
    days = timegm((2000 + year_of_era, month + 1, 1, 0, 0, 0, 0, 0, 0)) // _DAY
    days += eras * _ERA_DAYS + day - 1
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _calendar(seconds: int) -> Optional[List[int]]:
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


def strftime(state: State, result: int, size: int, format: int, tm: int) -> int:
    """Write a date as the format says, in the C locale; 0 if it has no room."""
    fields = _TM.unpack(state.guest.read(tm, _TM.size))
    seconds, minutes, hours, day, month, year, weekday, yearday, _ = fields
    date = (
        min(max(year + 1900, 2), 9998),
        month % 12 + 1,
        min(max(day, 1), 31),
        hours % 24,
        minutes % 60,
        seconds % 61,
        (weekday - 1) % 7,
        yearday % 366 + 1,
        0,
    )
    text = _formatted(state.text(format).decode("latin-1"), date).encode("latin-1")
    if len(text) + 1 > size:
        return 0
    state.guest.write(result, text + b"\0")
    return len(text)


def strftime_l(
    state: State, result: int, size: int, format: int, tm: int, locale: int
) -> int:
    return strftime(state, result, size, format, tm)


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_WHOLE = {
    "c": "%a %b %e %H:%M:%S %Y",
    "D": "%m/%d/%y",
    "x": "%m/%d/%y",
    "F": "%Y-%m-%d",
    "R": "%H:%M",
    "T": "%H:%M:%S",
    "X": "%H:%M:%S",
    "r": "%I:%M:%S %p",
    "h": "%b",
}


def _formatted(text: str, date: Tuple[int, ...]) -> str:
    # Not the host's strftime, whose locale is nobody's business.
    found: List[str] = []
    letters = iter(text)
    for letter in letters:
        if letter != "%":
            found.append(letter)
            continue
        kind = next(letters, "%")
        if kind in "EO":
            kind = next(letters, "%")
        whole = _WHOLE.get(kind)
        found.append(_part(kind, date) if whole is None else _formatted(whole, date))
    return "".join(found)


def _part(kind: str, date: Tuple[int, ...]) -> str:
    year, month, day, hour, minute, second, weekday, yearday, _ = date
    parts = {
        "%": "%",
        "n": "\n",
        "t": "\t",
        "a": _DAYS[weekday][:3],
        "A": _DAYS[weekday],
        "b": _MONTHS[month - 1][:3],
        "B": _MONTHS[month - 1],
        "C": f"{year // 100:02}",
        "d": f"{day:02}",
        "e": f"{day:2}",
        "H": f"{hour:02}",
        "I": f"{(hour - 1) % 12 + 1:02}",
        "j": f"{yearday:03}",
        "m": f"{month:02}",
        "M": f"{minute:02}",
        "p": "AM" if hour < 12 else "PM",
        "S": f"{second:02}",
        "u": str(weekday + 1),
        "w": str((weekday + 1) % 7),
        "U": f"{(yearday + 6 - (weekday + 1) % 7) // 7:02}",
        "W": f"{(yearday + 6 - weekday) // 7:02}",
        "y": f"{year % 100:02}",
        "Y": str(year),
        "z": "+0000",
        "Z": "UTC",
    }
    if kind in ("G", "g", "V"):
        day_of_year = datetime.date(year, 1, 1) + datetime.timedelta(yearday - 1)
        week_year, week, _ = day_of_year.isocalendar()
        parts.update(G=str(week_year), g=f"{week_year % 100:02}", V=f"{week:02}")
    return parts.get(kind, "%" + kind)
