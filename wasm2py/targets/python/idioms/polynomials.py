"""Integers as polynomials: sums of products of unknowns.

The unknowns are numbered: variables from 0 on, cells that are loaded from -1 down. A polynomial says how
often each product of them is counted; coefficients are those of the integers modulo 2**32 or 2**64, in
their signed reading. It stands for one number, so what is computed with polynomials is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from wasm2py.ir.nodes import Const, Expression, Variable, binary
from wasm2py.spec.types import MASKS

Product = tuple[int, ...]  # sorted; () counts ones
Polynomial = dict[Product, int]

_ONES: Final[Product] = ()
# Longer ones are not worth the work.
_MOST_PRODUCTS: Final = 40
_MOST_FACTORS: Final = 3


def constant(value: int, type: str) -> Polynomial:
    """A polynomial that is a number."""
    return scaled({_ONES: value}, 1, type)


def unknown(atom: int) -> Polynomial:
    """A polynomial that is a variable or a cell."""
    return {(atom,): 1}


def scaled(polynomial: Polynomial, factor: int, type: str) -> Polynomial:
    """A polynomial times a number."""
    result: Polynomial = {}
    mask = MASKS[type]
    for product, count in polynomial.items():
        count = count * factor & mask
        if count:
            result[product] = count - mask - 1 if count > mask >> 1 else count
    return result


def total(
    a: Polynomial, b: Polynomial, type: str, factor: int = 1
) -> Polynomial | None:
    """`a + b * factor`, or None if that is too long."""
    result = dict(a)
    for product, count in b.items():
        result[product] = result.get(product, 0) + count * factor
    return scaled(result, 1, type) if len(result) <= _MOST_PRODUCTS else None


def difference(a: Polynomial, b: Polynomial, type: str) -> Polynomial:
    """`a - b`."""
    result = dict(a)
    for product, count in b.items():
        result[product] = result.get(product, 0) - count
    return scaled(result, 1, type)


def multiplied(a: Polynomial, b: Polynomial, type: str) -> Polynomial | None:
    """`a * b`, or None if that is too long."""
    if len(a) * len(b) > _MOST_PRODUCTS:
        return None
    result: Polynomial = {}
    for left, count in a.items():
        for right, times in b.items():
            product = tuple(sorted(left + right))
            if len(product) > _MOST_FACTORS:
                return None
            result[product] = result.get(product, 0) + count * times
    return scaled(result, 1, type)


def number(polynomial: Polynomial) -> int | None:
    """The signed number that a polynomial is, or None if it is not known."""
    if not polynomial:
        return 0
    return polynomial[_ONES] if list(polynomial) == [_ONES] else None


def without_ones(polynomial: Polynomial) -> Polynomial:
    """A polynomial less its constant."""
    return {product: count for product, count in polynomial.items() if product}


def atoms(polynomial: Polynomial) -> Iterator[int]:
    """What a polynomial is made of."""
    for product in polynomial:
        yield from product


def is_linear(polynomial: Polynomial) -> bool:
    """Whether no two variables are multiplied, and no cell is in it."""
    return all(
        len(product) <= 1 and (not product or product[0] >= 0) for product in polynomial
    )


def substituted(
    polynomial: Polynomial, values: dict[int, Polynomial], type: str
) -> Polynomial | None:
    """A polynomial with other polynomials in the place of variables."""
    result: Polynomial | None = {}
    for product, count in polynomial.items():
        part: Polynomial | None = {_ONES: count}
        for atom in product:
            if part is not None:
                part = multiplied(part, values.get(atom, unknown(atom)), type)
        if part is None or result is None:
            return None
        result = total(result, part, type)
    return result


def alignment(polynomial: Polynomial, of: dict[int, int]) -> int:
    """A power of two that divides a polynomial, given those that divide variables."""
    result = 1 << 32
    for product, count in polynomial.items():
        power = count & -count
        for atom in product:
            power *= of.get(atom, 1)
        result = min(result, power)
    return result


def expression(
    polynomial: Polynomial, type: str, atom: Callable[[int], Expression]
) -> Expression:
    """A polynomial as an expression; `atom` gives those of variables and cells."""
    result: Expression | None = None
    ones = polynomial.get(_ONES, 0) & MASKS[type]
    terms = [item for item in polynomial.items() if item[0]]
    terms.sort(key=lambda item: item[1] < 0)
    for product, count in terms:
        term = _term(product, abs(count), type, atom)
        if result is None and count < 0:
            result, ones = Const(type, ones), 0
        if result is None:
            result = term
        else:
            result = binary(f"{type}.{'sub' if count < 0 else 'add'}", result, term)
    if result is None:
        return Const(type, ones)
    return binary(f"{type}.add", result, Const(type, ones)) if ones else result


def _term(
    product: Product, count: int, type: str, atom: Callable[[int], Expression]
) -> Expression:
    result = atom(product[0])
    for factor in product[1:]:
        result = binary(f"{type}.mul", result, atom(factor))
    if count & (count - 1):
        return binary(f"{type}.mul", result, Const(type, count))
    if count > 1:
        shift = Const(type, count.bit_length() - 1)
        return binary(f"{type}.shl", result, shift)
    return result


def variable_of(types: list[str]) -> Callable[[int], Expression]:
    """What `expression` takes for polynomials of variables."""
    return lambda atom: Variable(atom, types[atom])
