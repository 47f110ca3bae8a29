"""What the wasm2py on the path makes of modules, as JSON.

python translate.py MODULE...
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path

import wasm2py.translation.function
from wasm2py.errors import CompileError
from wasm2py.package.writer import package_files
from wasm2py.targets.base import Options
from wasm2py.translation.translator import Translator

WAYS = (Options(0, "cpython"), Options(1, "cpython"), Options(), Options(2, "pypy"))


def outcome(data: bytes, options: Options) -> str:
    """A digest of all files of the module's package, or what is wrong with it."""
    translator = Translator(options=options)
    try:
        translator.receive(data)
        translator.receive(b"")
    except CompileError as error:
        return str(error)
    digest = sha256()
    for name, content in package_files(translator.finish()):
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def main() -> None:
    """Print where the code is that does it, and the outcomes of each module."""
    outcomes = {
        name: [outcome(Path(name).read_bytes(), options) for options in WAYS]
        for name in sys.argv[1:]
    }
    print(
        json.dumps(
            {"code": wasm2py.translation.function.__file__, "outcomes": outcomes}
        )
    )


if __name__ == "__main__":
    main()
