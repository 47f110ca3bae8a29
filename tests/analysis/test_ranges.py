"""What is known of variables where they are used, and what must not be believed."""

from __future__ import annotations

import pytest

from tests.ir.printed import built, only
from wasm2py.analysis.ranges import solver
from wasm2py.analysis.ranges.induction_variables import State
from wasm2py.analysis.ranges.solver import _Invariant, _Ranges
from wasm2py.analysis.ranges.state import Knowledge
from wasm2py.ir.graph import Block
from wasm2py.ir.nodes import Do, Expression, Fact, Variable
from wasm2py.ir.walk import every

WITH = only("webs", "ranges")
ANYTHING = Fact(0, 0xFFFFFFFF, 1)
# How far an access may have its address: one byte, in a memory of four pages.
LAST = 4 * 65536 - 1


def facts(body: str, locals: str = "(local $i i32) (local $t i32)") -> list[Fact]:
    """Those of the variables that are passed to `see`, in the order of the code."""
    text = f"(func $f (param $n i32) (param $m i32) {locals} {body})"
    statements = [s for s in every(built(text, WITH).statements) if isinstance(s, Do)]
    seen = [s.value.args[1] for s in statements if s.value.op == "i32.store16"]
    found = []
    for value in seen:
        assert isinstance(value, Variable) and value.fact is not None
        found.append(value.fact)
    return found


def see(name: str) -> str:
    return f"(i32.store16 (i32.const 0) (local.get ${name}))"


def test_nothing_is_known_of_a_parameter() -> None:
    assert facts(see("n")) == [ANYTHING]


def test_a_mask() -> None:
    masked = "(local.set $i (i32.and (local.get $n) (i32.const 0xfc)))"
    assert facts(masked + see("i")) == [Fact(0, 252, 4)]


@pytest.mark.parametrize(
    ("condition", "fact"),
    [
        ("(i32.lt_u (local.get $n) (i32.const 10))", Fact(0, 9, 1)),
        ("(i32.gt_u (i32.const 10) (local.get $n))", Fact(0, 9, 1)),
        ("(i32.ge_u (local.get $n) (i32.const 10))", Fact(10, 0xFFFFFFFF, 1)),
        ("(i32.lt_s (local.get $n) (i32.const 0))", Fact(2**31, 2**32 - 1, 1)),
        ("(i32.eq (local.get $n) (i32.const 7))", Fact(7, 7, 1)),
        ("(i32.eqz (local.get $n))", Fact(0, 0, 1)),
        ("(i32.eqz (i32.ge_u (local.get $n) (i32.const 10)))", Fact(0, 9, 1)),
        ("(local.get $n)", Fact(1, 0xFFFFFFFF, 1)),
        ("(i32.lt_u (local.get $n) (local.get $m))", Fact(0, 0xFFFFFFFE, 1)),
    ],
)
def test_conditions(condition: str, fact: Fact) -> None:
    (found,) = facts(f"(if {condition} (then {see('n')}))")
    assert (found.low, found.high) == (fact.low, fact.high)


def test_a_condition_of_what_may_have_wrapped_around() -> None:
    """`n - 5 < 10` lets `n` be 5 to 14; `n + 5 < 10` lets it be beyond 2**32 - 6, too."""
    sums = [f"(i32.{op} (local.get $n) (i32.const 5))" for op in ("sub", "add")]
    tests = [f"(if (i32.lt_u {sum} (i32.const 10)) (then {see('n')}))" for sum in sums]
    assert [facts(test) for test in tests] == [[Fact(5, 14, 1)], [ANYTHING]]


def test_a_span_of_bytes() -> None:
    byte = "(local.set $i (i32.load8_u (i32.const 0)))"
    moved = "(i32.and (i32.sub (local.get $i) (i32.const 48)) (i32.const 255))"
    test = f"(if (i32.lt_u {moved} (i32.const 10)) (then {see('i')}))"
    assert facts(byte + test) == [Fact(48, 57, 1)]
    # Of more than eight bits the upper ones may be anything.
    assert facts(byte.replace("8_u", "16_u") + test) == [Fact(0, 0xFFFF, 1)]
    # What goes on at zero is no span.
    assert facts(byte + test.replace("const 10", "const 230")) == [Fact(0, 255, 1)]


