"""A module as it is between any two passes: checked, and to be executed by the interpreter."""

from __future__ import annotations

from collections.abc import Iterator

from tests.ir.interpreter import Machine
from wasm2py.binary.module_reader import FunctionJob, ModuleReader
from wasm2py.ir.check import BrokenCode
from wasm2py.ir.function import Function
from wasm2py.ir.text import print_graph
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.features import DEFAULT_FEATURES, Features
from wasm2py.targets.base import Options
from wasm2py.targets.python.pipeline import LARGEST_EXPRESSION, Work, run_passes
from wasm2py.targets.python.tree.check import check
from wasm2py.targets.python.tree.function import StructuredFunction
from wasm2py.targets.python.tree.text import print_function
from wasm2py.translation.function import linked_function
from wasm2py_runtime.module import Module


def stages(
    wasm: bytes, options: Options, features: Features = DEFAULT_FEATURES
) -> Iterator[tuple[str, Module]]:
    """The passes that have just run, and the module, whose functions are what they have made of it.

    All functions go on by a pass at a time, and are checked then. Passes that have changed nothing
    but what is known of variables are left out.
    """
    reader, functions = _linked(wasm, options, features)
    machine = Machine(reader.env, functions)
    module = machine.module(bytes(reader.data))
    shown = {index: printed(function) for index, function in functions.items()}
    yield "builder", module
    running = {
        index: _checked(reader, index, functions, options) for index in functions
    }
    while running:
        names = set()
        for index, passes in list(running.items()):
            name = next(passes, None)
            text = printed(functions[index])
            if name is None:
                del running[index]
            elif text != shown[index]:
                shown[index] = text
                names.add(name)
        if names:
            yield "+".join(sorted(names)), module


def check_stages(
    wasm: bytes, options: Options, features: Features = DEFAULT_FEATURES
) -> None:
    """Check the functions of a module between all passes; raises `BrokenCode`."""
    reader, functions = _linked(wasm, options, features)
    for index in functions:
        for _ in _checked(reader, index, functions, options):
            pass


def optimised(
    env: ModuleEnvironment, job: FunctionJob, options: Options
) -> StructuredFunction:
    """A function after the passes of the target Python."""
    work = Work(env, linked_function(env, job, LARGEST_EXPRESSION))
    for _ in run_passes(work, options):
        pass
    return work.structured


def _linked(
    wasm: bytes, options: Options, features: Features
) -> tuple[ModuleReader, dict[int, Function]]:
    reader = ModuleReader(features)
    reader.env.metered = options.metered
    jobs = [*reader.receive(wasm), *reader.receive(b"")]
    return reader, {
        job.funcidx: linked_function(reader.env, job, LARGEST_EXPRESSION)
        for job in jobs
    }


def _checked(
    reader: ModuleReader, index: int, functions: dict[int, Function], options: Options
) -> Iterator[str]:
    """The names of the passes, after each of which a function has been checked, and put in its place."""
    name = "builder"
    try:
        work = Work(reader.env, functions[index])
        check(reader.env, work.function)
        for name in run_passes(work, options):
            check(reader.env, work.function)
            functions[index] = work.function
            yield name
    except BrokenCode as broken:
        raise BrokenCode(f"function {index}, after {name}: {broken}") from None


def printed(function: Function) -> str:
    """A function as text, as a graph or as structured code."""
    if isinstance(function, StructuredFunction):
        return print_function("f", function)
    return print_graph("f", function.type, function.blocks)
