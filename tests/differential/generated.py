"""Generated modules, what to call in them, and what wasmtime says the calls do."""

from __future__ import annotations

import hashlib
import itertools
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

import wasmtime

from tests.outcomes import decode
from tests.reference import Reference, encode_value, engine, normalised
from tests.wasm_tools import smith

SEED_BYTES = 3000
FUEL = 400
CALLS_EACH = 3

_DISABLED = (
    *("compact-imports", "custom-descriptors", "custom-page-sizes", "exceptions"),
    *("extended-const", "gc", "memory64", "relaxed-simd", "shared-everything-threads"),
    *("simd", "tail-call", "threads", "wide-arithmetic"),
)
_OPTIONS = {
    # The signs and payloads of NaNs are for engines to choose.
    "canonicalize-nans": "true",
    "allow-start-export": "false",
    "export-everything": "true",
    "max-funcs": "6",
    "max-imports": "0",
    "max-instructions": "250",
    "max-memories": "1",
    "max-memory32-bytes": "262144",
    "max-table-elements": "50",
    "max-tables": "2",
    "memory-max-size-required": "true",
    "min-exports": "3",
    "min-funcs": "2",
    "min-memories": "1",
    "table-max-size-required": "true",
    **{f"{feature}-enabled": "false" for feature in _DISABLED},
}
_CONTROL_FLOW = {
    "allowed-instructions": "numeric,control,variable,parametric",
    "max-instructions": "2000",
    "max-nesting-depth": "1000",
}

_ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "i32": (0, 1, -1, 2, 7, 31, 255, 65535, 65536, 2**31 - 1, -(2**31), 0x12345678),
    "i64": (0, 1, -1, 2, 63, 2**31, 2**32, -(2**32), 2**63 - 1, -(2**63), 10**15),
    "f32": (0.0, -0.0, 1.0, -1.5, 0.1, 1e10, -1e30, 1e-40, "inf", "-inf", "nan"),
    "f64": (0.0, -0.0, 1.0, -2.5, 0.1, 4294967296.5, 1e300, 5e-324, "inf", "nan"),
    "funcref": (None,),
    # What wasmtime's Python interface calls externref.
    "anyref": (None,),
}


class Call(NamedTuple):
    """A call of an exported function; its arguments in their JSON forms."""

    export: str
    args: list[Any]


class Case(NamedTuple):
    """A module of a seed, and what `expected` says of it."""

    seed: int
    wasm: bytes
    expected: dict[str, Any]


def generate(seed: int) -> bytes | None:
    """The module of a seed.

    Every other one has nothing in it that can trap but the end of its fuel; of the
    others, every other one is large and all arithmetic and control flow.
    """
    options = ["--ensure-termination", "--fuel", str(FUEL)]
    chosen, size = dict(_OPTIONS), SEED_BYTES
    chosen["disallow-traps"] = "true" if seed % 2 else "false"
    if seed % 4 == 2:
        chosen |= _CONTROL_FLOW
        size *= 3
    for name, value in chosen.items():
        options += [f"--{name}", value]
    return smith(random.Random(seed).randbytes(size), options)


def plan(module: wasmtime.Module, seed: int) -> list[list[Call]]:
    """For each exported function, calls with arguments drawn by the seed."""
    chooser = random.Random(seed)
    return [
        [
            Call(item.name, [chooser.choice(_ARGUMENTS[str(kind)]) for kind in params])
            for _ in range(CALLS_EACH if params else 1)
        ]
        for item in module.exports
        if isinstance(item.type, wasmtime.FuncType)
        for params in [item.type.params]
    ]


class Generator:
    """Generated modules together with what they are to do."""

    def __init__(self) -> None:
        self._engine = engine()
        self._other = engine(canonical_nans=False)

    def cases(self, first: int, count: int) -> Iterator[Case]:
        """`count` modules, from the first seed on.

        Left out are seeds without a module, and modules that observe which NaN an
        instruction gives (as `f32.demote_f64` may, in spite of the option above): that
        is for engines to choose, and two of wasmtime's choices tell.
        """
        found = (self._case(seed) for seed in itertools.count(first))
        return itertools.islice((case for case in found if case), count)

    def _case(self, seed: int) -> Case | None:
        wasm = generate(seed)
        if wasm is None:
            return None
        wanted = expected(self._engine, wasm, seed)
        if wanted != expected(self._other, wasm, seed):
            return None
        return Case(seed, wasm, wanted)


def expected(engine: wasmtime.Engine, wasm: bytes, seed: int) -> dict[str, Any]:
    """What the calls of the plan do in wasmtime.

    Each function has an instance of its own, since a call may use up the fuel of all
    that follow. In JSON forms: {"runs": [{"calls": [{"call", "args", "outcome"}],
    "state": ...}]}; or {"instantiation": trap} for a module that traps when it is
    instantiated.
    """
    runs = []
    for calls in plan(wasmtime.Module(engine, wasm), seed):
        try:
            reference = Reference(engine, wasm)
        except wasmtime.Trap as trap:
            return {"instantiation": str(trap)}
        done = [
            {
                "call": call.export,
                "args": call.args,
                "outcome": normalised(
                    reference.call(call.export, [decode(form) for form in call.args])
                ),
            }
            for call in calls
        ]
        runs.append({"calls": done, "state": state(reference)})
    return {"runs": runs}


def state(reference: Reference) -> dict[str, Any]:
    """Contents of what is exported, by export name; of memories a digest."""
    store = reference.store
    state: dict[str, Any] = {}
    for name in reference.names:
        item = reference.exports[name]
        if isinstance(item, wasmtime.Memory):
            content = item.read(store, 0, item.data_len(store))
            state[name] = hashlib.sha256(content).hexdigest()
        elif isinstance(item, wasmtime.Global):
            state[name] = encode_value(item.value(store))
        elif isinstance(item, wasmtime.Table):
            state[name] = item.size(store)
    return state
