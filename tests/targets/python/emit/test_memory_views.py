"""The views of memories that a function's code is said to use are those that are in its text."""

from __future__ import annotations

import re

import pytest

from tests.golden.cases import case_names, wasm
from tests.wasm_tools import assemble
from wasm2py.binary.module_reader import ModuleReader
from wasm2py.spec.features import DEFAULT_FEATURES
from wasm2py.targets.base import FunctionCode, Options
from wasm2py.translation.function import translate_function

_VIEW = re.compile(r"\b([me][uif]\d+)(?:at(\d+))?(?:_(\d+))?[\[,]")
OPTIONS = [
    Options(optimize, tune) for optimize in (0, 1, 2) for tune in ("cpython", "pypy")
]
SEVERAL = """
(module (memory 1) (memory 1)
  (func (param i32) (result i32)
    (i64.store32 1 offset=8 (local.get 0) (i64.load 0 offset=16 (local.get 0)))
    (f32.store 1 (local.get 0) (f32.load 1 offset=4 (local.get 0)))
    (i32.load16_s 1 offset=2 (i32.shl (local.get 0) (i32.const 1))))
  (func (param i32) (result i32)
    (i32.lt_s
      (i32.load 1 offset=60000 (local.get 0))
      (i32.load 0 (i32.load 1 (local.get 0)))))
  (func (param i32)
    (i32.store16 1 (local.get 0) (i32.load8_s 0 (local.get 0)))
    (if (i32.load 0 offset=4 (local.get 0)) (then
      (block (block (block (block
        (br_table 0 1 2 3 (i32.load8_u 1 offset=9 (local.get 0))))
        (i32.store 0 (local.get 0) (i32.const 1)) (return))
        (i32.store 1 (local.get 0) (i32.const 2)) (return))
        (i32.store8 1 offset=3 (local.get 0) (i32.const 3)))))))
"""


def codes(data: bytes, options: Options) -> list[FunctionCode]:
    reader = ModuleReader(DEFAULT_FEATURES)
    jobs = [*reader.receive(data), *reader.receive(b"")]
    return [translate_function(reader.env, job, options) for job in jobs]


def check_views(data: bytes) -> int:
    """Compare what is said and what is there; gives the number of views."""
    count = 0
    for options in OPTIONS:
        for code in codes(data, options):
            found = {
                (int(memory or 0), view, int(distance or 0))
                for view, distance, memory in _VIEW.findall(code.source)
            }
            assert code.memory_views == tuple(sorted(found)), code.source
            count += len(found)
    return count


@pytest.mark.parametrize("name", case_names(errors=False))
def test_goldens(name: str) -> None:
    check_views(wasm(name))


def test_several_memories() -> None:
    assert check_views(assemble(SEVERAL)) > 60
