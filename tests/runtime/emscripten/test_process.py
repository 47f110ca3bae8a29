"""Clocks, the end of programs, memory."""

from __future__ import annotations

import calendar
import time

import pytest

from tests.runtime.emscripten.program import DATA, OTHER, PATH, Program
from wasm2py_runtime import ProcExit, Trap
from wasm2py_runtime.emscripten.dylink import Dylink, _Reader, _subsections
from wasm2py_runtime.external import FunctionType

TIMES = [0, 1, 86399, 951_782_400, 951_868_800, 1_700_000_000, -1, -86_401]
TIMES += [-62_135_596_800, 253_402_300_799, 4_102_444_800]


@pytest.mark.parametrize("seconds", TIMES)
def test_calendar(seconds: int) -> None:
    program = Program()
    program.call("_gmtime_js", seconds, DATA)
    fields = program.memory.unpack("<11i", DATA)
    date = time.gmtime(seconds)
    assert fields[:3] == (date.tm_sec, date.tm_min, date.tm_hour)
    assert fields[3:6] == (date.tm_mday, date.tm_mon - 1, date.tm_year - 1900)
    assert fields[6:9] == ((date.tm_wday + 1) % 7, date.tm_yday - 1, 0)
    assert fields[9] == 0
    assert program.call("_mktime_js", DATA) == seconds == calendar.timegm(date)


def test_dates_that_are_out_of_range_are_put_in_order() -> None:
    program = Program()
    program.memory.pack_into("<9i", DATA, 61, 60, 24, 32, 12, 99, 0, 0, 0)
    assert program.call("_timegm_js", DATA) == calendar.timegm((2000, 2, 2, 1, 1, 1))
    assert program.memory.unpack("<6i", DATA) == (1, 1, 1, 2, 1, 100)
    program.memory.pack_into("<9i", DATA, *[0x7FFFFFFF] * 9)
    assert program.call("_timegm_js", DATA) == -1
    program.call("_gmtime_js", 1 << 62, DATA)


def test_times_by_their_addresses() -> None:
    program = Program()
    program.memory.pack_into("<q", OTHER, 86_400)
    by_address = program.function("_localtime_js", FunctionType(("i32", "i32"), ()))
    by_address(OTHER, DATA)
    assert program.memory.unpack("<6i", DATA) == (0, 0, 0, 2, 0, 70)


FORMAT = "%Y-%m-%d %H:%M:%S %a %A %b %B %C %e %I %j %p %u %w %U %W %y %% %D %F %T %R %V %G %n"


@pytest.mark.parametrize("seconds", [0, 951_782_400, 1_700_000_000, 1_735_603_200])
def test_strftime(seconds: int) -> None:
    program = Program()
    program.call("_gmtime_js", seconds, DATA)
    program.memory.write(PATH, FORMAT.encode() + b"\0")
    length = program.function("strftime")(OTHER, 1000, PATH, DATA)
    text = program.memory.read(OTHER, length).decode()
    assert text == time.strftime(FORMAT, time.gmtime(seconds))
    assert program.function("strftime")(OTHER, length, PATH, DATA) == 0


def test_dates_of_versions_until_3_1() -> None:
    """What their JavaScript has, and the C of later ones."""
    program = Program(clock=lambda: 1_700_000_000_000_000_005)
    program.call("_gmtime_js", 951_782_400, DATA)
    assert program.call("__asctime_r", DATA, OTHER) == OTHER
    assert program.memory.cstring(OTHER) == b"Tue Feb 29 00:00:00 2000\n"
    program.call("_gmtime_js", 0, DATA)
    program.call("__asctime_r", DATA, OTHER)
    assert program.memory.cstring(OTHER) == b"Thu Jan  1 00:00:00 1970\n"
    for name, *given, result in (
        ("__clock_gettime", 0, DATA, 0),
        ("timespec_get", DATA, 1, 1),
    ):
        program.memory.write(DATA, bytes(8))
        assert program.call(str(name), *given) == result
        assert program.memory.unpack("<2I", DATA) == (1_700_000_000, 5)
    assert program.call("timespec_get", DATA, 2) == 0
    for later, earlier in ((5, 3), (3, 5), (-1, 1), (1, -1), (0x7FFFFFFF, -(1 << 31))):
        assert program.call("difftime", later, earlier) == later - earlier


READ = "%a %A %b %d %e %Y %y %I:%M:%S %p %H %j %m %% %w%n%F %T %Z ."