@pytest.mark.parametrize("op", ["lt_u", "le_u"])
def test_a_span_up_to_a_number_with_a_sign(op: str) -> None:
    """As an unsigned number -1 is the largest."""
    bound = "(local.set $i (i32.load8_s (i32.const 0)))"
    moved = "(i32.sub (local.get $n) (i32.const 10))"
    test = f"(if (i32.{op} {moved} (local.get $i)) (then {see('n')}))"
    assert facts(bound + see("i") + test)[-1] == ANYTHING


def test_behind_a_branch_both_ways_count() -> None:
    body = f"""(if (local.get $n)
      (then (local.set $i (i32.const 4)) (call $call)) (else (local.set $i (i32.const 12))))
      {see('i')}"""
    assert facts(body) == [Fact(4, 12, 4)]


def load(address: str, offset: int = 0) -> str:
    return f"(drop (i32.load8_u offset={offset} {address}))"


@pytest.mark.parametrize(
    ("address", "offset", "high"),
    [
        ("(local.get $n)", 0, LAST),
        ("(local.get $n)", 100, LAST - 100),
        (
            "(i32.shl (i32.and (local.get $n) (i32.const 0xfffffff)) (i32.const 2))",
            0,
            None,
        ),
        # The sum may have wrapped around, so nothing is known.
        ("(i32.add (local.get $n) (i32.const 8))", 0, None),
        ("(i32.sub (local.get $n) (i32.const 8))", 0, None),
        ("(i32.shl (local.get $n) (i32.const 2))", 0, None),
    ],
)
def test_what_an_access_tells(address: str, offset: int, high: int | None) -> None:
    found = facts(load(address, offset) + see("n"))
    assert found == [ANYTHING if high is None else Fact(0, high, 1)]


def test_an_access_tells_nothing_about_what_came_before() -> None:
    assert facts(see("n") + load("(local.get $n)")) == [ANYTHING]


def test_an_access_on_one_way_tells_nothing_about_the_other() -> None:
    body = (
        f"(if (local.get $m) (then {load('(local.get $n)')} (call $call))) {see('n')}"
    )
    assert facts(body) == [ANYTHING]


