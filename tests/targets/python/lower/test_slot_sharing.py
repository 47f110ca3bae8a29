"""Variables share slots if their spans do not meet, and keep all else that is known of them."""

from __future__ import annotations

import re

import pytest

from tests.ir.printed import block, built, only, printed
from tests.wasm_tools import assemble
from wasm2py.binary.module_reader import ModuleReader
from wasm2py.ir.nodes import Assign, AssignMany
from wasm2py.ir.walk import every, variables
from wasm2py.targets.base import Options
from wasm2py.targets.python.lower import slot_sharing
from wasm2py.translation.function import translate_function

WITH = only("slots", "webs")
WITHOUT = only("webs")

USE = "(i32.store (i32.const 8) (i32.mul (local.get ${0}) (local.get ${0})))"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short functions, too, share slots."""
    monkeypatch.setattr(slot_sharing, "_MOST_APART", 0)


def function(*body: str, results: str = "") -> str:
    """A function with a parameter `$n` and locals `$a`, `$b`, `$c`, `$i` and `$f`, `$g`."""
    return f"""(func (param $n i32) {results} (local $a i32) (local $b i32)
        (local $c i32) (local $i i32) (local $f f64) (local $g f32) {" ".join(body)})"""


def load(local: str, offset: int = 0) -> str:
    """An assignment of what nobody knows."""
    return f"(local.set ${local} (i32.load offset={offset} (i32.const 4)))"


def use(local: str) -> str:
    """A statement that reads a local twice."""
    return USE.format(local)


def slots(*body: str) -> dict[int, int]:
    """Which variables share: 1 to 4 are `$a` to `$i`, 5 and 6 `$f` and `$g`."""
    return built(function(*body), WITH).slots


def body_of(text: str, options: Options) -> list[str]:
    """The lines of Python of a function."""
    reader = ModuleReader()
    jobs = [*reader.receive(assemble(f"(module (memory 1) {text})"))]
    jobs += reader.receive(b"")
    source = translate_function(reader.env, jobs[-1], options).source
    return [line.strip() for line in source.splitlines()[1:]]


@pytest.mark.usefixtures("few")
def test_one_after_the_other() -> None:
    text = function(load("a"), use("a"), load("b"), use("b"))
    assert printed(text, WITH) == block("""
        v1 = i32.load[2 0 0](i32:4)
        i32.store[2 0 0](i32:8, i32.mul(v1, v1))
        v2 = i32.load[2 0 0](i32:4)
        i32.store[2 0 0](i32:8, i32.mul(v2, v2))
        return
          slot v0: v1 v2
        """).replace("  slot", "slot")


@pytest.mark.usefixtures("few")
def test_both_are_needed() -> None:
    assert slots(load("a"), load("b"), use("a"), use("b")) == {1: 0}


@pytest.mark.usefixtures("few")
def test_the_last_use_is_in_the_assignment() -> None:
    """Python evaluates the value before it assigns it."""
    new = "(local.set $b (i32.mul (local.get $a) (local.get $a)))"
    assert slots(load("a"), new, use("b"), use("n")) == {2: 1}


@pytest.mark.usefixtures("few")
def test_what_is_set_and_never_read_has_a_place_all_the_same() -> None:
    two = "(func $two (result i32 i32) (call $two))"
    text = function(load("a"), "(call $two) (drop) (drop)", use("a"), use("n"))
    found = built(two + text, WITH)
    (many,) = [s for s in found.statements if isinstance(s, AssignMany)]
    assert len({0, 1, *many.variables}) == 4
    assert found.slots == {}


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    ("first", "second", "share"),
    [
        pytest.param("i32", "i64", True, id="integers"),
        pytest.param("f32", "f64", True, id="floats"),
        pytest.param("i32", "f64", False, id="an integer and a float"),
        pytest.param("f32", "i32", False, id="a float and an integer"),
    ],
)
def test_kinds(first: str, second: str, share: bool) -> None:
    def used(name: str, type: str) -> str:
        zero = f"({type}.add (local.get ${name}) (local.get ${name}))"
        made = f"(local.set ${name} ({type}.load (i32.const 4)))"
        return f"{made} ({type}.store (i32.const 8) {zero})"

    text = f"""(func (local $a {first}) (local $b {second})
        {used("a", first)} {used("b", second)})"""
    assert built(text, WITH).slots == ({1: 0} if share else {})


# Around loops. `$n` is needed to the end, so it shares with none.

AGAIN = "(br_if $l (i32.load (i32.const 12))))"
LATER = use("n")


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    ("body", "share"),
    [
        pytest.param(
            [f"(loop $l {load('a')} {use('a')} {load('b')} {use('b')} {AGAIN}"],
            True,
            id="both set before they are read, in each round",
        ),
        pytest.param(
            [load("a"), f"(loop $l {use('a')} {load('b')} {use('b')} {AGAIN}"],
            False,
            id="set before the loop and read in each round",
        ),
        pytest.param(
            [
                load("a"),
                f"(loop $l {use('a')} {load('a')} {load('b')} {use('b')} {AGAIN}",
            ],
            False,
            id="set for the next round",
        ),
        pytest.param(
            [f"(loop $l {load('b')} {use('b')} {load('a')} {AGAIN}", use("a")],
            True,
            id="set in each round and read where the loop is left",
        ),
        pytest.param(
            [
                f"(loop $l (if (local.get $n) (then {load('a')} {use('a')})",
                f"(else {load('b')} {use('b')})) {AGAIN}",
            ],
            True,
            id="in arms",
        ),
        pytest.param(
            [
                f"(loop $l (if (local.get $n) (then {load('a')}))",
                f"{use('a')} {load('b')} {use('b')} {AGAIN}",
            ],
            False,
            id="set in some rounds only",
        ),
        pytest.param(
            [
                f"(loop $m (loop $l {load('a')} {use('a')} {AGAIN}",
                f"{load('b')} {use('b')} (br_if $m (i32.load (i32.const 12))))",
            ],
            True,
            id="in an inner loop and behind it",
        ),
        pytest.param(
            [
                f"(loop $m {load('b')} (loop $l {load('a')} {use('a')} {AGAIN}",
                f"{use('b')} (br_if $m (i32.load (i32.const 12))))",
            ],
            False,
            id="around an inner loop",
        ),
        pytest.param(
            [
                f"(block $out (loop $l {load('a')} (br_if $out (i32.eqz (local.get $a)))",
                f"{use('a')} {load('b')} (br_if $out (local.get $b)) {use('b')} {AGAIN})",
            ],
            True,
            id="ways out",
        ),
    ],
)
def test_loops(body: list[str], share: bool) -> None:
    found = slots(*body, LATER)
    assert (found == {2: 1} or found == {1: 2}) == share
    assert share or not found


@pytest.mark.usefixtures("few")
def test_a_counted_loop() -> None:
    """Its variable is set anew in each round, so another one may be there within a round."""
    count = """(loop $l {0} (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $l (i32.ne (local.get $i) (i32.const 50))))"""
    options = only("slots", "webs", "ranges", "counting", "folding")
    within = f"(i32.store8 (i32.const 8) (local.get $i)) {load('a')} {use('a')}"
    text = function(count.format(within), LATER)
    assert "count v4" in printed(text, options)
    assert built(text, options).slots == {1: 4}
    text = function(count.format(f"{load('a')} {use('a')} {use('i')}"), LATER)
    assert built(text, options).slots == {}


@pytest.mark.usefixtures("few")
def test_locals_that_begin_as_zero_begin_with_the_function() -> None:
    found = built(
        function(use("n"), load("b"), use("b"), use("a"), load("c"), use("c")), WITH
    )
    assert found.zeroed == [1]
    assert found.slots == {2: 0, 3: 0}


@pytest.mark.usefixtures("few")
def test_the_results_of_a_call_are_in_several_slots() -> None:
    text = """(func $two (result i32 i32) (call $two))
        (func (param $n i32) (local $a i32) (local $b i32) (local $c i32)
          (local.set $a (i32.load (i32.const 4))) (i32.store (i32.const 8) (local.get $a))
          (call $two) (local.set $c) (local.set $b)
          (i32.store (local.get $b) (local.get $n)))"""
    function = built(text, WITH)
    (many,) = [s for s in function.statements if isinstance(s, AssignMany)]
    places = [function.slots.get(variable, variable) for variable in many.variables]
    assert len(set(places)) == 2


@pytest.mark.usefixtures("few")
def test_what_is_written_in_pieces_is_not_where_its_operands_are() -> None:
    """An f32 is read again if it is a NaN: its address must still be there."""
    text = function(
        "(local.set $g (f32.load (i32.const 4)))",
        "(local.set $g (f32.load (i32.trunc_sat_f32_u (local.get $g))))",
        "(f32.store (i32.const 8) (local.get $g)) (f32.store (i32.const 12) (local.get $g))",
    )
    found = built(text, WITH)
    assert [at for at, type in enumerate(found.types) if type == "f32"] == [6, 7]
    assert not {6, 7} & found.slots.keys()


@pytest.mark.usefixtures("few")
def test_a_row_of_arms_is_not_where_its_index_is() -> None:
    """If the row is too long for a line, it is assigned first and indexed then."""
    targets = " ".join(f"$t{at * 5 % 3}" for at in range(60))
    arms = "".join(
        f"(i32.store (i32.const {at}) (i32.const 1)) (return))" for at in range(3)
    )
    text = function(
        load("a"),
        f"(block $t2 (block $t1 (block $t0 (br_table {targets} (local.get $a))) {arms}",
    )
    text = text[: text.rindex(")")]  # of the last block, which the arms have closed
    found = built(text, WITH)
    (row,) = [
        statement
        for statement in every(found.statements)
        if isinstance(statement, Assign) and statement.value.op == "switch.arm"
    ]
    (index,) = variables(row.value)
    slots_ = [found.slots.get(at, at) for at in (row.variable, index.index)]
    assert slots_[0] != slots_[1]


@pytest.mark.usefixtures("few")
def test_each_keeps_its_form() -> None:
    """One is kept as a signed number, the other one is not."""
    text = function(
        "(local.set $a (i32.load (i32.const 4)))",
        "(if (i32.lt_s (local.get $a) (i32.const 5)) (then (call 0)))",
        "(i32.store (i32.const 8) (i32.shr_s (local.get $a) (local.get $n)))",
        "(local.set $b (i32.load (i32.const 4)))",
        "(i32.store (i32.const 8) (i32.div_u (local.get $b) (i32.const 3)))",
        "(i32.store (i32.const 8) (i32.shr_u (local.get $b) (local.get $n)))",
        use("n"),
    )
    lines = body_of(f"(func) {text}", Options())
    assert lines[0] == "v1 = mi32[4]"
    assert "v1 = mu32[4]" in lines
    assert "mu32[8] = v1 // 3" in lines


@pytest.mark.usefixtures("few")
def test_a_copy_within_a_slot_is_no_statement() -> None:
    text = function(
        load("a"),
        "(if (local.get $n) (then (call 0)))",
        "(local.set $b (local.get $a)) (call 0)",
        "(local.set $b (i32.add (local.get $b) (local.get $n)))",
        use("b"),
    )
    lines = body_of(f"(func) {text}", only("slots"))
    assert not [line for line in lines if re.fullmatch(r"(\w+) = \1", line)]
    assert names(lines) == {"v0", "v1"}


def many(count: int) -> str:
    """A function of so many variables, two of which are needed at a time."""
    names = [f"$x{at}" for at in range(count - 1)]
    text = "".join(f"(local {name} i32)" for name in names)
    for before, name in zip(["$n", *names], names):
        value = f"(i32.load (i32.add (local.get {before}) (local.get {before})))"
        text += f"(local.set {name} {value})"
    last = f"(i32.add (local.get {names[-1]}) (local.get {names[-1]}))"
    return f"(func (param $n i32) (result i32) {text} {last})"


def names(lines: list[str]) -> set[str]:
    """The variables in a text."""
    return set(re.findall(r"\b[vwx]\d+\b", "\n".join(lines)))


def test_a_function_with_few_variables_keeps_them_apart() -> None:
    few_, lot = (body_of(many(count), Options()) for count in (64, 65))
    assert len(names(few_)) == 64
    assert len(names(lot)) == 1
    assert len(names(body_of(many(65), Options(without=("slots",))))) == 65
    assert len(names(body_of(many(65), Options(tune="pypy")))) == 1


def test_temporaries_of_statements_share_too() -> None:
    """Values that are named because a line would be too long."""
    long = " ".join(
        f"(i32.store (i32.const 8) {'(i32.rotl (i32.div_u (local.get $n) ' * 9}(local.get $n)"
        f"{f' (i32.const {at + 2}))) (i32.const 3)' * 0}{')(local.get $n))' * 9})"
        for at in range(20)
    )
    text = many(80).replace("(result i32)", "").replace("(func ", "(func ", 1)
    text = text[: text.rindex("(i32.add")] + long + ")"
    with_, without = (
        names(body_of(text, Options(without=without))) for without in ((), ("slots",))
    )
    assert len(without) > 150
    assert len(with_) < 40


def test_zeros_that_nobody_reads_go_from_large_functions() -> None:
    """With more than 1,024 locals, it has not been found out before."""
    lines = body_of(many(1200), only("slots"))
    assert lines[0].startswith("v0 = ")
    assert len(names(lines)) == 1