@pytest.mark.parametrize("seconds", [0, 951_782_400, 1_700_000_000, 4_102_444_799])
def test_strptime(seconds: int) -> None:
    """It reads what is written, and tells the day of the week and of the year."""
    text = time.strftime(READ.replace("%Z", "UTC"), time.gmtime(seconds))
    program = Program()
    program.call("_gmtime_js", seconds, OTHER)
    assert program.call("strptime", text + "rest", READ, DATA) == PATH + len(text)
    date = time.gmtime(seconds)
    year, month, day = date.tm_year - 1900, date.tm_mon - 1, date.tm_mday
    fields = program.memory.unpack("<9i", DATA)
    assert fields[:6] == (date.tm_sec, date.tm_min, date.tm_hour, day, month, year)
    assert fields[6:] == ((date.tm_wday + 1) % 7, date.tm_yday - 1, 0)


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("2024-13-01", "%F"),
        ("2024-02", "%F"),
        ("24:00", "%R"),
        ("Wedding", "%A,"),
        ("x", "%d"),
        ("\u0663", "%d"),
        ("1", "%Q"),
        ("1", "%"),
        ("a", "b"),
        ("", "%p"),
    ],
)
def test_what_is_no_date(text: str, format: str) -> None:
    program = Program()
    program.memory.pack_into("<9i", DATA, *range(9))
    assert program.call("strptime", text, format, DATA) == 0
    assert program.memory.unpack("<9i", DATA) == tuple(range(9))


def test_what_a_format_does_not_tell_stays() -> None:
    program = Program()
    program.memory.pack_into("<9i", DATA, *range(1, 10))
    assert program.call("strptime", "  7", "%d", DATA) == PATH + 3
    assert program.memory.unpack("<9i", DATA) == (1, 2, 3, 7, 5, 6, 7, 8, 9)


def test_locks_are_those_of_the_only_thread() -> None:
    program = Program()
    assert program.call("pthread_rwlock_init", DATA, 0) == 0
    for name in ("rdlock", "wrlock", "unlock", "destroy"):
        assert program.call(f"pthread_rwlock_{name}", DATA) == 0


def test_clocks() -> None:
    program = Program(clock=lambda: 5_000_000_000)
    assert program.call("emscripten_date_now") == 5000.0
    assert program.call("emscripten_get_now") == 5000.0
    assert program.call("time", DATA) == 5
    assert program.call("_setitimer_js", 0, 10.0) == 0
    program.call("_tzset_js", 0, 4, PATH, OTHER)
    assert program.memory.unpack("<2I", 0) == (0, 0)
    assert program.memory.cstring(PATH) == b"UTC"


def test_ends() -> None:
    program = Program()
    with pytest.raises(Trap, match=r"^aborted$"):
        program.call("abort")
    with pytest.raises(ProcExit) as end:
        program.call("exit", 3)
    assert end.value.code == 3
    program.memory.write(100, b"x > 0\0a.c\0main\0")
    with pytest.raises(Trap, match=r"assertion failed: x > 0, at a\.c:7, main"):
        program.call("__assert_fail", 100, 106, 7, 110)


def test_output_and_names() -> None:
    output = bytearray()
    program = Program(args=["program"], stdout=output.extend)
    program.call("emscripten_console_log", "text")
    program.call("_emscripten_get_progname", DATA, 5)
    assert (bytes(output), program.memory.cstring(DATA)) == (b"text\n", b"prog")


def test_growing_memory() -> None:
    program = Program()
    assert program.call("emscripten_get_heap_max") == 4 << 16
    assert program.call("emscripten_resize_heap", (2 << 16) + 1) == 1
    assert len(program.memory) == 3 << 16
    assert program.call("emscripten_resize_heap", (4 << 16) + 1) == 0
    assert program.call("emscripten_resize_heap", 1) == 1
    assert len(program.memory) == 3 << 16


def test_copies() -> None:
    program = Program()
    program.memory.write(100, b"abcdef")
    program.call("emscripten_memcpy_js", 102, 100, 6)
    assert program.memory.read(100, 8) == b"ababcdef"
    for args in ((-1, 0, 2), (0, -1, 2), (0, 0, -1)):
        with pytest.raises(Trap):
            program.call("emscripten_memcpy_js", *args)


def test_the_section_of_side_modules() -> None:
    sizes = b"\x01\x05\x90\x01\x02\x03\x00"
    needed = b"\x02\x06\x01\x04a.so"
    weak = b"\x04\x08\x01\x03env\x01f\x01"
    found = _subsections(_Reader(sizes + b"\x09\x02??" + needed + weak))
    assert found == Dylink(144, 2, 3, 0, ("a.so",), frozenset("f"))
    for end in range(1, len(sizes)):
        with pytest.raises(IndexError):
            _subsections(_Reader(sizes[:end]))