def test_an_address_in_bounds_that_cannot_have_wrapped() -> None:
    small = "(local.set $i (i32.shr_u (local.get $n) (i32.const 4)))"
    scaled = "(i32.add (i32.shl (local.get $i) (i32.const 2)) (i32.const 4))"
    (found,) = facts(small + load(scaled) + see("i"))
    assert (found.low, found.high) == (0, (LAST - 4) // 4)


# Relations: `t` is `n - 8` or such

RELATED = "(local.set $t (i32.add (local.get $m) (i32.const 8)))"
SMALL = "(local.set $m (i32.and (i32.load (i32.const 8)) (i32.const 0xfffff)))"
AGAIN = (
    "(local.set $t (i32.load (i32.const 4))) (i32.store (local.get $t) (local.get $t))"
)
BOUNDED = "(if (i32.lt_u (local.get $m) (i32.const 10)) (then {}))"


def test_what_is_known_of_a_variable_holds_for_a_related_one() -> None:
    body = SMALL + RELATED + see("t") + BOUNDED.format(see("t")) + AGAIN
    assert facts(body) == [Fact(8, 0xFFFFF + 8, 1), Fact(8, 17, 1)]


def test_not_if_the_variable_may_have_been_assigned_since() -> None:
    changed = f"(if (local.get $n) (then {SMALL} (call $call)))"
    body = SMALL + RELATED + changed + BOUNDED.format(see("t")) + AGAIN
    assert facts(body) == [Fact(8, 0xFFFFF + 8, 1)]


def test_not_if_a_loop_assigns_the_variable() -> None:
    body = f"""{SMALL} {RELATED}
      (loop $next
        {BOUNDED.format(see("t"))}
        {SMALL}
        (br_if $next (i32.load (i32.const 0))))
      {see("t")} {AGAIN}"""
    assert facts(body) == [Fact(8, 0xFFFFF + 8, 1)] * 2


def test_it_does_not_matter_what_was_known_when_they_were_related() -> None:
    body = RELATED + BOUNDED.format(see("t")) + AGAIN
    assert facts(body) == [Fact(8, 17, 1)]


def test_not_if_the_sum_may_wrap_around() -> None:
    large = "(if (i32.ge_u (local.get $m) (i32.const -9)) (then {}))"
    body = RELATED + large.format(see("t")) + AGAIN
    assert facts(body) == [ANYTHING]


def test_what_differs_from_the_same_variable_is_related() -> None:
    other = "(local.set $i (i32.sub (local.get $m) (i32.const 4)))"
    again = AGAIN + AGAIN.replace("$t", "$i")
    bounded = "(if (i32.gt_u (local.get $t) (i32.const 11)) (then {}))"
    body = RELATED + other + load("(local.get $t)", 0) + bounded.format(see("i"))
    (found,) = facts(body + again)
    assert (found.low, found.high) == (0, LAST - 12)


def test_not_across_readings() -> None:
    """`m` is bounded as a signed number, and then closer as an unsigned one."""
    body = f"""(local.set $m (i32.extend8_s (i32.load (i32.const 0))))
      (if (i32.gt_s (local.get $m) (i32.const 10)) (then (return)))
      (if (i32.lt_s (local.get $m) (i32.const -4)) (then (return)))
      {RELATED}
      (if (i32.gt_u (local.get $m) (i32.const 0xfffffff8)) (then {see("t")}))
      {AGAIN}"""
    assert facts(body) == [Fact(4, 18, 1)]


# Loops


def loop(body: str, test: str, start: str = "(i32.const 0)", step: int = 4) -> str:
    return f"""(local.set $i {start})
      (loop $next
        {body}
        (local.set $i (i32.add (local.get $i) (i32.const {step})))
        (br_if $next {test}))"""


@pytest.mark.parametrize(
    ("test", "fact"),
    [
        ("(i32.ne (local.get $i) (i32.const 100))", Fact(0, 96, 4)),
        ("(i32.lt_u (local.get $i) (i32.const 100))", Fact(0, 96, 4)),
        ("(i32.lt_s (local.get $i) (i32.const 100))", Fact(0, 96, 4)),
        # The end is passed.
        ("(i32.ne (local.get $i) (i32.const 99))", Fact(0, 2**32 - 4, 4)),
        ("(i32.ne (local.get $i) (local.get $n))", Fact(0, 2**32 - 4, 4)),
    ],
)
def test_counters(test: str, fact: Fact) -> None:
    assert facts(loop(see("i"), test)) == [fact]


def unrolled(leaves: str, before: str = "", start: int = 2) -> str:
    """Rounds of three and one, and a test between them, where $t is three more than $i is in front of the first."""
    return f"""(local.set $i (i32.const {start}))
      (block $out (loop $next
        {see("i")} {before}
        (local.set $t (i32.add (local.get $i) (i32.const 3)))
        {leaves}
        (local.set $i (i32.add (local.get $t) (i32.const 1)))
        (br $next)))"""


LEAVES = "(br_if $out (i32.eq (local.get $t) (i32.const 25)))"


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        (unrolled(LEAVES), Fact(2, 22, 4)),
        (unrolled(LEAVES, start=-18), Fact(-18, 22, 4)),
        (
            unrolled("(br_if $out (i32.eqz (local.get $t)))", start=-19),
            Fact(-19, -3, 1),
        ),
        (
            unrolled("", "(br_if $out (i32.eq (local.get $i) (i32.const 10)))"),
            Fact(2, 10, 4),
        ),
        # In the first iteration; it is the only one.
        (
            unrolled("", "(br_if $out (i32.eq (local.get $i) (i32.const 2)))"),
            Fact(2, 2, 4),
        ),
        # Rounds with other ways in them.
        (unrolled(LEAVES, f"(if (local.get $n) (then {see('i')}))"), Fact(2, 22, 4)),
    ],
)
def test_counters_that_are_tested_within_a_round(text: str, fact: Fact) -> None:
    for found in facts(text):
        assert (found.low, found.high) == (fact.low, fact.high)


