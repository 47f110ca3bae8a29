"""A module as it is between any two passes: checked, and to be executed by the interpreter."""

from __future__ import annotations

from collections.abc import Iterator

from tests.ir.interpreter import interpreted_module
from wasm2py.features import DEFAULT_FEATURES, Features
from wasm2py.function import Options, linked_function, run_passes
from wasm2py.ir.check import BrokenCode, check
from wasm2py.ir.function import Function
from wasm2py.ir.text import print_function, print_graph
from wasm2py.module_reader import ModuleReader
from wasm2py_runtime.module import Module


def stages(
    wasm: bytes, options: Options, features: Features = DEFAULT_FEATURES
) -> Iterator[tuple[str, Module]]:
    """The passes that have just run, and the module, whose functions are what they have made of it.

    All functions go on by a pass at a time, and are checked then. Passes that have changed nothing
    but what is known of variables are left out.
    """
    reader = ModuleReader(features)
    jobs = list(reader.receive(wasm))
    jobs += reader.receive(b"")
    env = reader.env
    functions = {job.funcidx: linked_function(env, job) for job in jobs}
    for function in functions.values():
        check(env, function)
    module = interpreted_module(env, bytes(reader.data), functions)
    yield "builder", module
    running = {
        index: run_passes(env, function, options)
        for index, function in functions.items()
    }
    shown = {index: printed(function) for index, function in functions.items()}
    while running:
        names = set()
        for index, passes in list(running.items()):
            name = next(passes, None)
            if name is None:
                del running[index]
                continue
            try:
                check(env, functions[index])
            except BrokenCode as broken:
                raise BrokenCode(f"function {index}, after {name}: {broken}") from None
            text = printed(functions[index])
            if text != shown[index]:
                shown[index] = text
                names.add(name)
        if names:
            yield "+".join(sorted(names)), module


def printed(function: Function) -> str:
    """A function as text, as a graph or as structured code."""
    if function.blocks:
        return print_graph("f", function.type, function.blocks)
    return print_function("f", function.type, function.statements)


def check_stages(
    wasm: bytes, options: Options, features: Features = DEFAULT_FEATURES
) -> None:
    """Check a module between all passes; raises `BrokenCode`."""
    for _ in stages(wasm, options, features):
        pass
