"""Fixtures for the tests of Emscripten's modules."""

from tests.commands.conftest import run

__all__ = ["run"]