def up_to(start: int, step: int, most: str) -> str:
    """A loop that is left when it has come to its last number, which is not negative."""
    return f"""(if (i32.ge_s (local.get $n) (i32.const {start + 1})) (then
      (local.set $i (i32.const {start}))
      (block $out (loop $next {see("i")}
        (local.set $t (local.get $i))
        (local.set $i (i32.add (local.get $t) (i32.const {step})))
        (br_if $out (i32.eq (local.get $t) {most}))
        (br $next)))))"""


def test_a_counter_up_to_a_variable_and_with_it() -> None:
    (found,) = facts(up_to(2, 1, "(local.get $n)"))
    assert (found.low, found.high) == (2, 2**31 - 1)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(up_to(2, 3, "(local.get $n)"), id="the end may be passed"),
        pytest.param(up_to(2, 1, "(local.get $m)"), id="the end may be before"),
        pytest.param(
            up_to(2, 1, "(local.tee $n (i32.load (i32.const 0)))"),
            id="the end is another one each time",
        ),
    ],
)
def test_ends_within_a_round_that_bound_nothing(text: str) -> None:
    (found,) = facts(text)
    assert found.high == 2**32 - 1 or found.low < 0


def squares(limit: str, step: int = 1, relation: str = "gt_u") -> str:
    """A loop that goes on while the square of a counter is small enough."""
    return f"""{limit} (local.set $i (i32.const 3))
      (block $out (loop $next {see("i")}
        (local.set $t (i32.mul (local.get $i) (local.get $i)))
        (local.set $i (i32.add (local.get $i) (i32.const {step})))
        (br_if $out (i32.{relation} (local.get $t) (local.get $n)))
        (br $next)))"""


HALF = "(local.set $n (i32.shr_u (local.get $n) (i32.const 1)))"


@pytest.mark.parametrize(
    ("text", "high"),
    [
        (squares(HALF), 46340 + 1),
        (squares(HALF, 5), 46340 + 5),
        (squares("(local.set $n (i32.load8_u (i32.const 0)))"), 15 + 1),
        (squares("(local.set $n (i32.load8_u (i32.const 0)))", relation="ge_u"), 16),
    ],
)
def test_what_a_square_says_of_its_root(text: str, high: int) -> None:
    (found,) = facts(text)
    assert (found.low, found.high) == (3, high)


@pytest.mark.parametrize(
    "text",
    [
        # 65535 has the greatest square that is a number; 65536 has zero.
        pytest.param(squares(""), id="any number"),
        pytest.param(squares(HALF, relation="lt_u"), id="as long as it is greater"),
        pytest.param(squares(HALF, relation="gt_s"), id="as a signed number"),
        pytest.param(squares(HALF, 1 << 20), id="a step past all roots"),
        pytest.param(
            squares(HALF).replace(
                "(br_if", "(local.set $n (i32.load (i32.const 0))) (br_if"
            ),
            id="compared with something else",
        ),
        pytest.param(
            squares(HALF).replace(
                "(br_if", "(local.set $i (i32.load (i32.const 0))) (br_if"
            ),
            id="the root is another variable by then",
        ),
    ],
)
def test_squares_that_say_nothing(text: str) -> None:
    assert max(fact.high for fact in facts(text)) > 65536


