"""A whole C function for a WebAssembly function."""

from __future__ import annotations

from typing import Final

from wasm2py.ir.effects import TRAPS
from wasm2py.ir.function import Function
from wasm2py.ir.nodes import TUPLE
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.opcodes import FLOATS
from wasm2py.targets.c.code import c_type, floating, member
from wasm2py.targets.c.expressions import MANY, Expressions
from wasm2py.targets.c.layout import laid_out
from wasm2py.targets.c.signatures import Signatures, declared_parameters, has_array
from wasm2py.targets.c.statements import Statements

# A frame may be larger than what a check leaves room for.
_LARGE_FRAME: Final = 2048
_SLOT: Final = 8  # bytes for a variable
_SAVED: Final = 256  # bytes for what compilers add
# A compiler may keep each value that it calculates in its frame.
_MANY_LINES: Final = 128


def function_source(
    env: ModuleEnvironment,
    signatures: Signatures,
    funcidx: int,
    function: Function,
    most_source: int,
) -> str:
    """The text of `f<funcidx>`, ending with a newline.

    Raises `SourceTooLong` for a text of more than `most_source` characters.
    """
    expressions = Expressions(env, signatures, function)
    writer = Statements(expressions, most_source)
    writer.write(function.blocks)
    head = _head(signatures, funcidx, function)
    if _can_be_left(expressions):
        kind = "RECURSIVE" if funcidx in function.calls else "FRAMED"
        head = f"W2P_{kind} {head}"
    lines = laid_out(head, 0)
    lines.append("{")
    for part in (_checks(expressions, writer.lines), _declarations(expressions)):
        if part:
            lines += [*part, ""]
    lines += [*writer.lines, "}"]
    return "\n".join(lines) + "\n"


def _head(signatures: Signatures, funcidx: int, function: Function) -> str:
    type = function.type
    names = [f"v{variable}" for variable in range(len(type.params))]
    result = signatures.result(type.results)
    return f"{result} f{funcidx}({declared_parameters(type, names)})"


def _can_be_left(e: Expressions) -> bool:
    """Whether a trap, an exception or an interruption can leave the function."""
    return bool(e.effects & TRAPS) or any(block.is_loop for block in e.function.blocks)


def _declarations(e: Expressions) -> list[str]:
    function = e.function
    lines = []
    for memory in sorted(e.memories):
        base = f"I->memories[{memory}].base" if memory else "I->memory0"
        lines.append(f"    uint8_t *const m{memory} = {base};")
    if any(block.is_loop for block in function.blocks):
        lines.append("    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);")
    for kind, names in _variables(e).items():
        lines += laid_out(f"{kind} {', '.join(names)};", 4)
    return lines


def _variables(e: Expressions) -> dict[str, list[str]]:
    """The variables to be declared, with their first values, by their types in C."""
    function = e.function
    zeroed = set(function.zeroed)
    found: dict[str, list[str]] = {}
    for variable in sorted(e.variables):
        name, type = e.variables[variable], function.types[variable]
        if type == TUPLE:
            length = len(function.tuples[variable])
            found.setdefault("w2p_value", []).append(f"{name}[{length}]")
            continue
        if variable < function.params:
            if not has_array(function.type):
                continue
            name += f" = args[{function.arguments[variable]}].{member(type)}"
        elif variable in zeroed:
            name += f" = {_zero(type)}"
        found.setdefault(c_type(type), []).append(name)
    if e.most_arguments:
        found.setdefault("w2p_value", []).append(f"{MANY}[{e.most_arguments}]")
    for kind, names in e.temporaries.items():
        found.setdefault(kind, []).extend(names)
    return found


def _zero(type: str) -> str:
    return floating(0, type).text if type in FLOATS else "0"


def _checks(e: Expressions, lines: list[str]) -> list[str]:
    """What is tested first, before anything is put into the frame.

    That is whether the stack has room for this function, and for those it calls.
    """
    function = e.function
    slots = len(e.variables) + e.most_arguments + sum(map(len, e.temporaries.values()))
    slots += sum(len(function.tuples.get(variable, ())) for variable in e.variables)
    size = slots * _SLOT + _SAVED
    if size > _LARGE_FRAME:
        return [f"    W2P_CHECK_STACK_FOR(I, {size});"]
    if function.calls or function.views or len(lines) > _MANY_LINES:
        return ["    W2P_CHECK_STACK(I);"]
    return []
