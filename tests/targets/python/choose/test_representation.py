"""The forms in which variables are kept, as the generated Python shows them."""

from __future__ import annotations

import pytest

from tests.package.modules import translate
from tests.wasm_tools import assemble
from wasm2py.targets.base import DEFAULT_OPTIONS, Options


def lines(function: str, options: Options = DEFAULT_OPTIONS) -> list[str]:
    """The lines of a function in the text format, stripped."""
    wasm = assemble(f"(module (memory 1) {function})")
    source = translate(wasm, options).codes[0].source
    return [line.strip() for line in source.splitlines()]


def loop(body: str, variables: str = "(local $i i32)") -> str:
    return f"""(func (param $n i32) (result i32) {variables} (local $s i32) (local $k i32)
      (local.set $s (i32.load (i32.const 0)))
      (loop $next
        {body}
        (local.set $k (i32.add (local.get $k) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $k) (local.get $n))))
      (local.get $s))"""


POINTER = """
  (local.set $s (i32.xor (local.get $s) (i32.load (i32.add (local.get $i) (i32.const 1024)))))
  (local.set $i (i32.add (local.get $i) (i32.const 8)))"""


# So that an index and the constant that is added to it stay apart.
INDEXES = Options(without=("rebasing",))
PYPY = Options(tune="pypy", without=("rebasing",))


def test_a_pointer_counts_elements_on_pypy() -> None:
    found = lines(loop(POINTER), PYPY)
    assert "v2 = v2 ^ eu32[v1 + 256]" in found
    assert "v1 = v1 + 2" in found


def test_a_pointer_counts_bytes() -> None:
    found = lines(loop(POINTER), INDEXES)
    assert "v2 = v2 ^ mu32at1024[v1]" in found
    assert "v1 = v1 + 8" in found


def test_a_field_far_from_its_record_is_added_outside_of_loops() -> None:
    text = """(func (param $p i32) (result i32)
      (i32.add (i32.load offset=OFFSET (local.get $p)) (i32.const 1)))"""
    near, far = lines(text.replace("OFFSET", "255")), lines(
        text.replace("OFFSET", "256")
    )
    assert near[1:] == ["return (mu32at255[v0] + 1) % 0x100000000"]
    assert far[1:] == ["return (mu32[v0 + 256] + 1) % 0x100000000"]


def test_fields_can_be_left_out() -> None:
    found = lines(loop(POINTER), Options(without=("fields", "rebasing")))
    assert "v2 = v2 ^ mu32[v1 + 1024]" in found


def test_a_function_asks_for_so_many_views_at_most() -> None:
    body = "".join(
        f"(local.set $s (i32.xor (local.get $s) (i32.load offset={at} (local.get $i))))"
        for at in range(1, 301)
    )
    text = " ".join(lines(loop(body)))
    assert "mu32at200[" in text and "mu32at201[" not in text
    assert "mu32[v1 + 201]" in text


def test_a_pointer_to_bytes_too_does_not_count_elements() -> None:
    byte = "(local.set $s (i32.xor (local.get $s) (i32.load8_u (local.get $i))))"
    found = lines(loop(f"{byte} {byte} {byte} {POINTER}"), PYPY)
    assert "v1 = v1 + 8" in found


def test_a_pointer_that_may_not_be_aligned_does_not_count_elements() -> None:
    found = lines(loop(POINTER.replace("const 8", "const 6")), PYPY)
    assert "v2 = v2 ^ mu32[v1 + 1024]" in found
    assert "v1 = v1 + 6" in found


def test_a_parameter_does_not_count_elements() -> None:
    found = lines(loop(POINTER.replace("$i", "$n")), PYPY)
    assert not any("eu32[v" in line for line in found)


def test_an_index_finds_its_element() -> None:
    index = "(i32.shl (i32.and (local.get $i) (i32.const 63)) (i32.const 2))"
    text = f"(local.set $s (i32.xor (local.get $s) (i32.load offset=64 {index})))"
    found = lines(loop(text + POINTER), INDEXES)
    assert any("eu32at64[v1 & 63]" in line for line in found)


