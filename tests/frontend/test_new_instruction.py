"""A plain numeric instruction that is added is a row of the table and a function of the runtime.

Some are made up, in a copy of the project, and are translated and executed by all that follows the table.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import wasm2py
import wasm2py_runtime
from tests.wasm_tools import assemble

TRANSLATOR = Path(wasm2py.__file__).parent
RUNTIME = Path(wasm2py_runtime.__file__).parent
PROJECT = Path(__file__).parents[2]

LAST_ROW = "c4 | i64.extend32_s      |               | i64 -> i64\n"
ROWS = """\
c5 | i32.average_u       |               | i32 i32 -> i32
c6 | i64.average_s       |               | i64 i64 -> i64
c7 | f64.hypotenuse      |               | f64 f64 -> f64
c8 | i32.less_by_half_s  |               | i32 i32 -> i32 | traps
"""
FUNCTIONS = """

def i32_average_u(a: int, b: int) -> int:
    return (a + b) // 2


def i64_average_s(a: int, b: int) -> int:
    signed = [x - (x >> 63 << 64) for x in (a, b)]
    return sum(signed) // 2 & 0xFFFFFFFFFFFFFFFF


def f64_hypotenuse(a: float, b: float) -> float:
    return (a * a + b * b) ** 0.5


def i32_less_by_half_s(a: int, b: int) -> int:
    return (a // 2 - a // b) & 0xFFFFFFFF
"""
# What stands for them in the text format: opcodes of the same types.
STAND_INS = {
    "i32.rotl": (0x77, 0xC5),
    "i64.rotl": (0x89, 0xC6),
    "f64.copysign": (0xA6, 0xC7),
    "i32.rem_s": (0x6F, 0xC8),
}
WAT = """(module (memory 1) (data (i32.const 0) "\\05\\50\\33\\02\\ff")
  (func (export "a") (param i32 i32) (result i32) (i32.rotl (local.get 0) (local.get 1)))
  (func (export "b") (param i64 i64) (result i64) (i64.rotl (local.get 0) (local.get 1)))
  (func (export "c") (param f64 f64) (result f64) (f64.copysign (local.get 0) (local.get 1)))
  (func (export "d") (param i32 i32) (result i32) (i32.rem_s (local.get 0) (local.get 1)))
  (func (export "e") (param $s i32) (param $p i32) (result i32)
    (loop $l
      (local.set $s (i32.add (i32.const 1) (i32.rotl (local.get $s) (i32.load8_u (local.get $p)))))
      (local.set $p (i32.add (local.get $p) (i32.const 1)))
      (br_if $l (i32.lt_u (local.get $p) (i32.const 5))))
    (if (result i32) (i32.rotl (local.get $s) (i32.const 0)) (then (local.get $s)) (else (i32.const 9))))
)"""
SCRIPT = """
import sys
from itertools import product
from pathlib import Path
import wasm2py, wasm2py_runtime
from tests.ir.stages import check_stages
from tests.packages import import_package, write_package
from wasm2py.translation.function import Options

root, wasm = Path(sys.argv[1]), Path(sys.argv[2]).read_bytes()
for package in (wasm2py, wasm2py_runtime):
    assert root in Path(package.__file__).parents, package

assert wasm2py.validate(wasm)
assert not wasm2py.validate(wasm.replace(b"\\xc5", b"\\xc6"))
found = [wasm2py.instantiate(wasm).instance.exports]
for level, tune in product((0, 1, 2), ("cpython", "pypy")):
    options = Options(level, tune)
    check_stages(wasm, options)
    folder = root / f"p{level}{tune}"
    write_package(wasm, folder, runtime="vendor", options=options)
    found.append(import_package(folder).instantiate().exports)
for exports in found:
    assert exports.a(-1, 3) == -0x7FFFFFFF, exports.a(-1, 3)
    assert exports.a(5, 2) == 3
    assert exports.b(-5, 2) == -2
    assert exports.b(1 << 62, 1 << 62) == 1 << 62
    assert exports.c(3.0, 4.0) == 5.0
    assert exports.d(10, 5) == 3
    s = 100
    for byte in (5, 0x50, 0x33, 2, 0xFF):
        s = (s + byte) // 2 + 1
    assert exports.e(100, 0) == s, (exports.e(100, 0), s)
    try:
        exports.d(1, 0)
    except RuntimeError as trap:
        assert "divide by zero" in str(trap)
    else:
        raise AssertionError
print("all", len(found))
"""


def _copy(folder: Path) -> None:
    for package, target in (
        (TRANSLATOR, folder / "wasm2py"),
        (RUNTIME, folder / "runtime" / "wasm2py_runtime"),
    ):
        shutil.copytree(
            package, target, ignore=shutil.ignore_patterns("__pycache__", "*.so")
        )


def test_an_instruction_is_added_by_a_row_and_a_function(tmp_path: Path) -> None:
    _copy(tmp_path)
    table = tmp_path / "wasm2py" / "spec" / "opcodes.py"
    text = table.read_text("utf-8")
    assert text.count(LAST_ROW) == 1
    table.write_text(text.replace(LAST_ROW, LAST_ROW + ROWS), "utf-8")
    with (tmp_path / "runtime" / "wasm2py_runtime" / "integers.py").open("a") as file:
        file.write(FUNCTIONS)
    wasm = assemble(WAT)
    for name, (stand_in, code) in STAND_INS.items():
        assert wasm.count(bytes([stand_in])) == WAT.count(name)
        wasm = wasm.replace(bytes([stand_in]), bytes([code]))
    module = tmp_path / "module.wasm"
    module.write_bytes(wasm)
    path = os.pathsep.join(map(str, (tmp_path, tmp_path / "runtime", PROJECT)))
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path), str(module)],
        env={**os.environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "all 7\n", done.stderr
