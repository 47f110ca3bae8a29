"""Dates as text, in the C locale and in UTC."""

from __future__ import annotations

import datetime
from string import ascii_letters

from .clocks import TM, calendar_of, seconds_of
from .state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterator, List, Sequence, Set, Tuple

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
_NAMES: Dict[str, Tuple[Sequence[str], int]] = {
    "%a": (_DAYS, 6),
    "%A": (_DAYS, 6),
    "%b": (_MONTHS, 4),
    "%B": (_MONTHS, 4),
}
"""What else than numbers is read, and the field of a ``struct tm`` that it tells."""

_NUMBERS = {
    "%d": (2, range(1, 32), 3, 0),
    "%e": (2, range(1, 32), 3, 0),
    "%H": (2, range(24), 2, 0),
    "%I": (2, range(1, 13), 2, 0),
    "%j": (3, range(1, 367), 7, 1),
    "%m": (2, range(1, 13), 4, 1),
    "%M": (2, range(60), 1, 0),
    "%S": (2, range(61), 0, 0),
    "%w": (1, range(7), 6, 0),
    "%Y": (4, range(10_000), 5, 1900),
    "%y": (2, range(100), 5, 0),
}
"""How many digits a number has at most, what it may be, its field, and what that is less."""

_HOUR, _DAY, _MONTH, _YEAR = 2, 3, 4, 5
_SPACE = " \t\n\v\f\r"
_FIRST_OF_CENTURY = 69  # Of two digits; years before are those from 2000 on.


def strftime(state: State, result: int, size: int, format: int, tm: int) -> int:
    """Write a date as the format says, in the C locale; 0 if it has no room."""
    date = _date_at(state, tm)
    text = _formatted(state.text(format).decode("latin-1"), date).encode("latin-1")
    if len(text) + 1 > size:
        return 0
    state.guest.write(result, text + b"\0")
    return len(text)


def strftime_l(
    state: State, result: int, size: int, format: int, tm: int, locale: int
) -> int:
    return strftime(state, result, size, format, tm)


def __asctime_r(state: State, tm: int, result: int) -> int:
    """Write a date as C's ``asctime`` does; where to."""
    text = _formatted("%c\n", _date_at(state, tm))
    state.guest.write(result, text.encode("latin-1") + b"\0")
    return result


def _date_at(state: State, tm: int) -> Tuple[int, ...]:
    """A date, with the numbers that Python has for it, each where it may be."""
    fields = TM.unpack(state.guest.read(tm, TM.size))
    seconds, minutes, hours, day, month, year, weekday, yearday, _ = fields
    return (
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


def strptime(state: State, text: int, format: int, tm: int) -> int:
    """Read a date of that format; where it ends, or 0 if the text is something else.

    The day of the week and of the year are told by the date.
    """
    fields = list(TM.unpack(state.guest.read(tm, TM.size)))
    reader = _Reader(state.text(text).decode("latin-1"), fields)
    try:
        for piece in _pieces(state.text(format).decode("latin-1")):
            reader.read(piece)
    except ValueError:
        return 0
    if reader.read_fields >= {_DAY, _MONTH, _YEAR}:
        date = fields[_YEAR] + 1900, fields[_MONTH], fields[_DAY]
        ordered = calendar_of(seconds_of(date, 0, 0, 0))
        if ordered is not None:
            fields[6:8] = ordered[6:8]
    state.guest.write(tm, TM.pack(*fields))
    return text + reader.at


def strptime_l(state: State, text: int, format: int, tm: int, locale: int) -> int:
    return strptime(state, text, format, tm)


class _Reader:
    """Reads a text from left to right into the fields of a ``struct tm``.

    Raises ValueError where it is something else than a format says.
    """

    def __init__(self, text: str, fields: List[int]) -> None:
        self.at = 0
        self.read_fields: Set[int] = set()
        self._text = text
        self._fields = fields

    def read(self, piece: str) -> None:
        """What a piece of a format stands for."""
        if piece in _SPACE or piece in ("%n", "%t"):
            self._skip(_SPACE)
        elif piece in _NUMBERS:
            self._number(piece)
        elif piece in _NAMES:
            names, field = _NAMES[piece]
            self._set(field, self._name(names))
        elif piece == "%p":
            half = self._name(("AM", "PM"))
            self._set(_HOUR, self._fields[_HOUR] % 12 + 12 * half)
        elif piece == "%Z":
            self._skip(ascii_letters)
        elif len(piece) == 1 or piece == "%%":
            self._name((piece[-1],))
        else:
            raise ValueError(piece)

    def _set(self, field: int, value: int) -> None:
        self._fields[field] = value
        self.read_fields.add(field)

    def _skip(self, letters: str) -> None:
        while self.at < len(self._text) and self._text[self.at] in letters:
            self.at += 1

    def _number(self, piece: str) -> None:
        most, known, field, less = _NUMBERS[piece]
        self._skip(_SPACE)
        start = self.at
        while self.at < start + most and self._text[self.at : self.at + 1].isdecimal():
            self.at += 1
        value = int(self._text[start : self.at])
        if value not in known:
            raise ValueError(piece)
        if piece == "%y" and value < _FIRST_OF_CENTURY:
            value += 100
        self._set(field, value - less)

    def _name(self, names: Sequence[str]) -> int:
        """Which of some names, or of their first three letters, comes next."""
        for index, name in enumerate(names):
            for form in (name, name[:3]):
                given = self._text[self.at : self.at + len(form)]
                if given.lower() == form.lower():
                    self.at += len(form)
                    return index
        raise ValueError(names)


def _pieces(format: str) -> Iterator[str]:
    """The letters of a format, and its directives, with those that stand for several as these."""
    letters = iter(format)
    for letter in letters:
        if letter != "%":
            yield letter
            continue
        kind = next(letters, "%")
        if kind in "EO":
            kind = next(letters, "%")
        whole = _WHOLE.get(kind)
        yield from (f"%{kind}",) if whole is None else _pieces(whole)


def _formatted(text: str, date: Tuple[int, ...]) -> str:
    # Not the host's strftime, whose locale is nobody's business.
    return "".join(
        piece if len(piece) == 1 else _part(piece[1], date) for piece in _pieces(text)
    )


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