def test_a_square_that_is_compared_as_it_is() -> None:
    test = "(i32.le_u (i32.mul (local.get $i) (local.get $i)) (i32.const 1000))"
    small = "(local.set $i (i32.load16_u (i32.const 0)))"
    assert facts(f"{small} (if {test} (then {see('i')}))") == [Fact(0, 31, 1)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(unrolled(LEAVES, start=3), id="the end is passed"),
        pytest.param(
            unrolled(f"(if (local.get $n) (then {LEAVES}))"), id="not in each round"
        ),
        pytest.param(
            unrolled(LEAVES, "(br_if $next (local.get $n))"),
            id="it begins again before",
        ),
        pytest.param(
            unrolled(
                LEAVES, "(if (local.get $n) (then (local.set $i (local.get $m))))"
            ),
            id="it is given something else",
        ),
    ],
)
def test_tests_within_a_round_that_bound_nothing(text: str) -> None:
    (found,) = facts(text)
    assert found.high > 2**31 or found.low == -(2**31)


def test_a_counter_that_is_assigned_elsewhere_too() -> None:
    other = "(if (local.get $n) (then (local.set $i (local.get $m))))"
    body = loop(see("i") + other, "(i32.ne (local.get $i) (i32.const 100))")
    assert facts(body) == [ANYTHING]


def test_a_variable_that_moves_once_a_round() -> None:
    moves = "(local.set $t (i32.sub (local.get $t) (i32.const 2)))"
    until = "(i32.ne (local.get $i) (i32.const 100))"
    assert facts(loop(see("t") + moves, until)) == [Fact(-48, 0, 2)]


def test_a_variable_that_moves_twice_a_round() -> None:
    moves = "(local.set $t (i32.sub (local.get $t) (i32.const 2)))"
    perhaps = f"(if (local.get $n) (then {moves} (call $call)))"
    until = "(i32.ne (local.get $i) (i32.const 100))"
    (found,) = facts(loop(see("t") + moves + perhaps, until))
    assert found.low <= -96 or found.high > 2**31


def test_a_variable_that_moves_in_an_inner_loop() -> None:
    moves = """(loop $inner
      (local.set $t (i32.add (local.get $t) (i32.const 2)))
      (br_if $inner (i32.load (i32.const 0))))"""
    until = "(i32.ne (local.get $i) (i32.const 100))"
    (found,) = facts(loop(see("t") + moves, until))
    assert (found.low, found.high) == (0, 2**32 - 2)


# How often the code is gone through


def rounds_of(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int, int]]:
    """A list that gets of each round the first block, how many there are, and how many loops."""
    found: list[tuple[int, int, int]] = []
    original = _Ranges._round

    def noted(ranges: _Ranges, nest: list[Block], invariants: list[_Invariant]) -> bool:
        found.append((nest[0].position, len(nest), len(invariants)))
        return original(ranges, nest, invariants)

    monkeypatch.setattr(_Ranges, "_round", noted)
    return found


@pytest.mark.parametrize(
    ("body", "rounds"),
    [
        # Once more each time to see that nothing changes.
        pytest.param("(br_if $next (i32.load (i32.const 0)))", 2, id="no bound"),
        pytest.param("(br_if $next (i32.load (local.get $i)))", 2, id="an address"),
        pytest.param(
            "(br_if $next (i32.lt_u (local.get $i) (local.get $n)))", 4, id="compared"
        ),
    ],
)
def test_bounds_that_nothing_speaks_for_are_not_tried(
    monkeypatch: pytest.MonkeyPatch, body: str, rounds: int
) -> None:
    found = rounds_of(monkeypatch)
    step = "(local.set $i (i32.add (local.get $i) (i32.const 1)))"
    facts(f"(loop $next {step} {body}) {see('i')}")
    assert len(found) == rounds


def test_no_bounds_are_looked_up_for_what_may_be_anything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(solver, "Thresholds", none)
    assign = "(local.set $i (i32.load (i32.const 0)))"
    again = "(br_if $next (i32.load (i32.const 4)))"
    assert facts(f"(loop $next {see('i')} {assign} {again})") == [ANYTHING]


