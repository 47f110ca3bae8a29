"""The file `__init__.py` of a package."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

OWN_NAMES = frozenset(
    (
        *("instantiate", "local", "module", "target", "wasi"),
        *("_data", "_functions", "_modules", "_native", "_runtime"),
    )
)
"""Names that a package defines itself, apart from those of the runtime."""

_TEMPLATE = '''\
# Written by wasm2py from a WebAssembly module. Compile that again instead of editing.

from {runtime}.abi import RT_ABI as _RT_ABI

if _RT_ABI != {abi}:
    raise ImportError(
        f"{{__name__}} needs a runtime with RT_ABI {abi}, this one has {{_RT_ABI}}:"
        " compile the module again, with the wasm2py that is installed"
    )

from {runtime} import (
{names}
)
from {runtime}.package import DefaultInstance as _DefaultInstance
from {runtime}.package import PackageFiles as _PackageFiles
from {runtime}.package import described as _described
from {runtime}.package import instantiate_package as _instantiate
{imports}
_files = _PackageFiles(__spec__{only})
{module}
wasi = WASI{emscripten}__doc__ = _described(module{host})


def instantiate(imports=None, *, limits=None, unsigned={unsigned}, release_gil=False):
    """Make an instance of the module.

    ``imports`` maps the name of each module imported from to a mapping of names to
    functions, memories, tables, globals and tags: ``wasi(...)`` is one, for a program
    or a library of WASI. ``limits`` are `Limits`. With ``unsigned``, integers that come
    from the module are unsigned; with ``release_gil``, functions in C run while other
    threads run, each with an instance of its own. Raises ``LinkError`` where an import
    is missing or of another type, ``MemoryError`` or a trap where there is no room, and
    whatever the start function raises.
    """
    return _instantiate(module, imports, limits, unsigned, release_gil)


def local():
    """The instance of this thread, made as the one behind the package's attributes is.

    It is always the same one, and other threads have others. Raises what
    ``instantiate()`` raises: ``LinkError`` where there are imports to be given.
    """
    return _default.of_this_thread()


def _modules():
    """Names the modules that are found by their place, for tools that pack programs."""
    from . import {folders}


def __getattr__(name):
    return _default.export(name)


def __dir__():
    return sorted({{*globals(), *_default.names()}})


_default = _DefaultInstance(module, globals(), {unsigned}{host})
'''


# Which functions are used: Python's, or the native build where it loads.
_PYTHON = """\
target = "python"
module = Module(_files.info(), _files)"""
_NATIVE = """\
module = _native_module(_files.info(), _files)
target = module.target"""
_NATIVE_IMPORT = "from {runtime}.module import native_module as _native_module\n"


EMSCRIPTEN_NAMES = frozenset(("CppException", "Emscripten"))
"""What the runtime offers to callers of Emscripten's modules besides."""

_EMSCRIPTEN_IMPORT = "from {runtime}.emscripten import CppException, Emscripten\n"
_EMSCRIPTEN = '''\



def emscripten(*args, **kwargs):
    """What the module imports of Emscripten's: ``Emscripten(module, ...)``."""
    return Emscripten(module, *args, **kwargs)


'''


class Emscripten(NamedTuple):
    """That a module is Emscripten's; ``only`` if it imports nothing else."""

    only: bool


def init_source(
    runtime: str,
    abi: int,
    public: Iterable[str],
    native: bool = False,
    fallback: bool = True,
    unsigned: bool = False,
    emscripten: Emscripten | None = None,
) -> str:
    """The text of `__init__.py`.

    ``runtime`` is the runtime's name in an import, ``public`` what it offers to
    callers; ``native`` is whether the package has an extension module, ``fallback``
    whether it has Python functions, too; ``unsigned`` is whether integers are, by default.
    """
    imports = _NATIVE_IMPORT if native else ""
    if emscripten is not None:
        imports = _EMSCRIPTEN_IMPORT + imports
    names = "\n".join(f"    {name}," for name in sorted(public))
    return _TEMPLATE.format(
        runtime=runtime,
        abi=abi,
        names=names,
        only="" if fallback else ", only_native=True",
        imports=imports.format(runtime=runtime),
        module=_NATIVE if native else _PYTHON,
        unsigned=unsigned,
        emscripten="\n" if emscripten is None else _EMSCRIPTEN,
        host=", emscripten" if emscripten is not None and emscripten.only else "",
        folders="_data, _functions, _native" if native else "_data, _functions",
    )


_MAIN_TEMPLATE = '''\
"""Runs the program: python -m with the package's name, and the program's arguments."""

from . import {names}
from {runtime}.wasi.command import main


def run():
    main(module, __package__{host})


if __name__ == "__main__":
    run()
'''


def main_source(runtime: str, emscripten: bool = False) -> str:
    """The text of `__main__.py`, which programs of WASI and Emscripten's have."""
    return _MAIN_TEMPLATE.format(
        runtime=runtime,
        names="emscripten, module" if emscripten else "module",
        host=", emscripten" if emscripten else "",
    )


def listing_source(title: str, modules: Sequence[str], head: str = "") -> str:
    """The text of the `__init__.py` of a folder of modules, named within the package.

    The modules are found by their place when they are needed. Tools that pack programs
    follow import statements: hence those in a function that nobody calls.
    """
    lines = [f"# {title}", *([head] if head else [])]
    if modules:
        lines += [
            "",
            "",
            "def _modules():",
            '    """Names the modules, for tools that pack programs."""',
        ]
        names = [module.rpartition(".")[2] for module in modules]
        lines += [f"    from . import {name}" for name in names]
    return "\n".join(lines) + "\n"