ADD = """
  (local.set $s (i32.add (local.get $s) (i32.load (i32.const 0))))"""


def test_a_sum_is_masked_behind_the_loop() -> None:
    found = lines(loop(ADD))
    assert "v2 = v2 + mu32[0]" in found
    assert found[-1] == "return v2 & 0xFFFFFFFF"


def test_a_sum_is_masked_in_the_loop_on_pypy() -> None:
    found = lines(loop(ADD), PYPY)
    assert "v2 = (v2 + eu32[0]) & 0xFFFFFFFF" in found


@pytest.mark.parametrize(
    "value",
    [
        "(i32.add (local.get $s) (local.get $s))",
        "(i32.mul (local.get $s) (i32.const 31))",
        "(i32.add (i32.mul (local.get $s) (i32.const 3)) (local.get $s))",
    ],
)
def test_what_doubles_is_masked_each_time(value: str) -> None:
    found = lines(loop(f"(local.set $s {value})"))
    (assignment,) = [
        line for line in found if line.startswith("v2 = ") and "v2" in line[5:]
    ]
    assert assignment.endswith("& 0xFFFFFFFF")


def test_sums_of_each_other_are_masked() -> None:
    both = """
      (local.set $i (i32.add (local.get $i) (local.get $s)))
      (local.set $s (i32.add (local.get $s) (local.get $i)))"""
    found = lines(loop(both))
    assert sum("& 0xFFFFFFFF" in line for line in found if " = " in line) >= 1
    assert "v1 = v1 + v2" not in found or "v2 = v2 + v1" not in found


def test_what_is_compared_in_the_loop_is_masked_there() -> None:
    test = "(if (i32.gt_u (local.get $s) (i32.const 99)) (then (return (i32.const 7))))"
    found = lines(loop(ADD + test + test))
    assert "v2 = (v2 + mu32[0]) & 0xFFFFFFFF" in found


def test_signed_comparisons_make_a_variable_signed() -> None:
    step = """
      (local.set $i (i32.load (i32.const 4)))
      (br_if $next (i32.lt_s (local.get $i) (local.get $s)))
      (local.set $s (local.get $i))
      (br_if $next (i32.gt_s (local.get $i) (local.get $s)))"""
    found = lines(loop(step))
    assert "v1 = mi32[4]" in found


COPY = """(f32.store (i32.const 8) (f32.load (i32.const 4)))"""
HALF = """(func (local $x f32)
  (local.set $x (f32.load (i32.const 4)))
  (f32.store (i32.const 8) (f32.mul (local.get $x) (f32.const 0.5)))
  (f32.store (i32.const 12) (f32.add (local.get $x) (f32.const 1))))"""


def test_a_copy_keeps_a_signalling_nan() -> None:
    found = lines(f"(func {COPY})")
    assert any(line.startswith("f32_store(m0, 8, ") for line in found)


def test_what_only_arithmetic_reads_takes_no_test() -> None:
    found = lines(HALF)
    assert found[1:] == ["v0 = mf32[4]", "mf32[8] = v0 * 0.5", "mf32[12] = v0 + 1.0"]


def test_what_is_copied_as_well_takes_one() -> None:
    text = HALF[:-1] + "(f32.store (i32.const 16) (local.get $x)))"
    found = lines(text)
    assert "if v0 != v0:" in found
    assert "v0 = f32_load(m0, 4)" in found


def test_bits_of_a_product_are_shifted_without_a_mask() -> None:
    text = """(func (param $n i32) (result i32)
      (i32.and (i32.shr_u (i32.mul (local.get $n) (i32.const -1640531535))
        (i32.const SHIFT)) (i32.const 1023)))"""
    whole, cut = lines(text.replace("SHIFT", "22")), lines(text.replace("SHIFT", "23"))
    assert whole[1] == "return ((v0 * 0x9E3779B1) >> 22) & 1023"
    assert cut[1] == "return ((v0 * 0x9E3779B1) & 0xFFFFFFFF) >> 23"