def test_nothing_is_kept_that_types_say(monkeypatch: pytest.MonkeyPatch) -> None:
    states: list[State] = []
    original = _Ranges._at_targets

    def noted(
        ranges: _Ranges, block: Block, before: State, state: State
    ) -> list[State]:
        states.extend((dict(before), dict(state)))
        return original(ranges, block, before, state)

    monkeypatch.setattr(_Ranges, "_at_targets", noted)
    # One of the two ways on which something is known of `i` is joined with another.
    byte = "(local.set $i (i32.load8_u (i32.const 0)))"
    word = "(local.set $i (i32.load (i32.const 0)))"
    other = "(local.set $i (i32.add (local.get $i) (i32.const 1)))"
    body = f"(if (local.get $n) (then {byte} {see('i')}) (else {word})) {see('i')}"
    byte_fact = Fact(0, 255, 1)
    # What is inside of the `if` comes last.
    assert facts(body + other + see("i")) == [ANYTHING, ANYTHING, byte_fact]
    known = [fact for state in states for fact in state.values()]
    assert byte_fact in known and ANYTHING not in known


def test_what_depends_on_no_variable_is_not_followed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    followed: list[int] = []
    original = Knowledge._assign

    def noted(
        knowledge: Knowledge, variable: int, value: Expression | None, state: State
    ) -> None:
        followed.append(variable)
        original(knowledge, variable, value, state)

    monkeypatch.setattr(Knowledge, "_assign", noted)
    loads = "(local.set $i (i32.load8_u (i32.const 0)))"
    sums = "(local.set $t (i32.add (local.get $i) (i32.const 1)))"
    assert facts(loads + sums + see("t") + see("i") + see("t"))[:2] == [
        Fact(1, 256, 1),
        Fact(0, 255, 1),
    ]
    assert followed == [3]


def test_loops_behind_each_other_are_gone_through_by_themselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = rounds_of(monkeypatch)
    inner = "(loop $inner (br_if $inner (i32.load (i32.const 0))))"
    nested = f"(loop $next (call $call) {inner} (br_if $next (i32.load (i32.const 4))))"
    facts(f"{inner} {nested} {inner} {see('i')}")
    assert found == [(1, 1, 1), (2, 3, 2), (5, 1, 1)]


