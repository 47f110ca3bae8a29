"""Fixtures for the tests of programs."""

from tests.commands.conftest import run

__all__ = ["run"]
