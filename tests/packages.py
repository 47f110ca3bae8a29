"""Modules written as packages, for tests that run them."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

from wasm2py.package.writer import PackageOptions
from wasm2py.package.writer import write_package as write
from wasm2py.spec.features import feature_set
from wasm2py.targets.base import DEFAULT_OPTIONS, Options
from wasm2py.translation.translator import Translator


def write_package(
    wasm: bytes,
    directory: Path,
    *,
    runtime: str,
    features: str = "wasm2",
    options: Options = DEFAULT_OPTIONS,
) -> None:
    """Translate a module and write it as a package at `directory`."""
    translator = Translator(feature_set(features), options)
    translator.receive(wasm)
    translator.receive(b"")
    write(translator.finish(), directory, PackageOptions(runtime=runtime))


def import_package(directory: Path) -> ModuleType:
    """Import the package at `directory`; its name must not be in use."""
    if directory.name in sys.modules:
        raise ValueError(f"{directory.name} is already imported")
    sys.path.insert(0, str(directory.parent))
    try:
        importlib.invalidate_caches()
        return importlib.import_module(directory.name)
    finally:
        sys.path.remove(str(directory.parent))
