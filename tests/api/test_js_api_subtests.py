"""The table of the JavaScript API's suite is complete and names tests that exist."""

from __future__ import annotations

from tests.api.js_api_subtests import JS_API, NUMBERS
from tests.api.subtests import answers_without_test, count


def test_complete() -> None:
    assert len(NUMBERS) == 52
    assert count(JS_API) == NUMBERS


def test_answers() -> None:
    assert answers_without_test(JS_API, "tests.api") == []
