"""A function job: from the bytes of a function body to the text of a Python function.

Jobs are independent of each other and picklable, so that any executor can run them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Final, NamedTuple, cast

from wasm2py.analysis.forward_substitution import fold_temporaries
from wasm2py.analysis.liveness import MOST_LOCALS, find_live, remove_dead_assignments
from wasm2py.analysis.ranges.solver import find_ranges
from wasm2py.analysis.webs import split_variables
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
from wasm2py.ir.build.runs import FEWEST_NAMES, MOST_NAMES
from wasm2py.ir.function import Function
from wasm2py.ir.graph import find_loops, take_apart
from wasm2py.ir.text import print_function
from wasm2py.spec import limits
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.targets.python.choose.representation import choose_forms, plain_forms
from wasm2py.targets.python.emit.function import MOST_PARAMETERS, function_source
from wasm2py.targets.python.emit.statements import SourceTooLong
from wasm2py.targets.python.idioms.copy import find_copies
from wasm2py.targets.python.idioms.fill import fill_rows
from wasm2py.targets.python.idioms.sum import find_reductions
from wasm2py.targets.python.lower.address_forwarding import forward_addresses
from wasm2py.targets.python.lower.common_sums import share_sums
from wasm2py.targets.python.lower.counted_loops import count_loops
from wasm2py.targets.python.lower.f32_rounding import name_roundings
from wasm2py.targets.python.lower.rotation_sharing import share_rotations
from wasm2py.targets.python.lower.strength_reduction import rebase_variables
from wasm2py.targets.python.structure.cleanup import tidy
from wasm2py.targets.python.structure.dead_labels import remove_unused_labels
from wasm2py.targets.python.structure.structuring import structure
from wasm2py.translation.collector import rare_collections
from wasm2py.validation.function import Validator

# The passes that may be left out, and the level of optimisation from which on they run.
PASSES: Final = {
    "webs": 1,
    "folding": 1,
    "rebasing": 1,
    "ranges": 1,
    "counting": 1,
    "rotates": 1,
    "rows": 2,
    "reductions": 2,
    "copies": 2,
    "sharing": 1,
    "forwarding": 1,
    "rounding": 1,
    "forms": 1,
    "fields": 1,
}
# What makes code faster on CPython only.
_CPYTHON_PASSES: Final = frozenset(
    [
        "webs",
        "counting",
        "rotates",
        "reductions",
        "copies",
        "sharing",
        "forwarding",
        "rounding",
        "fields",
    ]
)


class Options(NamedTuple):
    """How functions are translated."""

    optimize: int = 2  # how much work goes into fast code: 0, 1 or 2
    tune: str = "cpython"  # whose strengths the code plays to: "cpython" or "pypy"
    without: tuple[str, ...] = ()  # passes that are left out

    def runs(self, name: str) -> bool:
        """Whether one of `PASSES` is to run."""
        if self.tune == "pypy" and name in _CPYTHON_PASSES:
            return False
        return self.optimize >= PASSES[name] and name not in self.without


DEFAULT_OPTIONS: Final = Options()

# Bytes of source for each byte of a body, and for a function: where there are more, values that come at
# once get no names.
_MOST_SOURCE: Final = 200
_LEAST_SOURCE: Final = 1000
# Of bodies of so many bytes at most, so many are remembered.
_SHORT: Final = 64
# Bodies of more bytes make so many objects that looking for cycles among them takes long.
_LARGE: Final = 1 << 15
_MOST_KNOWN: Final = 4096


class FunctionCode(NamedTuple):
    """A translated function."""

    funcidx: int
    offset: int  # of the body in the module
    size: int  # of the body, in bytes
    source: str  # of `def f<funcidx>(...)`, ending with a newline
    calls: tuple[int, ...]  # the functions that it calls directly
    views: tuple[tuple[int, int], ...]  # (tableidx, typeidx) of its indirect calls


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
    function = build_function(env, job, options, MOST_NAMES)
    most = _MOST_SOURCE * len(job.body) + _LEAST_SOURCE
    try:
        source = _python(env, job, options, function, most)
    except SourceTooLong:
        function = build_function(env, job, options, FEWEST_NAMES)
        try:
            source = _python(env, job, options, function, most_source)
        except SourceTooLong:
            raise too_much_output(most_source, job.offset, job.funcidx) from None
    return FunctionCode(
        job.funcidx,
        job.offset,
        len(job.body),
        source,
        tuple(sorted(function.calls)),
        tuple(sorted(function.views)),
    )


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
        # How a head is laid out depends on the number of digits in the name.
        digits = len(str(job.funcidx))
        key = self._env.functions[job.funcidx], digits, job.body
        known = self._known.get(key)
        if known is None:
            code = self._translate(job)
            if len(self._known) < _MOST_KNOWN:
                self._known[key] = code
            return code
        source = known.source.replace(f"f{known.funcidx}(", f"f{job.funcidx}(", 1)
        return known._replace(funcidx=job.funcidx, offset=job.offset, source=source)

    def _translate(self, job: FunctionJob) -> FunctionCode:
        with rare_collections() if len(job.body) > _LARGE else nullcontext():
            return translate_function(self._env, job, self._options, self._most_source)


def _python(
    env: ModuleEnvironment,
    job: FunctionJob,
    options: Options,
    function: Function,
    most_source: int,
) -> str:
    """Raises `SourceTooLong`."""
    if options.runs("forms"):
        forms = choose_forms(function, options.tune)
    else:
        forms = plain_forms(function)
    return function_source(
        env,
        job.funcidx,
        function,
        forms,
        words=options.tune == "pypy",
        fields=options.runs("fields"),
        rounding=options.runs("rounding"),
        most_source=most_source,
    )


def function_ir(env: ModuleEnvironment, job: FunctionJob, options: Options) -> str:
    """A function's intermediate representation as text.

    Raises `CompileError` for a body that is malformed or invalid.
    """
    function = build_function(env, job, options)
    return print_function(f"f{job.funcidx}", function.type, function.statements)


def build_function(
    env: ModuleEnvironment,
    job: FunctionJob,
    options: Options,
    most_names: int = MOST_NAMES,
) -> Function:
    """A function's intermediate representation, after the passes.

    More than `most_names` values that come at once are kept in a tuple. Raises `CompileError`
    for a body that is malformed or invalid.
    """
    function = linked_function(env, job, most_names)
    for _ in run_passes(env, function, options):
        pass
    return function


def linked_function(
    env: ModuleEnvironment, job: FunctionJob, most_names: int = MOST_NAMES
) -> Function:
    """A function's graph as it has been built: its blocks are linked, its loops found.

    More than `most_names` values that come at once are kept in a tuple. Raises `CompileError`
    for a body that is malformed or invalid.
    """
    builder, named = _built(env, job, most_names)
    type = env.func_type(job.funcidx)
    params = bisect_left(named, len(type.params))
    function = Function(type, params, len(named), builder)
    function.arguments = named[:params]
    find_loops(function.blocks)
    return function


def _built(
    env: ModuleEnvironment, job: FunctionJob, most_names: int
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
    builder = Builder(env, type, [declared[local] for local in named], most_names)
    validate, build = validator.step, builder.step
    for opcode, imm, offset in decode_body(reader, env):
        validate(opcode, imm, offset)
        if numbers and opcode.immediates == "local":
            imm = numbers[cast(int, imm)]
        build(opcode, imm)
    return builder, named


def run_passes(
    env: ModuleEnvironment, function: Function, options: Options
) -> Iterator[str]:
    """Run the passes on a linked function; gives the name of each when it is done.

    What there is between two passes is whole: it can be checked, and executed.
    """
    blocks = function.blocks
    if function.locals <= MOST_LOCALS:
        live = find_live(blocks, function.locals)
        remove_dead_assignments(blocks, live, function.locals)
        function.keep_zeros(live[0])
        yield "liveness"
        if options.runs("webs"):
            split_variables(blocks, function, live)
            yield "webs"
    if options.runs("folding"):
        fold_temporaries(blocks, function)
        yield "folding"
    loops = any(block.is_loop for block in blocks)
    if loops and options.runs("rebasing"):
        rebase_variables(blocks, function)
        yield "rebasing"
    if options.runs("ranges"):
        find_ranges(env, blocks, function)
        yield "ranges"
    function.statements = structure(blocks, function.types)
    function.blocks = []
    take_apart(blocks)
    yield "structure"
    function.statements = remove_unused_labels(function.statements)
    yield "labels"
    function.statements = tidy(function.statements)
    yield "tidy"
    for name, run in _TREE_PASSES.items():
        if options.runs(name) and (loops or name not in _FOR_LOOPS):
            run(function)
            yield name


_TREE_PASSES: Final[dict[str, Callable[[Function], None]]] = {
    "counting": count_loops,
    "rows": fill_rows,
    "reductions": find_reductions,
    "copies": find_copies,
    "rotates": share_rotations,
    "sharing": share_sums,
    "forwarding": forward_addresses,
    "rounding": name_roundings,
}
_FOR_LOOPS: Final = frozenset(["counting", "rows", "reductions", "copies"])
