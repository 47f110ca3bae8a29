"""Figures in the documents that can be counted are what `scripts/figures.py` counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import figures
from scripts.figures import FIGURES, Figure


@pytest.mark.parametrize(
    "figure",
    [
        pytest.param(
            figure,
            id=f"{figure.document}: {figure.name}",
            marks=[pytest.mark.network, pytest.mark.slow] if figure.network else [],
        )
        for figure in FIGURES
    ],
)
def test_a_figure_is_not_stale(figure: Figure) -> None:
    assert figure.agrees(figure.now()), "python scripts/figures.py --write mends it"


def test_a_stale_figure_is_found_and_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text("It has 1,204 parts of 1.5 KB.", "utf-8")
    parts = Figure("parts", "page.md", "has ([\\d,]+) parts", lambda: 2300)
    size = Figure("size", "page.md", "of ([\\d.]+) KB", lambda: 1.5449, tolerance=0.03)
    assert [parts.agrees(1204), parts.agrees(2300)] == [True, False]
    assert [size.agrees(1.5449), size.agrees(1.6)] == [True, False]
    parts.write(2300)
    size.write(1.5449)
    assert page.read_text("utf-8") == "It has 2,300 parts of 1.5 KB."
    page.write_text("Nothing.", "utf-8")
    with pytest.raises(LookupError):
        parts.written()
