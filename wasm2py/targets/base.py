"""What a target is: it makes code of the graph of a function.

Translation decodes, validates and builds, and knows targets by name (`wasm2py.targets.registry`). What comes
after the graph is the target's own: which passes run, and in which order, and how code is written.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from wasm2py.binary.module_reader import FunctionJob
    from wasm2py.ir.function import Function
    from wasm2py.spec.environment import ModuleEnvironment


class Options(NamedTuple):
    """How functions are translated."""

    optimize: int = 2  # how much work goes into fast code: 0, 1 or 2
    tune: str = "cpython"  # whose strengths the code plays to: "cpython" or "pypy"
    without: tuple[str, ...] = ()  # passes that are left out
    target: str = "python"  # a name in the registry of targets
    metered: bool = False  # instructions are counted


DEFAULT_OPTIONS: Final = Options()


class FunctionCode(NamedTuple):
    """A translated function."""

    funcidx: int
    offset: int  # of the body in the module
    size: int  # of the body, in bytes
    source: str  # of `def f<funcidx>(...)`, ending with a newline
    calls: tuple[int, ...]  # the functions that it calls directly
    views: tuple[tuple[int, int], ...]  # (tableidx, typeidx) of its indirect calls
    # The views of memories that it uses: memidx, name without the two numbers, distance in bytes.
    memory_views: tuple[tuple[int, str, int], ...] = ()
    native: str = ""  # of the same function in C; empty where it has none


class SourceTooLong(Exception):
    """A function's source would have more characters than it may."""


class Target(Protocol):
    """Makes code of functions.

    Its runtime promises what `wasm2py.spec.addresses` says of memories.
    """

    @property
    def largest_expression(self) -> int:
        """How large expressions may become (see `Expression`) before a temporary cuts them."""
        ...

    @property
    def optional_passes(self) -> Collection[str]:
        """The names that `Options.without` may have, in the order of the passes."""
        ...

    def translate(
        self,
        env: ModuleEnvironment,
        job: FunctionJob,
        function: Function,
        options: Options,
        most_source: int,
    ) -> FunctionCode:
        """The code of a job's function, of whose linked graph nothing may be left afterwards.

        Raises `SourceTooLong` where the source would have more than `most_source` characters:
        then the function may be asked for again, with a graph that has fewer variables.
        """
        ...

    def renumbered(self, code: FunctionCode, job: FunctionJob) -> FunctionCode:
        """The code of a job's function, which has the type and the body of one that is at hand.

        Its number has as many digits as that one's.
        """
        ...


class SourceTarget(Protocol):
    """Makes C of a module, of which functions are a part (`FunctionCode.native`)."""

    @property
    def largest_expression(self) -> int:
        """How large expressions may become (see `Expression`) before a temporary cuts them."""
        ...

    def source(
        self,
        env: ModuleEnvironment,
        job: FunctionJob,
        function: Function,
        most_source: int,
    ) -> str:
        """The text of a job's function, of whose linked graph nothing may be left afterwards.

        Raises `SourceTooLong` as a target does.
        """
        ...

    def renumbered(self, source: str, code: FunctionCode, job: FunctionJob) -> str:
        """The text of a job's function, which has the type and the body of one that is at hand."""
        ...

    def header(self, env: ModuleEnvironment) -> str:
        """The text of module.h, which the files of functions include.

        All that comes before the functions is known in the environment.
        """
        ...

    def module(self, env: ModuleEnvironment, codes: Sequence[FunctionCode]) -> str:
        """The text of module.c, which describes the module: all its functions are at hand."""
        ...
