"""What can be asked of a compilation."""

from __future__ import annotations

from collections.abc import (
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Mapping,
    Sequence,
)
from os import PathLike
from types import NoneType
from typing import (
    TYPE_CHECKING,
    Final,
    Literal,
    NamedTuple,
    Protocol,
    TypeAlias,
    TypedDict,
    runtime_checkable,
)

from wasm2py.spec import limits
from wasm2py.spec.features import Features, feature_set

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from wasm2py_runtime.instance import Instance

Initializer: TypeAlias = "bool | str | Callable[[Instance], object]"
Target = Literal["python", "c"]

TARGETS: Final = ("python", "c")
LEVELS: Final = (0, 1, 2)


class Progress(NamedTuple):
    """How far a compilation has come.

    `total` is the number of bytes that there will be, or None if it is not known.
    """

    bytes_received: int
    total: int | None
    functions_translated: int


ProgressCallback = Callable[[Progress], Awaitable[object] | object]


class CompileOptions(TypedDict, total=False):
    """The keyword arguments that every way to compile takes. Each may be left out.

    - `features`: what a module may use: `"wasm1"`, `"wasm2"`, `"wasm3"`, `"all"` or an
      iterable of names of proposals (see `wasm2py.spec.features`); everything that is
      standardised, and threads, by default.
    - `target`: `"python"`, the default, or `"c"`: functions are compiled by the C compiler
      of the machine, and kept in the folder of the cache from then on.
    - `optimize`: how much work goes into fast code: 0, 1 or 2, the default.
    - `metered`: whether instructions are counted, for `Limits(fuel=...)`; not by default.
    - `builtins`: the sets of built-in functions that the module may import, of which
      there is `"js-string"`.
    - `imported_string_constants`: the module name under which every import is a string
      constant, the one that its field name spells.
    - `names_from`: the JavaScript that the module is published with, a path or bytes, for
      readable names of imports and exports; it is not run (see `docs/emscripten.md`).
    - `executor`: where functions are translated, for instance a
      `concurrent.futures.ProcessPoolExecutor`; in the calling thread by default.
    - `cache`: where translations are kept for the next time: a folder, or True for the
      one of the command line; nowhere by default.
    - `max_output`: how many bytes of source and data may be generated; 2 GiB by default.
    - `max_memory`: how many bytes the translation may hold at a time, by an estimate from
      above that `docs/limits.md` describes; 16 GiB by default.
    - `snapshot`: True to initialise the module when it is compiled, by its start function,
      `_initialize` and `wizer.initialize`; or, in place of the last, the name of an export to
      call for that, or a callable that is given the instance. Each
      instance begins as it is then (see `docs/snapshots.md`). False, the default: no.
    - `progress`: called with a `Progress` after each piece of the module; the streaming
      calls take a coroutine function as well.
    """

    features: str | Iterable[str] | None
    target: Target
    optimize: int
    metered: bool
    builtins: Sequence[str]
    imported_string_constants: str | None
    names_from: str | PathLike[str] | bytes | None
    executor: Executor | None
    cache: bool | str | PathLike[str]
    max_output: int
    max_memory: int
    snapshot: Initializer
    progress: ProgressCallback | None


@runtime_checkable
class _Executor(Protocol):
    """What can be told from an executor's looks."""

    def submit(self) -> object: ...


_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "features": (Iterable, NoneType),
    "target": (str,),
    "optimize": (int,),
    "metered": (bool,),
    "builtins": (Collection,),
    "imported_string_constants": (str, NoneType),
    "names_from": (str, PathLike, bytes, NoneType),
    "executor": (_Executor, NoneType),
    "cache": (bool, str, PathLike),
    "max_output": (int,),
    "max_memory": (int,),
    "snapshot": (bool, str, Callable),  # type: ignore[dict-item]
    "progress": (Callable, NoneType),  # type: ignore[dict-item]
}
"""Of the values of compile options."""


class Settings(NamedTuple):
    """Compile options that have been checked, with the defaults."""

    features: Features
    target: Target
    optimize: int
    metered: bool
    builtins: tuple[str, ...]
    imported_string_constants: str | None
    names_from: str | PathLike[str] | bytes | None
    executor: Executor | None
    cache: bool | str | PathLike[str]
    max_output: int
    max_memory: int
    snapshot: Initializer
    progress: ProgressCallback | None


def settings(given: CompileOptions) -> Settings:
    """Check compile options, and fill in the defaults.

    Raises TypeError for an unknown option or a value of another type, ValueError for an
    unknown feature, target or level of optimisation and for a size that is not positive.
    """
    for name, value in given.items():
        if name not in _TYPES:
            raise TypeError(f"unexpected keyword argument {name!r}")
        if not isinstance(value, _TYPES[name]):
            wanted = " or ".join(kind.__name__ for kind in _TYPES[name])
            raise TypeError(f"{name} must be {wanted}, not {type(value).__name__}")
    target = given.get("target", "python")
    if target not in TARGETS:
        raise ValueError(f"unknown target {target!r}: it must be 'python' or 'c'")
    optimize = given.get("optimize", 2)
    if optimize not in LEVELS:
        raise ValueError(f"optimize must be 0, 1 or 2, not {optimize!r}")
    builtins = given.get("builtins", ())
    if isinstance(builtins, str) or not all(isinstance(name, str) for name in builtins):
        raise TypeError("builtins must be names: a sequence of str, and not a str")
    return Settings(
        feature_set(given.get("features")),
        target,
        optimize,
        given.get("metered", False),
        tuple(builtins),
        given.get("imported_string_constants"),
        given.get("names_from"),
        given.get("executor"),
        given.get("cache", False),
        _size("max_output", given.get("max_output", limits.MAX_OUTPUT)),
        _size("max_memory", given.get("max_memory", limits.MAX_MEMORY)),
        given.get("snapshot", False),
        given.get("progress"),
    )


def _size(name: str, value: int) -> int:
    if isinstance(value, bool):
        raise TypeError(f"{name} must be int, not bool")
    if value < 1:
        raise ValueError(f"{name} must be positive, not {value}")
    return value
