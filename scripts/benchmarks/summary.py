"""Minima, medians, paired ratios and their geometric means."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Ratio(NamedTuple):
    """How many times longer one thing took than another."""

    minima: float
    """Of the smallest samples: what is reported."""
    lowest: float
    highest: float
    """Extremes of the ratios of samples of one turn."""

    def __str__(self) -> str:
        return f"{self.minima:.2f} ({self.lowest:.2f}-{self.highest:.2f})"


def ratio(slower: Sequence[float], faster: Sequence[float]) -> Ratio:
    """The ratio of two lists of paired samples."""
    paired = [a / b for a, b in zip(slower, faster, strict=True)]
    return Ratio(min(slower) / min(faster), min(paired), max(paired))


def geometric_mean(values: Iterable[float]) -> float:
    """The geometric mean; NaN of nothing."""
    logarithms = [math.log(value) for value in values]
    return math.exp(statistics.fmean(logarithms)) if logarithms else math.nan
