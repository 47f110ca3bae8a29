"""Validation without translation."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from wasm2py.binary.decoder import decode_body, read_locals
from wasm2py.binary.module_reader import FunctionJob, ModuleReader
from wasm2py.binary.reader import Reader
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.features import Features
from wasm2py.validation.function import Validator


def validate_function(env: ModuleEnvironment, job: FunctionJob) -> None:
    """Decode and validate one function.

    Raises CompileError for a body that is malformed or invalid.
    """
    type = env.func_type(job.funcidx)
    reader = Reader(job.body, job.offset, job.funcidx)
    with env.naming_functions():
        locals = read_locals(reader, env.features, type.params)
        validator = Validator(env, type, locals, job.funcidx)
        for opcode, imm, offset in decode_body(reader, env):
            validator.step(opcode, imm, offset)


def validate_module(chunks: Iterable[bytes], features: Features) -> ModuleEnvironment:
    """Read and validate a module whose bytes come in chunks that are not empty.

    Raises CompileError where it is malformed or invalid.
    """
    reader = ModuleReader(features, keep_contents=False)
    for chunk in chain(chunks, (b"",)):
        for job in reader.receive(chunk):
            validate_function(reader.env, job)
    return reader.env