def test_the_lesser_of_two_signed_numbers_is_one() -> None:
    step = """
      (local.set $i (i32.load (i32.const 4)))
      (local.set $s (select (local.get $i) (local.get $s)
        (i32.lt_s (local.get $i) (local.get $s))))"""
    found = lines(loop(step))
    assert "v1 = mi32[4]" in found
    assert "if v1 < v2:" in found
    assert "v2 = v1" in found


def test_a_choice_of_unsigned_numbers_is_one() -> None:
    step = """
      (local.set $i (i32.load (i32.const 4)))
      (local.set $s (select (local.get $i) (local.get $s)
        (i32.lt_u (local.get $i) (local.get $s))))"""
    found = lines(loop(step))
    assert "if v1 < v2:" in found
    assert "v2 = v1" in found


INVERSE = "(i32.xor (i32.or (local.get $b) (local.get $c)) (i32.const -1))"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (f"(i32.and (local.get $a) {INVERSE})", "v0 - (v0 & (v1 | v2))"),
        (f"(i32.and {INVERSE} (local.get $a))", "v0 - (v0 & (v1 | v2))"),
        (
            f"(i32.and (i32.load (i32.const 0)) {INVERSE})",
            "mu32[0] & ((v1 | v2) ^ 0xFFFFFFFF)",
        ),
        (
            f"(i32.and (i32.add (local.get $a) (i32.const 1)) {INVERSE})",
            "(v0 + 1) & ((v1 | v2) ^ 0xFFFFFFFF)",
        ),
    ],
)
def test_bits_that_another_value_has_not(value: str, expected: str) -> None:
    parameters = "(param $a i32) (param $b i32) (param $c i32)"
    found = lines(f"(func {parameters} (result i32) {value})")
    assert found[1] == f"return {expected}"


SIGN = """(func (export "f") (param $x i32) (result i32)
  (select (i32.const 7) (local.get $x)
    (i32.lt_s (i32.shr_s (i32.shl (local.get $x) (i32.const KEPT)) (i32.const 20)) (i32.const 0))))"""


@pytest.mark.parametrize(("kept", "bit"), [(24, 128), (16, 32768), (20, 2048)])
def test_a_sign_that_shifts_keep_is_a_bit(kept: int, bit: int) -> None:
    found = lines(SIGN.replace("KEPT", str(kept)))
    assert found[1:] == [f"return 7 if v0 & {bit} else v0"]


def test_an_index_that_addresses_bound_stays_unsigned() -> None:
    """Of the signed number nothing would be known but that it is one."""
    body = """
      (local.set $s (i32.xor (local.get $s) (i32.load8_u (i32.add (local.get $i) (i32.const 1024)))))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))"""
    text = loop(body).replace("i32.lt_u (local.get $k)", "i32.lt_s (local.get $i)")
    found = lines(text, INDEXES)
    assert "v2 = v2 ^ mu8at1024[v1]" in found
    assert "v1 = v1 + 4" in found


def test_a_factor_is_no_sum_that_is_masked_behind_the_loop() -> None:
    product = "(i32.mul (local.get $i) (local.get $s))"
    found = lines(
        loop(
            f"(local.set $s {product})"
            "(local.set $i (i32.add (local.get $i) (i32.load (local.get $k))))"
        )
    )
    assert "v1 = (v1 + mu32[v3]) & 0xFFFFFFFF" in found


def test_signed_comparisons_make_a_long_variable_signed() -> None:
    body = """(local.set $i (select (local.get $i) (i64.const -5000000000)
        (i64.gt_s (local.get $i) (i64.const -5000000000))))
      (local.set $i (i64.add (local.get $i) (i64.load (local.get $k))))"""
    found = lines(loop(body, "(local $i i64)"))
    assert any(" if v1 > -0x12A05F200 else " in line for line in found)
    assert "v1 = v1 - 0x10000000000000000" in found
    pypy = lines(loop(body, "(local $i i64)"), Options(tune="pypy"))
    assert not any("0x10000000000000000" in line for line in pypy)
