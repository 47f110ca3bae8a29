"""Packages of the measured modules, written into the cache folder."""

from __future__ import annotations

from pathlib import Path

from scripts.benchmarks.processes import cache_folder
from wasm2py.package.writer import PackageOptions, write_package
from wasm2py.spec.features import WASM2
from wasm2py.targets.base import Options
from wasm2py.translation.translator import Translation, Translator

CHUNK = 1 << 16


def translate(data: bytes, options: Options) -> Translation:
    """Translate a module in this process."""
    translator = Translator(WASM2, options)
    for start in range(0, len(data), CHUNK):
        translator.receive(data[start : start + CHUNK])
    translator.receive(b"")
    return translator.finish()


def package(name: str, wasm: Path, options: Options, bytecode: bool = False) -> Path:
    """Write the package of a module; returns its folder."""
    kind = "-metered" if options.metered else ""
    folder = cache_folder() / "packages" / f"{options.tune}-O{options.optimize}{kind}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"bench_{name}"
    translation = translate(wasm.read_bytes(), options)
    write_package(translation, path, PackageOptions(bytecode=bytecode), force=True)
    return path
