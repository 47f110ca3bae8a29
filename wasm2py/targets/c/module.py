"""What belongs to a module as a whole: the header of all its files, and what the runtime is told of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.opcodes import FLOATS
from wasm2py.spec.types import FuncType
from wasm2py.targets.base import FunctionCode
from wasm2py.targets.c.code import c_type, letter, member
from wasm2py.targets.c.expressions import has_cell
from wasm2py.targets.c.layout import laid_out
from wasm2py.targets.c.signatures import (
    INSTANCE,
    MOST_MEMBERS,
    Signatures,
    declared_parameters,
    has_array,
    parameter_types,
)

_HEADER: Final = """\
/* What all functions of the module know of it. */

#ifndef W2P_MODULE_H
#define W2P_MODULE_H

#include "wasm2py.h"
#include "numeric.h"
#include "access.h"
"""


def header(env: ModuleEnvironment) -> str:
    """The text of `module.h`."""
    signatures = Signatures(env)
    lines = [_HEADER]
    lines += _instance(env)
    lines += _results(signatures)
    lines.append(
        "/* Types of functions, and calls of functions that are known by their types only. */"
    )
    for type in signatures.first:
        lines += _type(signatures, type)
    lines += ["", "/* Functions. */"]
    for funcidx in range(env.imported_functions):
        lines += _import(signatures, funcidx, env.func_type(funcidx))
    lines += ["", *_PUSHED]
    for funcidx in range(env.imported_functions, len(env.functions)):
        type = env.func_type(funcidx)
        result = signatures.result(type.results)
        lines += laid_out(f"{result} f{funcidx}({parameter_types(type)});", 0)
    lines += [*_POPPED, "", "#endif"]
    return "\n".join(lines) + "\n"


_PUSHED: Final = ("#ifdef __GNUC__", "#pragma GCC visibility push(hidden)", "#endif")
_POPPED: Final = ("#ifdef __GNUC__", "#pragma GCC visibility pop", "#endif")


def _instance(env: ModuleEnvironment) -> list[str]:
    lines = ["struct instance {", "    w2p_instance base;"]
    for index, type in enumerate(env.globals):
        if has_cell(env, index):
            # A value that is set before a trap is seen after it.
            lines.append(f"    volatile {c_type(type.type)} g{index};")
    lines += ["};", ""]
    lines += ["#define own(I) ((struct instance *)(I))", ""]
    return lines


def _results(signatures: Signatures) -> list[str]:
    lines = []
    for results, number in signatures.results.items():
        lines.append(f"struct results{number} {{")
        if len(results) > MOST_MEMBERS:
            lines.append(f"    w2p_value e[{len(results)}];")
        else:
            lines += [f"    {c_type(type)} e{at};" for at, type in enumerate(results)]
            if not FLOATS.isdisjoint(results):
                # Compilers agree on structs that are too large for registers only.
                lines.append("    uint64_t beyond_registers[2];")
        lines += ["};", ""]
    return lines


def _type(signatures: Signatures, type: FuncType) -> list[str]:
    result, pointer = signatures.result(type.results), signatures.pointer(type)
    lines = laid_out(f"typedef {result} (*{pointer})({parameter_types(type)});", 0)
    names = [f"p{at}" for at in range(len(type.params))]
    params = declared_parameters(type, names).replace(INSTANCE, "w2p_function f", 1)
    head = f"static inline {result} {signatures.call(type)}({params}) {{"
    lines += [*laid_out(head, 0), *_check(type, "f.instance")]
    lines += _called(type, f"(({pointer})f.code)", "f.instance")
    return [*lines, "}"]


def _import(signatures: Signatures, funcidx: int, type: FuncType) -> list[str]:
    result = signatures.result(type.results)
    names = [f"p{at}" for at in range(len(type.params))]
    head = f"static inline {result} f{funcidx}({declared_parameters(type, names)}) {{"
    called = _called(type, signatures.call(type), f"I->imports[{funcidx}]")
    return [*laid_out(head, 0), *_check(type, "I"), *called, "}"]


def _check(type: FuncType, instance: str) -> list[str]:
    """What comes first where results are passed on that take much of the stack."""
    if len(type.results) <= MOST_MEMBERS:
        return []
    return [f"    W2P_CHECK_STACK({instance});"]


def _called(type: FuncType, function: str, *first: str) -> list[str]:
    """The body of a function that calls another one with its own arguments."""
    args = ["args"] if has_array(type) else [f"p{at}" for at in range(len(type.params))]
    text = f"{function}({', '.join([*first, *args])});"
    return laid_out(f"return {text}" if type.results else text, 4)


# What the runtime is told


def descriptor(env: ModuleEnvironment, codes: Sequence[FunctionCode]) -> str:
    """The text of `module.c`, once all functions are known."""
    signatures = Signatures(env)
    lines = [
        "/* What the runtime is told of the module. */",
        "",
        '#include "module.h"',
        "",
    ]
    for type in signatures.first:
        lines += _invoke(signatures, type)
        lines += _host(signatures, type)
    lines += _array("w2p_type", "types", [_row(signatures, type) for type in env.types])
    lines += _array("uint32_t", "function_types", map(str, env.functions))
    native = {code.funcidx for code in codes if code.native}
    defined = range(env.imported_functions, len(env.functions))
    rows = [f"(w2p_code)f{index}" if index in native else "NULL" for index in defined]
    lines += _array("w2p_code", "code", rows)
    offsets = {code.funcidx: code.offset for code in codes}
    rows = [str(offsets.get(index, 0)) for index in defined]
    lines += _array("uint32_t", "offsets", rows)
    cells = [
        f"offsetof(struct instance, g{index})" if has_cell(env, index) else "0"
        for index in range(len(env.globals))
    ]
    lines += _array("uint32_t", "global_cells", cells)
    lines += _module(env)
    return "\n".join(lines) + "\n"


def _module(env: ModuleEnvironment) -> list[str]:
    members = {
        "abi": "W2P_ABI",
        "instance_size": "sizeof(struct instance)",
        "types_count": str(len(env.types)),
        "functions_count": str(len(env.functions)),
        "imported_functions": str(env.imported_functions),
        "globals_count": str(len(env.globals)),
        "types": "types",
        "function_types": "function_types",
        "code": "code",
        "offsets": "offsets",
        "global_cells": "global_cells",
    }
    lines = ["const w2p_module w2p_the_module = {"]
    lines += [f"    .{name} = {value}," for name, value in members.items()]
    return [*lines, "};"]


def _array(type: str, name: str, rows: Iterable[str]) -> list[str]:
    # An array has one element at least.
    rows = list(rows) or ["{0}" if type == "w2p_type" else "0"]
    return [
        f"static const {type} {name}[] = {{",
        *(f"    {row}," for row in rows),
        "};",
        "",
    ]


def _row(signatures: Signatures, type: FuncType) -> str:
    number = signatures.first[type]
    text = " ".join([*type.params, "->", *type.results])
    kinds = "".join(map(letter, [*type.params, *type.results]))
    counts = f"{len(type.params)}, {len(type.results)}"
    return f'{{"{text}", {counts}, "{kinds}", invoke{number}, (w2p_code)host{number}}}'


def _invoke(signatures: Signatures, type: FuncType) -> list[str]:
    """A function that calls one of a type, with values from and to arrays."""
    number, results = signatures.first[type], type.results
    head = f"static void invoke{number}(w2p_function f, const w2p_value *args, w2p_value *results)"
    if has_array(type):
        args = ["args"]
    else:
        args = [f"args[{at}].{member(param)}" for at, param in enumerate(type.params)]
    call = f"(({signatures.pointer(type)})f.code)({', '.join(['f.instance', *args])})"
    lines = [head, "{", *_check(type, "f.instance")]
    if not type.params:
        lines.append("    (void)args;")
    if not results:
        lines += ["    (void)results;", *laid_out(f"{call};", 4)]
    elif len(results) == 1:
        lines += laid_out(f"results[0].{member(results[0])} = {call};", 4)
    else:
        lines += laid_out(f"{signatures.result(results)} r = {call};", 4)
        if len(results) > MOST_MEMBERS:
            lines.append("    memcpy(results, r.e, sizeof r.e);")
        else:
            lines += [
                f"    results[{at}].{member(result)} = r.e{at};"
                for at, result in enumerate(results)
            ]
    return [*lines, "}", ""]


def _host(signatures: Signatures, type: FuncType) -> list[str]:
    """The code of a host's function of a type."""
    number, params, results = signatures.first[type], type.params, type.results
    names = [f"p{at}" for at in range(len(params))]
    result = signatures.result(results)
    lines = laid_out(
        f"static {result} host{number}({declared_parameters(type, names)})", 0
    )
    lines += ["{", *_check(type, "I")]
    given, taken = "NULL", "NULL"
    if has_array(type):
        given = "args"
    elif params:
        lines.append(f"    w2p_value args[{len(params)}];")
        given = "args"
    if len(results) > MOST_MEMBERS:
        lines.append(f"    {result} r;")
        taken = "r.e"
    elif results:
        lines.append(f"    w2p_value results[{len(results)}];")
        taken = "results"
    if not has_array(type):
        lines += [
            f"    args[{at}].{member(param)} = p{at};"
            for at, param in enumerate(params)
        ]
    lines.append(f"    w2p_call_host(I, {given}, {taken});")
    if len(results) == 1:
        lines.append(f"    return results[0].{member(results[0])};")
    elif len(results) > MOST_MEMBERS:
        lines.append("    return r;")
    elif results:
        members = [f"results[{at}].{member(type)}" for at, type in enumerate(results)]
        lines += laid_out(f"return ({result}){{{', '.join(members)}}};", 4)
    return [*lines, "}", ""]
