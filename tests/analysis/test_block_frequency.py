"""How often code is expected to run."""

from __future__ import annotations

from tests.ir.printed import built, only
from wasm2py.analysis.block_frequency import weighted
from wasm2py.ir.nodes import Do
from wasm2py.ir.walk import every


def weights(body: str) -> dict[int, int]:
    """Those of stores, by the constants that they store."""
    text = f"(func $f (param $n i32) {body})"
    found: dict[int, int] = {}
    for statement, weight in weighted(built(text, only()).statements):
        if isinstance(statement, Do) and statement.value.op == "i32.store":
            stored = statement.value.args[1].imm
            assert isinstance(stored, int)
            found[stored] = weight
    return found


def loop(body: str) -> str:
    return f"""(block $out
      (loop $next {body} (call $call) (br_if $next (i32.load (i32.const 0)))))"""


def store(value: int) -> str:
    return f"(i32.store (i32.const 0) (i32.const {value}))"


def test_loops_multiply() -> None:
    body = store(1) + loop(store(2) + loop(store(3)))
    assert weights(body) == {1: 1, 2: 8, 3: 64}


def test_what_leaves_a_loop_runs_as_often_as_the_code_around_it() -> None:
    leaving = f"(if (local.get $n) (then {store(4)} (br $out)))"
    body = loop(f"{store(1)} {loop(store(2) + leaving)} (call $call)")
    assert weights(body) == {1: 8, 2: 64, 4: 8}


def test_what_leaves_the_function_runs_once() -> None:
    leaving = f"(if (local.get $n) (then {store(4)} (call $call) (unreachable)))"
    body = loop("(call $call)" + loop(store(2) + leaving))
    assert weights(body) == {2: 64, 4: 1}


def test_statements_come_in_the_order_of_other_walks() -> None:
    leaving = f"(if (local.get $n) (then {store(4)} (br $out)) (else {store(5)}))"
    text = f"(func $f (param $n i32) {loop(loop(store(2) + leaving) + store(3))} {store(6)})"
    statements = built(text, only()).statements
    assert [statement for statement, _ in weighted(statements)] == every(statements)
