"""The accelerated wheel: the modules in which translation spends its time, compiled.

Not part of an ordinary installation, which needs no compiler:

    HATCH_BUILD_HOOKS_ENABLE=1 pip install .

The wheel holds the same source, and beside it what mypyc makes of it.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Not `translator`, nor what is above it: between functions Python's own loop looks after
# signals and other threads. Not `environment`, which is pickled.
COMPILED = (
    "wasm2py/binary/reader.py",
    "wasm2py/binary/decoder.py",
    "wasm2py/validation/function.py",
    "wasm2py/translation/function.py",
    "wasm2py/ir/**/*.py",
    "wasm2py/analysis/**/*.py",
    "wasm2py/targets/base.py",
    "wasm2py/targets/python/**/*.py",
)


class AcceleratedWheel(BuildHookInterface[Any]):
    """Compiles modules and puts them into the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile; called before the wheel is written."""
        if version == "editable":
            raise ValueError("what is compiled could not be edited")
        self._folder = TemporaryDirectory()
        folder = Path(self._folder.name)
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        build_data["force_include"] |= {
            str(path): path.relative_to(folder / "lib").as_posix()
            for path in _compile(Path(self.root), folder)
        }

    def finalize(self, version: str, build_data: dict[str, Any], path: str) -> None:
        """Called after the wheel has been written."""
        self._folder.cleanup()


def _compile(root: Path, folder: Path) -> list[Path]:
    """Compile the modules; gives the extension modules, below `folder` / "lib"."""
    from mypyc.build import mypycify
    from setuptools import Distribution

    sources = [
        path.relative_to(root).as_posix()
        for pattern in COMPILED
        for path in sorted(root.glob(pattern))
        if path.name != "__init__.py"
    ]
    extensions = mypycify(sources, opt_level="3", target_dir=str(folder / "c"))
    distribution = Distribution({"name": "wasm2py", "ext_modules": extensions})
    command = distribution.get_command_obj("build_ext")
    command.build_lib = str(folder / "lib")
    command.build_temp = str(folder / "objects")
    command.ensure_finalized()
    command.run()
    return sorted(path for path in (folder / "lib").rglob("*") if path.is_file())
