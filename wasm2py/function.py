"""A function job: from the bytes of a function body to the text of a Python function.

Jobs are independent of each other and picklable, so that any executor can run them.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from wasm2py.environment import ModuleEnvironment
from wasm2py.instructions import decode_body, read_locals
from wasm2py.ir.builder import Builder
from wasm2py.ir.cfg import find_loops, link
from wasm2py.ir.nodes import Statement
from wasm2py.ir.structure import structure
from wasm2py.ir.text import print_function
from wasm2py.module_reader import FunctionJob
from wasm2py.passes.labels import remove_unused_labels
from wasm2py.passes.liveness import remove_dead_assignments
from wasm2py.passes.ranges import find_ranges
from wasm2py.passes.tidy import tidy
from wasm2py.reader import Reader
from wasm2py.targets.python.function import function_source
from wasm2py.types import FuncType
from wasm2py.validator import Validator


class Options(NamedTuple):
    """How functions are translated."""

    optimize: int = 2  # how much work goes into fast code: 0, 1 or 2
    tune: str = "cpython"  # whose strengths the code plays to: "cpython" or "pypy"


DEFAULT_OPTIONS: Final = Options()


class FunctionCode(NamedTuple):
    """A translated function."""

    funcidx: int
    offset: int  # of the body in the module
    size: int  # of the body, in bytes
    source: str  # of `def f<funcidx>(...)`, ending with a newline
    calls: tuple[int, ...]  # the functions that it calls directly
    views: tuple[tuple[int, int], ...]  # (tableidx, typeidx) of its indirect calls


class _Function(NamedTuple):
    """A function's intermediate representation."""

    type: FuncType
    locals: int  # parameters and locals
    types: list[str]  # of all variables
    zeroed: list[int]  # the locals whose initial value is read
    assigned_once: set[int]
    statements: list[Statement]
    calls: set[int]
    views: set[tuple[int, int]]


def translate_function(
    env: ModuleEnvironment, job: FunctionJob, options: Options
) -> FunctionCode:
    """Decode, validate and translate one function.

    Raises `CompileError` for a body that is malformed or invalid.
    """
    function = _build(env, job, options)
    source = function_source(
        env,
        job.funcidx,
        len(function.type.params),
        function.locals,
        function.types,
        function.zeroed,
        function.assigned_once,
        function.statements,
        options.tune,
    )
    return FunctionCode(
        job.funcidx,
        job.offset,
        len(job.body),
        source,
        tuple(sorted(function.calls)),
        tuple(sorted(function.views)),
    )


def function_ir(env: ModuleEnvironment, job: FunctionJob, options: Options) -> str:
    """A function's intermediate representation as text.

    Raises `CompileError` for a body that is malformed or invalid.
    """
    function = _build(env, job, options)
    return print_function(f"f{job.funcidx}", function.type, function.statements)


def _build(env: ModuleEnvironment, job: FunctionJob, options: Options) -> _Function:
    type = env.func_type(job.funcidx)
    reader = Reader(job.body, job.offset, job.funcidx)
    locals = read_locals(reader, env.features, type.params)
    validator = Validator(env, type, locals, job.funcidx)
    builder = Builder(env, type, locals)
    validate, build = validator.step, builder.step
    for opcode, imm, offset in decode_body(reader, env):
        validate(opcode, imm, offset)
        build(opcode, imm)
    blocks = link(builder.blocks)
    params = len(type.params)
    zeroed = remove_dead_assignments(blocks, params, len(locals))
    find_loops(blocks)
    if options.optimize:
        find_ranges(env, blocks, builder.types, zeroed)
    statements = remove_unused_labels(structure(blocks, builder.types))
    return _Function(
        type,
        len(locals),
        builder.types,
        zeroed,
        builder.assigned_once,
        tidy(statements),
        builder.calls,
        builder.views,
    )
