"""No kind of module costs more for each of its bytes than `docs/limits.md` says."""

from __future__ import annotations

import re

import pytest

from scripts.worst_cases import KINDS, PAGE, SIZE, bound, measure

SMALL = 30_000
# What does not grow with the module counts for more in a small one.
FIXED_MEMORY = 8 << 20


@pytest.mark.parametrize(
    "size", [SMALL, pytest.param(SIZE, marks=pytest.mark.slow)], ids=["small", "large"]
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_byte_costs_at_most(kind: str, size: int) -> None:
    cost, most = measure(kind, size), bound(kind)
    assert cost.output <= most.output
    assert cost.memory <= most.memory + FIXED_MEMORY / size
    assert cost.seconds <= 5 * most.seconds  # a busy machine


def test_the_page_names_all_kinds() -> None:
    rows = re.findall(
        r"^\| ([a-z ]+) \| [\d.]+ \|", PAGE.read_text("utf-8"), re.MULTILINE
    )
    assert rows == list(KINDS)
