"""Temporaries are evaluated where they are read, unless something comes between."""

from __future__ import annotations

import pytest

from tests.ir.printed import block, only, printed

WITH = only("webs", "folding")
WITHOUT = only("webs")

# A value, what happens before it is read, and where. Then `t` gets another value, so that the
# first one is a web.
_FUNCTION = """(func (param $n i32) (result i32) (local $t i32)
  (local.set $t {value})
  {between}
  {read}
  (local.set $t (i32.load (i32.const 4)))
  (i32.mul (local.get $t) (local.get $t)))"""
_LOAD = "(i32.load (local.get $n))"
_READ = "(i32.store (i32.const 8) (local.get $t))"


def function(value: str = _LOAD, between: str = "", read: str = _READ) -> str:
    return _FUNCTION.format(value=value, between=between, read=read)


def test_with_and_without() -> None:
    assert printed(function(), WITHOUT) == block("""
        v1 = i32.load[2 0 0](v0)
        i32.store[2 0 0](i32:8, v1)
        v2 = i32.load[2 0 0](i32:4)
        return i32.mul(v2, v2)
        """)
    assert printed(function(), WITH) == block("""
        i32.store[2 0 0](i32:8, i32.load[2 0 0](v0))
        v2 = i32.load[2 0 0](i32:4)
        return i32.mul(v2, v2)
        """)


GLOBAL = "(global.get $g)"
SUM = "(i32.add (local.get $n) (i32.const 5))"


@pytest.mark.parametrize(
    ("value", "between", "folded"),
    [
        pytest.param(
            _LOAD,
            "(global.set $g (i32.load (i32.const 0)))",
            None,
            id="a load past a global.set",
        ),
        pytest.param(
            _LOAD, "(i32.store (i32.const 16) (i32.const 1))", None, id="past a store"
        ),
        pytest.param(_LOAD, "(call $call)", None, id="a load past a call"),
        pytest.param(GLOBAL, "(call $call)", None, id="a global past a call"),
        pytest.param(
            GLOBAL, "(global.set $g (i32.const 7))", None, id="past its assignment"
        ),
        pytest.param(
            GLOBAL,
            "(i32.store (i32.const 16) (i32.const 1))",
            "global.get[0]()",
            id="a global past a store",
        ),
        pytest.param(SUM, "(call $call)", "i32.add(v0, i32:5)", id="a sum past a call"),
        pytest.param(
            _LOAD,
            "(drop (i32.load (i32.const 16)))",
            None,
            id="what may trap past what may trap",
        ),
        pytest.param(
            SUM,
            "(if (i32.load (i32.const 0)) (then (call $call)))",
            None,
            id="into another block",
        ),
        pytest.param(
            "(i32.div_u (local.get $n) (i32.load (i32.const 0)))",
            "(global.set $g (i32.const 7))",
            None,
            id="what may trap past what can be seen",
        ),
    ],
)
def test_what_comes_between(value: str, between: str, folded: str | None) -> None:
    result = printed(function(value, between), WITH)
    if folded is None:
        assert "i32.store[2 0 0](i32:8, v1)" in result
    else:
        assert f"i32.store[2 0 0](i32:8, {folded})" in result


def test_an_operand_that_is_assigned_in_between() -> None:
    text = """(func (param $n i32) (result i32) (local $t i32)
      (local.set $t (i32.add (local.get $n) (i32.const 5)))
      (if (i32.load (local.get $t)) (then (unreachable)))
      (loop $next
        (local.set $t (i32.add (local.get $n) (i32.const 5)))
        (local.set $n (i32.load (i32.const 4)))
        (i32.store (i32.const 8) (local.get $t))
        (br_if $next (i32.ne (local.get $n) (i32.const 0))))
      (local.get $n))"""
    assert printed(text, WITH) == block("""
        if i32.load[2 0 0](i32.add(v0, i32:5))
          unreachable
        loop
          v2 = i32.add(v0, i32:5)
          v0 = i32.load[2 0 0](i32:4)
          i32.store[2 0 0](i32:8, v2)
          unless i32.ne(v0, i32:0)
            return v0
        """)


def stepped(step: str, *after: str) -> str:
    """A loop in which a sum is used behind a step of its variable."""
    return f"""(func (param $n i32) (result i32) (local $t i32) (local $s i32)
      (loop $next
        (local.set $t (i32.add (local.get $n) (i32.const 1025)))
        {step}
        (br_if $next (i32.load (local.get $t))))
      {' '.join(after)} (local.get $n))"""


def _next(op: str, constant: int) -> str:
    return f"(i32.{op} (local.get $n) (i32.const {constant}))"


