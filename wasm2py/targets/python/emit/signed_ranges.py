"""Signed comparisons of numbers that are kept without a sign, as the ranges of unsigned numbers that they select."""

from __future__ import annotations

from wasm2py.spec.types import MASKS
from wasm2py.targets.python.emit.code import COMPARE, COMPARED, NOT, Code, number


def compared_with_constant(code: Code, relation: str, constant: int, type: str) -> Code:
    """A signed comparison with a constant, as the range of unsigned values that it selects.

    Two comparisons cost half of moving the value so that one would do.
    """
    half = (MASKS[type] + 1) // 2
    if relation in (">", "<="):
        constant += 1
    inside = relation in (">", ">=")
    # What is at least the constant: one range of unsigned values, or all but one.
    low, high = constant, half - 1
    if constant < 0:
        low, high, inside = half, constant + 2 * half - 1, not inside
    elif constant == 0:
        text = f"{code.at(COMPARED)} {'<=' if inside else '>'} {number(high)}"
        return Code(text, COMPARE)
    if low > high:
        return Code(f"{code.at(COMPARED)} {'<' if inside else '>='} 0", COMPARE)
    text = f"{number(low)} <= {code.at(COMPARED)} <= {number(high)}"
    return Code(text, COMPARE) if inside else Code(f"not {text}", NOT)


def compared_with_positive(
    code: Code, relation: str, positive: Code, type: str
) -> Code:
    """A signed comparison with a variable that is not negative, as the range of unsigned values that it selects."""
    inside = relation in (">", ">=")
    # What is greater is not negative either.
    below = "<" if relation in (">", "<=") else "<="
    text = f"{positive.at(COMPARED)} {below} {code.at(COMPARED)}"
    text += f" < {number((MASKS[type] + 1) // 2)}"
    return Code(text, COMPARE) if inside else Code(f"not {text}", NOT)
