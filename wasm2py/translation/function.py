"""A function job: from the bytes of a function body to the code that a target makes of it.

Jobs are independent of each other and picklable, so that any executor can run them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import Final, TypeVar, cast

from wasm2py.binary.budget import too_much_output
from wasm2py.binary.decoder import (
    DeclaredLocals,
    decode_body,
    read_locals,
    used_locals,
)
from wasm2py.binary.module_reader import FunctionJob
from wasm2py.binary.reader import Reader
from wasm2py.ir.build.builder import Builder
from wasm2py.ir.build.metered import MeteredBuilder
from wasm2py.ir.build.runs import FEWEST_NAMES, MOST_NAMES
from wasm2py.ir.fuel import place_fuel
from wasm2py.ir.function import MOST_PARAMETERS, Function
from wasm2py.ir.graph import find_loops
from wasm2py.spec import limits
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.targets.base import FunctionCode, Options, SourceTooLong
from wasm2py.targets.registry import SOURCE_TARGETS, TARGETS
from wasm2py.translation.collector import rare_collections
from wasm2py.validation.function import Validator

T = TypeVar("T")

# Bytes of source for each byte of a body, and for a function: where there are more, values that come at
# once get no names.
_MOST_SOURCE: Final = 200
_LEAST_SOURCE: Final = 1000
# Of bodies of so many bytes at most, so many are remembered.
_SHORT: Final = 64
# Bodies of more bytes get code as with -O0. Of 290,817 that compilers have made none is half as large.
_MOST_OPTIMIZED: Final = 2 << 20
_MOST_KNOWN: Final = 4096


def translate_function(
    env: ModuleEnvironment,
    job: FunctionJob,
    options: Options,
    most_source: int = limits.MAX_OUTPUT,
) -> FunctionCode:
    """Decode, validate and translate one function.

    Raises `CompileError` for a body that is malformed or invalid, and where the source would
    have more than `most_source` bytes.
    """
    target = TARGETS[options.target]
    if len(job.body) > _MOST_OPTIMIZED:
        options = options._replace(optimize=0)
    code = _translated(
        env,
        job,
        target.largest_expression,
        lambda function, most: target.translate(env, job, function, options, most),
        most_source,
    )
    native = SOURCE_TARGETS.get(options.target)
    if native is None:
        return code
    source = _translated(
        env,
        job,
        native.largest_expression,
        lambda function, most: native.source(env, job, function, most),
        most_source,
    )
    return code._replace(native=source)


def _translated(
    env: ModuleEnvironment,
    job: FunctionJob,
    largest_expression: int,
    translate: Callable[[Function, int], T],
    most_source: int,
) -> T:
    """What is made of a function's graph, and of so many characters of source at most."""
    most = _MOST_SOURCE * len(job.body) + _LEAST_SOURCE
    try:
        return translate(
            linked_function(env, job, largest_expression, MOST_NAMES), most
        )
    except SourceTooLong:
        pass
    try:
        function = linked_function(env, job, largest_expression, FEWEST_NAMES)
        return translate(function, most_source)
    except SourceTooLong:
        raise too_much_output(most_source, job.offset, job.funcidx) from None


class FunctionTranslator:
    """Translates the functions of a module. Short ones that are the same are translated once."""

    def __init__(
        self, env: ModuleEnvironment, options: Options, most_source: int
    ) -> None:
        self._env = env
        self._options = options
        self._most_source = most_source
        self._known: dict[tuple[int, int, bytes], FunctionCode] = {}

    def translate(self, job: FunctionJob) -> FunctionCode:
        """Decode, validate and translate one function.

        Raises `CompileError` for a body that is malformed or invalid, and where its source
        would be too long.
        """
        if len(job.body) > _SHORT:
            return self._translate(job)
        # How code is laid out may depend on the number of digits in the name.
        digits = len(str(job.funcidx))
        key = self._env.functions[job.funcidx], digits, job.body
        known = self._known.get(key)
        if known is None:
            code = self._translate(job)
            if len(self._known) < _MOST_KNOWN:
                self._known[key] = code
            return code
        return renumbered(known, job, self._options)

    def _translate(self, job: FunctionJob) -> FunctionCode:
        with rare_collections():
            return translate_function(self._env, job, self._options, self._most_source)


def renumbered(code: FunctionCode, job: FunctionJob, options: Options) -> FunctionCode:
    """The code of a job's function, which has the type and the body of one that is at hand."""
    found = TARGETS[options.target].renumbered(code, job)
    native = SOURCE_TARGETS.get(options.target)
    if native is None:
        return found
    return found._replace(native=native.renumbered(code.native, code, job))


def linked_function(
    env: ModuleEnvironment,
    job: FunctionJob,
    largest_expression: int,
    most_names: int = MOST_NAMES,
) -> Function:
    """A function's graph as it has been built: its blocks are linked, its loops found.

    Expressions are no larger than `largest_expression` (see `wasm2py.ir.nodes.Expression`). More than `most_names` values that come at once are kept in a tuple. Raises `CompileError`
    for a body that is malformed or invalid.
    """
    builder, named = _built(env, job, largest_expression, most_names)
    type = env.func_type(job.funcidx)
    params = bisect_left(named, len(type.params))
    function = Function(type, params, len(named), builder)
    function.arguments = named[:params]
    if isinstance(builder, MeteredBuilder):
        place_fuel(function.blocks, builder.fuel)
    find_loops(function.blocks)
    return function


def _built(
    env: ModuleEnvironment, job: FunctionJob, largest_expression: int, most_names: int
) -> tuple[Builder, list[int]]:
    """A builder that has taken all instructions, and the locals that are variables.

    Of very many, those that no instruction names are left out.
    """
    type = env.func_type(job.funcidx)
    reader = Reader(job.body, job.offset, job.funcidx)
    declared = read_locals(reader, env.features, type.params)
    validator = Validator(env, type, declared, job.funcidx)
    numbers: dict[int, int] = {}
    many = len(type.params) > MOST_PARAMETERS
    if many or isinstance(declared, DeclaredLocals):
        used = used_locals(job.body, len(type.params), env)
        kept = 0 if many else len(type.params)
        named = [*range(kept), *(at for at in used if kept <= at < len(declared))]
        numbers = {local: number for number, local in enumerate(named)}
    else:
        named = list(range(len(declared)))
    types = [declared[local] for local in named]
    kind = MeteredBuilder if env.metered else Builder
    builder = kind(env, type, types, largest_expression, most_names)
    validate, build = validator.step, builder.step
    for opcode, imm, offset in decode_body(reader, env):
        validate(opcode, imm, offset)
        if numbers and opcode.immediates == "local":
            imm = numbers[cast(int, imm)]
        build(opcode, imm)
    return builder, named