@pytest.mark.parametrize(
    ("step", "used"),
    [
        (f"(local.set $n {_next('add', 1)})", "i32.add(v0, i32:1024)"),
        (f"(local.set $n {_next('sub', 4)})", "i32.add(v0, i32:1029)"),
        (f"(local.set $n {_next('add', 1025)})", "v0"),
        (
            (
                f"(local.set $s {_next('add', 1)}) (local.set $n (local.get $s))"
                " (i32.store (i32.const 0) (local.get $s))"
            ),
            "i32.add(v0, i32:1024)",
        ),
        (
            (
                f"(local.set $n (local.tee $s {_next('add', 1)}))"
                " (local.set $s (local.get $n))"
            ),
            "i32.add(v0, i32:1024)",
        ),
        # Of a difference less would be known.
        (f"(local.set $n {_next('add', 1026)})", "v1"),
        (f"(local.set $n {_next('mul', 3)})", "v1"),
    ],
)
def test_a_sum_moves_past_a_step(step: str, used: str) -> None:
    found = printed(stepped(step), WITH)
    assert f"unless i32.load[2 0 0]({used})" in found


def select(first: str, second: str, condition: str) -> str:
    return f"(i32.store (i32.const 8) (select {first} {second} {condition}))"


def test_not_into_an_arm_that_may_be_left_out() -> None:
    read = select("(local.get $t)", "(i32.const 1)", "(local.get $n)")
    assert "select(v0, v1, i32:1)" in printed(function(read=read), WITH)


def test_into_an_arm_where_nobody_can_tell() -> None:
    read = select("(local.get $t)", "(i32.const 1)", "(local.get $n)")
    result = printed(function(SUM, read=read), WITH)
    assert "select(v0, i32.add(v0, i32:5), i32:1)" in result


def test_into_a_condition() -> None:
    read = select("(local.get $n)", "(i32.const 1)", "(local.get $t)")
    assert "select(i32.load[2 0 0](v0), v0, i32:1)" in printed(
        function(read=read), WITH
    )


def test_not_behind_an_operand_that_conflicts() -> None:
    read = "(i32.store (i32.load (i32.const 16)) (local.get $t))"
    result = printed(function(read=read), WITH)
    assert "i32.store[2 0 0](i32.load[2 0 0](i32:16), v1)" in result


def test_not_what_is_read_twice() -> None:
    read = "(i32.store (local.get $t) (local.get $t))"
    assert "i32.store[2 0 0](v1, v1)" in printed(function(read=read), WITH)


def test_copies_of_what_never_changes() -> None:
    text = """(func (param $n i32) (result i32) (local $t i32) (local $u i32)
      (local.set $t (i32.load (local.get $n)))
      (local.set $u (local.get $t))
      (i32.store (local.get $u) (local.get $t))
      (call $call)
      (i32.store (local.get $u) (local.get $u))
      (local.set $t (i32.load (i32.const 4)))
      (local.set $u (i32.load (local.get $t)))
      (i32.mul (local.get $t) (local.get $u)))"""
    assert printed(text, WITH).startswith(block("""
        v1 = i32.load[2 0 0](v0)
        i32.store[2 0 0](v1, v1)
        call[0]()
        i32.store[2 0 0](v1, v1)
        """))


def test_copies_of_what_changes_stay() -> None:
    text = """(func (param $n i32) (result i32) (local $t i32)
      (loop $next
        (local.set $t (local.get $n))
        (local.set $n (i32.load (i32.const 4)))
        (i32.store (local.get $t) (local.get $n))
        (br_if $next (local.get $n)))
      (local.get $t))"""
    assert "v1 = v0" in printed(text, WITH)


# What is called is looked up in the table before the arguments are evaluated.
_INDIRECT = """(type $t (func (param i32) (result i32)))
  (table 1 funcref)
  (func (param $n i32) (result i32) (local $t i32)
    (local.set $t {value})
    (local.set $t (call_indirect (type $t) (local.get $t) {index}))
    (i32.mul (local.get $t) (local.get $t)))"""


def indirect(value: str, index: str) -> str:
    result = printed(_INDIRECT.format(value=value, index=index), WITH)
    return next(line for line in result.splitlines() if "call_indirect" in line)


def test_not_behind_a_callee_that_calls() -> None:
    call = "(call_indirect (type $t) (i32.const 1) (i32.const 0))"
    assert indirect(_LOAD, call).endswith(", v1)")


def test_not_behind_a_callee_that_may_not_be_there() -> None:
    # Which of the two traps comes first can be seen.
    assert indirect(_LOAD, "(local.get $n)").endswith("(callee[0 0](v0), v1)")


def test_behind_a_callee_where_nobody_can_tell() -> None:
    assert indirect(GLOBAL, "(local.get $n)").endswith("v0), global.get[0]())")
    assert indirect(SUM, "(local.get $n)").endswith("v0), i32.add(v0, i32:5))")
