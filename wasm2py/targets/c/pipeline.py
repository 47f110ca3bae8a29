"""The target C: which passes make code of a function's graph, and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from weakref import WeakKeyDictionary

from wasm2py.analysis.forward_substitution import fold_temporaries
from wasm2py.analysis.liveness import MOST_LOCALS, find_live, remove_dead_assignments
from wasm2py.binary.module_reader import FunctionJob
from wasm2py.ir.function import Function
from wasm2py.ir.graph import take_apart
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.targets.base import FunctionCode
from wasm2py.targets.c.function import function_source
from wasm2py.targets.c.module import descriptor, header
from wasm2py.targets.c.signatures import Signatures

LARGEST_EXPRESSION: Final = 80  # a line or two


class CTarget:
    """Makes C functions; see `wasm2py.targets.base.SourceTarget`."""

    def __init__(self) -> None:
        self._signatures: WeakKeyDictionary[ModuleEnvironment, Signatures] = (
            WeakKeyDictionary()
        )

    @property
    def largest_expression(self) -> int:
        """How large expressions may become before a temporary cuts them."""
        return LARGEST_EXPRESSION

    def source(
        self,
        env: ModuleEnvironment,
        job: FunctionJob,
        function: Function,
        most_source: int,
    ) -> str:
        """A job's function as the text of a C function."""
        blocks = function.blocks
        if function.locals <= MOST_LOCALS:
            live = find_live(blocks, function.locals)
            remove_dead_assignments(blocks, live, function.locals)
            function.keep_zeros(live[0])
        fold_temporaries(blocks, function)
        signatures = self._signatures.get(env)
        if signatures is None:
            signatures = self._signatures[env] = Signatures(env)
        source = function_source(env, signatures, job.funcidx, function, most_source)
        take_apart(blocks)
        return source

    def renumbered(self, source: str, code: FunctionCode, job: FunctionJob) -> str:
        """The same function under another name."""
        return source.replace(f" f{code.funcidx}(", f" f{job.funcidx}(", 1)

    def header(self, env: ModuleEnvironment) -> str:
        """The text of module.h."""
        return header(env)

    def module(self, env: ModuleEnvironment, codes: Sequence[FunctionCode]) -> str:
        """The text of module.c."""
        return descriptor(env, codes)
