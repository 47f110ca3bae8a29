"""Tables that say where a subtest of the standards' own suites has its twin here."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Subtests(NamedTuple):
    """Subtests of one file: what they are called, how many they are, and the answer.

    `answer` is the place of the test here ("test_memory.py::test_grow"), or a reason:
    it begins with "waits for" where a feature is missing, else with "no meaning".
    """

    name: str
    number: int
    answer: str


Table = Mapping[str, Sequence[Subtests]]


def answers_without_test(table: Table, package: str) -> list[str]:
    """The answers that name a test which does not exist, or that are none."""
    wrong = []
    for file, groups in table.items():
        for group in groups:
            if group.answer.startswith(("waits for ", "no meaning: ")):
                continue
            for answer in group.answer.split(", "):
                module, _, function = answer.partition("::")
                name = module.removesuffix(".py").replace("/", ".")
                if not name.startswith("tests."):
                    name = f"{package}.{name}"
                found = importlib.import_module(name)
                if not hasattr(found, function):
                    wrong.append(f"{file}: {group.name}: {answer}")
    return wrong


def count(table: Table) -> dict[str, int]:
    """The number of subtests of each file."""
    return {
        file: sum(group.number for group in groups) for file, groups in table.items()
    }
