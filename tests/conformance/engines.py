"""The ways in which modules of the official scripts are run."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any, Literal

import wasm2py
from tests.conformance.script import Engine
from tests.packages import import_package, write_package

Target = Literal["python", "c"]

_numbers = count(1)


def memory_engine(folder: Path, features: str, target: Target = "python") -> Engine:
    """Modules, as files in a folder, compiled in memory."""

    def compile(file: str) -> wasm2py.Module:
        return wasm2py.compile(folder / file, features=features, target=target)

    return Engine(compile, wasm2py.instantiate, wasm2py)


def package_engine(folder: Path, features: str) -> Engine:
    """The same modules written as packages and imported."""

    def compile(file: str) -> Any:
        directory = folder / "packages" / f"wasm_{next(_numbers)}"
        wasm = (folder / file).read_bytes()
        write_package(wasm, directory, runtime="import", features=features)
        return import_package(directory)

    def instantiate(package: Any, imports: dict[str, Any]) -> Any:
        return package.instantiate(imports)

    return Engine(compile, instantiate, wasm2py)
