"""Writes packages, and what to do with them, for `run.py`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.conformance.suites import spec_tests
from tests.differential.dense import Dense
from tests.differential.generated import Generator
from tests.golden.cases import calls, case_names, wasm
from tests.packages import write_package
from tests.wasm_tools import convert_wast
from wasm2py.targets.base import DEFAULT_OPTIONS, Options

CHOICES = {
    "O0": Options(optimize=0),
    "O1": Options(optimize=1),
    "O2": Options(),
    "pypy": Options(tune="pypy"),
}
ABOUT_BYTES = frozenset(("assert_malformed", "assert_invalid"))


class Work:
    """Collects packages and work in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.items: list[dict[str, Any]] = []
        self._packages = 0

    def package(self, data: bytes, options: Options = DEFAULT_OPTIONS) -> str:
        """Write a package; returns its import name."""
        self._packages += 1
        name = f"p{self._packages}"
        folder = self.folder / "packages" / name
        write_package(data, folder, runtime="import", options=options)
        return name

    def add_scripts(self, names: Iterable[str]) -> None:
        """Official scripts of WebAssembly 2.0."""
        for name in names:
            source = spec_tests() / "wg-2.0" / "test" / "core" / f"{name}.wast"
            scratch = self.folder / "scripts" / name
            commands = [
                command
                for command in convert_wast(source, scratch)
                if command["type"] not in ABOUT_BYTES
            ]
            for command in commands:
                file = command.pop("binary_filename", command.get("filename"))
                if file is not None:
                    command["filename"] = self.package((scratch / file).read_bytes())
            self.items.append({"kind": "script", "name": name, "commands": commands})

    def add_golden(self) -> None:
        """All golden cases."""
        for name in case_names(errors=False):
            item = {"package": self.package(wasm(name)), "calls": calls(name)}
            self.items.append({"kind": "golden", "name": name, **item})

    def add_generated(self, first: int, count: int) -> None:
        """Generated modules, `count` from the seed `first` on."""
        for case in Generator().cases(first, count):
            item = {"package": self.package(case.wasm), "expected": case.expected}
            name = f"seed {case.seed}"
            self.items.append({"kind": "generated", "name": name, **item})

    def add_dense(self, first: int, count: int) -> None:
        """Modules dense with what must happen in order, at every level and tuned for either."""
        for case in Dense().cases(first, count):
            for shown, options in CHOICES.items():
                package = self.package(case.wasm, options)
                item = {"package": package, "expected": case.expected}
                name = f"dense {case.seed} {shown}"
                self.items.append({"kind": "generated", "name": name, **item})

    def write(self) -> None:
        """Write the list of what to do."""
        text = json.dumps(self.items)
        (self.folder / "work.json").write_text(text, "utf-8")
