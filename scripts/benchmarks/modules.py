"""Real modules: where they come from, and the jobs that are measured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from scripts.benchmarks import kernels
from scripts.benchmarks.measurement import Program
from scripts.benchmarks.processes import cache_folder
from tests.real.npm import embedded_wasm, package

QUICKJS = ("@jitl/quickjs-wasmfile-release-sync@0.32.0", "dist/emscripten-module.wasm")
SQLITE = ("node-sqlite3-wasm@0.8.60", "dist/node-sqlite3-wasm.wasm")
ESBUILD = ("esbuild-wasm@0.28.2", "esbuild.wasm")


def _file(name: str, path: str) -> Path:
    return package(name) / path


def _embedded(name: str, path: str, pattern: str, target: str) -> Path:
    """A module that is text in a script, as a file."""
    wasm = cache_folder() / f"{target}.wasm"
    wasm.write_bytes(embedded_wasm(package(name) / path, pattern))
    return wasm


LARGE: dict[str, Callable[[], Path]] = {
    "quickjs": lambda: _file(*QUICKJS),
    "sqlite": lambda: _file(*SQLITE),
    "esbuild": lambda: _file(*ESBUILD),
}
"""Modules that are translated; each is fetched from npm when it is first asked for."""

REAL: dict[str, tuple[str, int, Callable[[], Path]]] = {
    "lodepng": (
        "encode and decode a picture",
        1,
        lambda: _file("@cwasm/lodepng@0.1.9", "lodepng.wasm"),
    ),
    "zstd": (
        "compress and decompress a text",
        2,
        lambda: _file("@bokuweb/zstd-wasm@0.0.27", "dist/web/zstd.wasm"),
    ),
    "sqlite": ("query a database", 1, LARGE["sqlite"]),
    "quickjs": ("run a script", 1, LARGE["quickjs"]),
    "lua": ("run a program", 1, lambda: _file("wasmoon@1.16.0", "dist/glue.wasm")),
    "llhttp": (
        "parse requests, with callbacks",
        8,
        lambda: _embedded(
            "undici@7.30.2",
            "lib/llhttp/llhttp-wasm.js",
            r"= '([A-Za-z0-9+/=]+)'",
            "llhttp",
        ),
    ),
    "argon2": (
        "hash a password",
        2,
        lambda: _embedded(
            "hash-wasm@4.13.0",
            "dist/argon2.umd.min.js",
            r'name:"argon2",data:"([A-Za-z0-9+/=]+)"',
            "argon2",
        ),
    ),
}
"""What the job does, how often, and the module."""

FIVE = ("lodepng", "zstd", "sqlite", "quickjs", "lua")
"""The jobs that are measured unless others are asked for."""


def real_programs(names: str | None) -> list[Program]:
    """The real modules' jobs. They are many functions: PyPy takes long to warm up."""
    programs = []
    for name in FIVE if names is None else names.split(","):
        covers, size, wasm = REAL[name]
        programs.append(Program(name, covers, wasm(), size, warm_seconds=10.0))
    return programs


def call_programs(names: str | None) -> list[Program]:
    """Calls of exports and of imports."""
    wasm, size = kernels.CALLS.wasm, kernels.CALLS.size
    programs = [
        Program("calls", "an export of two i32 that calls nothing", wasm, size),
        Program("wide_calls", "the same, two i64", wasm, size),
        Program("float_calls", "the same, two f64", wasm, size),
        Program("nested_calls", "an export that calls others", wasm, size),
        Program("host_calls", "a Python function, from the module", wasm, size),
    ]
    return [item for item in programs if names is None or item.name in names.split(",")]
