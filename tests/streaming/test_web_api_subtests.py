"""The table of the web platform tests is complete and names tests that exist."""

from __future__ import annotations

from tests.api.subtests import answers_without_test, count
from tests.streaming.web_api_subtests import NUMBERS, WEB_API


def test_complete() -> None:
    assert count(WEB_API) == NUMBERS


def test_answers() -> None:
    assert answers_without_test(WEB_API, "tests.streaming") == []
