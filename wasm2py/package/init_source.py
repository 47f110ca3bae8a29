"""The file `__init__.py` of a package."""

from __future__ import annotations

from collections.abc import Iterable

OWN_NAMES = frozenset(
    ("instantiate", "module", "target", "_functions", "_module", "_runtime")
)
"""Names that a package defines itself, apart from those of the runtime."""

# Exports that the documentation names, so that an import does not take long.
_LISTED = 1000

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
from {runtime} import instantiate as _instantiate
from {runtime}.package import DefaultInstance as _DefaultInstance
from {runtime}.package import PackageFiles as _PackageFiles

from ._module import INFO as _INFO

__doc__ = "\\n    ".join(
    (
        "A WebAssembly module, translated to Python by wasm2py.\\n\\n"
        f"Exports of {{'instantiate(imports)' if _INFO.imports else 'the package'}}:\\n",
        *(
            f"{{name if name.isidentifier() else ascii(name)}}: {{kind}}"
            for name, kind, _ in _INFO.exports[:{listed}]
        ),
        *["..."] * (len(_INFO.exports) > {listed}),
    )
)

target = "python"
module = Module(_INFO, _PackageFiles(__spec__))


def instantiate(imports=None):
    """Make an instance of the module.

    ``imports`` maps the name of each module imported from to a mapping of names to
    functions, memories, tables, globals and tags. Raises ``LinkError`` where one is
    missing or of another type, and whatever the start function raises.
    """
    return _instantiate(module, imports)


def __getattr__(name):
    return _default.export(name)


def __dir__():
    return sorted({{*globals(), *_default.names()}})


_default = _DefaultInstance(module, globals())
'''


def init_source(runtime: str, abi: int, public: Iterable[str]) -> str:
    """The text of `__init__.py`.

    ``runtime`` is the runtime's name in an import, ``public`` what it offers to
    callers.
    """
    names = "\n".join(f"    {name}," for name in sorted(public))
    return _TEMPLATE.format(runtime=runtime, abi=abi, names=names, listed=_LISTED)