def looked_behind(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A list that gets each block of which it is found out where it leads to, each time."""
    found: list[int] = []
    original = _Ranges._at_targets

    def noted(
        ranges: _Ranges, block: Block, before: State, state: State
    ) -> list[State]:
        found.append(block.position)
        return original(ranges, block, before, state)

    monkeypatch.setattr(_Ranges, "_at_targets", noted)
    return found


def test_where_a_loop_leads_is_found_out_once_if_nothing_is_widened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = looked_behind(monkeypatch)
    # The header, a block with the store, and what follows: the last walk sets facts, and no more.
    test = "(i32.lt_u (i32.load (i32.const 0)) (local.get $n))"
    facts(f"(loop $next (if {test} (then {see('m')} (br $next)))) {see('n')}")
    assert found == [0, 1, 2, 3]


def test_what_reads_nothing_that_has_changed_is_gone_through_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = looked_behind(monkeypatch)
    # Where `i` is widened, so is the temporary that is stored; what follows reads neither.
    built(
        """(func (local $i i32)
          (loop $outer
            (local.set $i (i32.const 0))
            (loop $inner
              (i32.const 0)
              (local.get $i)
              (local.set $i (i32.add (local.get $i) (i32.const 4)))
              (i32.store)
              (br_if $inner (i32.load (i32.const 12))))
            (local.set $i (i32.const 7))
            (loop $other (br_if $other (i32.load (local.get $i))))
            (br_if $outer (i32.load (i32.const 4)))))""",
        only("ranges"),
    )
    assert [found.count(block) for block in range(7)] == [1, 1, 4, 3, 1, 1, 1]


def test_what_is_known_around_a_loop_is_known_behind_it() -> None:
    masked = "(local.set $t (i32.and (i32.load (i32.const 0)) (i32.const 0xff)))"
    body = f"""{masked}
      (block $out
        (br_if $out (i32.load (i32.const 4)))
        (loop $next (br_if $next (i32.load (i32.const 8))))
        (br_if $out (i32.gt_u (local.get $t) (i32.const 9)))
        (local.set $t (i32.const 300)))
      {see("t")}"""
    assert facts(body) == [Fact(0, 300, 1)]


# What is taken when loops are settled


def test_what_an_inner_loop_makes_of_a_variable_that_turns_out_to_be_small() -> None:
    """`t` is what `i` is, or twice that: while nothing is known of `i`, that seems to be the same."""
    (found,) = facts(f"""(loop $outer
      (local.set $t (local.get $i))
      (loop $inner
        {see("t")}
        (local.set $t (i32.add (local.get $i) (local.get $i)))
        (br_if $inner (i32.load (i32.const 0))))
      (local.set $i (i32.and (i32.load (i32.const 4)) (i32.const 5)))
      (br_if $outer (i32.load (i32.const 8))))""")
    assert found.low == 0 and found.high >= 10


def test_what_does_not_hold_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_narrow(ranges: _Ranges, invariant: _Invariant) -> None:
        for variable in invariant.assumed:
            invariant.assumed[variable] = Fact(0, 0, 1)

    body = loop(see("i"), "(i32.lt_u (local.get $i) (i32.const 100))")
    assert facts(body) == [Fact(0, 96, 4)]
    monkeypatch.setattr(_Ranges, "_narrow", too_narrow)
    (found,) = facts(body)
    assert found.low == 0 and found.high >= 96


def stepped(condition: str, update: str, branch: str) -> str:
    """`$i` from 100 on, moved on and tested in one block of a loop."""
    return f"""
      (local.set $i (i32.const 100))
      (loop $next
        {see("i")}
        {condition}
        {update}
        (br_if $next {branch}))"""


DOWN = "(local.set $i (i32.sub (local.get $i) (i32.const 2)))"
ABOVE = "(i32.gt_u (local.get $i) (i32.const 3))"


@pytest.mark.parametrize(
    ("text", "low"),
    [
        pytest.param(
            stepped(f"(local.set $t {ABOVE})", DOWN, "(local.get $t)"),
            2,
            id="a condition that a variable was given before",
        ),
        pytest.param(
            stepped(
                "(local.set $t (i32.le_u (local.get $i) (i32.const 3)))",
                DOWN,
                "(i32.eqz (local.get $t))",
            ),
            2,
            id="the opposite",
        ),
        pytest.param(
            stepped(f"(local.set $t {ABOVE})", DOWN + DOWN, "(local.get $t)"),
            0,
            id="it may wrap around",
        ),
        pytest.param(
            stepped(
                f"(local.set $t {ABOVE}) (local.set $i (local.get $m))",
                DOWN,
                "(local.get $t)",
            ),
            0,
            id="another value since",
        ),
        pytest.param(
            stepped(
                f"(local.set $t {ABOVE}) (local.set $t (local.get $m))",
                DOWN,
                "(local.get $t)",
            ),
            0,
            id="another condition since",
        ),
        pytest.param(
            stepped(
                "(local.set $t (local.get $i))",
                "(local.set $i (i32.sub (local.get $t) (i32.const 2)))",
                "(i32.gt_u (local.get $t) (i32.const 3))",
            ),
            2,
            id="a copy of what it was before",
        ),
        pytest.param(
            stepped(
                "(local.set $t (local.get $i))",
                "(local.set $i (i32.sub (local.get $t) (i32.const 2)))"
                "(local.set $t (local.get $m))",
                "(i32.gt_u (local.get $t) (i32.const 3))",
            ),
            0,
            id="a copy that is something else now",
        ),
        pytest.param(
            stepped(
                "(local.set $t (local.get $i))",
                "(local.set $i (i32.sub (local.get $t) (i32.const 1)))" + DOWN,
                "(i32.gt_u (local.get $t) (i32.const 6))",
            ),
            4,
            id="a copy, and two steps",
        ),
    ],
)
def test_what_a_branch_says_of_a_variable_that_has_moved_on(
    text: str, low: int
) -> None:
    (found,) = facts(text)
    assert (found.low, found.high <= 100) == (low, low > 0)
