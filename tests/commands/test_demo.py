"""The demonstration, and the module that it ships."""

from __future__ import annotations

import re
import sys
import threading
from pathlib import Path
from urllib.request import urlopen

import pytest

import wasm2py.demo
from tests.commands.running import Runner
from tests.wasm_tools import assemble
from wasm2py import api
from wasm2py.demo.server import serving_slowly

FOLDER = Path(wasm2py.demo.__file__).parent


def test_the_module_is_what_its_text_assembles_to() -> None:
    text = (FOLDER / "drawing.wat").read_text()
    assert (FOLDER / "drawing.wasm").read_bytes() == assemble(text)


def test_the_demonstration() -> None:
    lines: list[str] = []
    wasm2py.demo.show(0.3, lines.append)
    text = "\n".join(lines)
    size = (FOLDER / "drawing.wasm").stat().st_size
    received = re.findall(rf"^ *([\d,]+) of {size:,} bytes: func", text, re.MULTILINE)
    numbers = [int(number.replace(",", "")) for number in received]
    assert len(numbers) == 27
    # Translated while bytes arrive: long before the end, and a few at a time.
    assert numbers[0] < size / 4
    assert len(set(numbers)) > 10
    assert "# func 11 $escape_time, offset 0x" in text
    picture = text.splitlines()[-27:]
    assert picture[0] == "+" + "-" * 72 + "+"
    assert picture[1:25] == picture[24:0:-1]
    assert picture[26] == "Mandelbrot set, 1728 points, 10388 steps"
    assert not any(name.startswith("wasm2py_demo") for name in sys.modules)


def test_it_shows_the_same_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WASM2PY_CACHE_DIR", str(tmp_path))
    for _ in range(2):
        lines: list[str] = []
        wasm2py.demo.show(0.1, lines.append)
        assert sum(" bytes: func " in line for line in lines) == 27


def test_the_command(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wasm2py.demo, "SECONDS", 0.1)
    outcome = run("demo")
    assert (outcome.status, outcome.errors) == (0, "")
    assert outcome.output.endswith("Mandelbrot set, 1728 points, 10388 steps\n\n")


def test_life() -> None:
    exports = api.instantiate(api.compile(FOLDER / "drawing.wasm")).exports

    def cells() -> set[tuple[int, int]]:
        start, length = exports.life()
        rows = exports.memory.read(start, length).decode().splitlines()
        return {
            (x, y) for y, row in enumerate(rows) for x, c in enumerate(row) if c == "#"
        }

    glider = {(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}
    for x, y in glider:
        exports.life_set(x, y)
    assert cells() == glider
    for _ in range(4):
        exports.life_step()
    assert cells() == {(x + 1, y + 1) for x, y in glider}
    # Around the torus of 48 by 16 and back.
    for _ in range(4 * 47):
        exports.life_step()
    assert cells() == glider


def test_julia() -> None:
    exports = api.instantiate(api.compile(FOLDER / "drawing.wasm")).exports
    start, length = exports.julia(72, 24, 60)
    lines = exports.memory.read(start, length).decode().splitlines()
    assert lines[-1].startswith("Julia set, 1728 points, ")
    # The set is its own mirror image in the origin.
    rows = [line[1:-1] for line in lines[1:25]]
    assert rows == [row[::-1] for row in rows[::-1]]


def test_a_client_that_goes_away_is_no_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with serving_slowly(bytes(30_000_000), 0.2) as address:
        with urlopen(address) as response:
            assert response.read(1) == b"\0"
        for thread in threading.enumerate():
            if "process_request" in thread.name:
                thread.join(30)
    assert capsys.readouterr() == ("", "")
