"""The reference that results are compared with: wasmtime."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import wasmtime
from wasmtime import TrapCode

from tests.outcomes import Outcome, encode

TRAPS = {
    TrapCode.STACK_OVERFLOW: "call stack exhausted",
    TrapCode.MEMORY_OUT_OF_BOUNDS: "out of bounds memory access",
    TrapCode.TABLE_OUT_OF_BOUNDS: "out of bounds table access",
    TrapCode.INDIRECT_CALL_TO_NULL: "uninitialized element",
    TrapCode.BAD_SIGNATURE: "indirect call type mismatch",
    TrapCode.INTEGER_OVERFLOW: "integer overflow",
    TrapCode.INTEGER_DIVISION_BY_ZERO: "integer divide by zero",
    TrapCode.BAD_CONVERSION_TO_INTEGER: "invalid conversion to integer",
    TrapCode.UNREACHABLE: "unreachable",
}

SAME_TRAPS = {
    # wasmtime has one code for an index outside of the table, whatever the
    # instruction; the specification's tests call it "undefined element" in
    # call_indirect.
    "undefined element": "out of bounds table access",
}


def engine(*, canonical_nans: bool = True) -> wasmtime.Engine:
    """An engine of WebAssembly 2.0; its NaNs are canonical, or the processor's own."""
    config = wasmtime.Config()
    config.cranelift_nan_canonicalization = canonical_nans
    config.wasm_multi_value = True
    config.wasm_bulk_memory = True
    config.wasm_reference_types = True
    config.wasm_simd = False
    config.wasm_relaxed_simd = False
    config.wasm_tail_call = False
    config.wasm_multi_memory = False
    config.wasm_memory64 = False
    return wasmtime.Engine(config)


def limited_engine(*, canonical_nans: bool = True) -> wasmtime.Engine:
    """An engine that stops what takes too long: its stores are to be given fuel."""
    config = wasmtime.Config()
    config.cranelift_nan_canonicalization = canonical_nans
    config.consume_fuel = True
    return wasmtime.Engine(config)


class Reference:
    """An instance in wasmtime, called by export name."""

    def __init__(
        self,
        engine: wasmtime.Engine,
        wasm: bytes,
        host: Callable[[str, Sequence[Any]], Any] | None = None,
        fuel: int | None = None,
    ) -> None:
        """`host` is called with the name of an imported function and its arguments.

        `fuel` is what an engine that is limited may burn before it traps.
        """
        self.store = wasmtime.Store(engine)
        if fuel is not None:
            self.store.set_fuel(fuel)
        module = wasmtime.Module(engine, wasm)
        imports = [self._import(item, host) for item in module.imports]
        instance = wasmtime.Instance(self.store, module, imports)
        self.exports = instance.exports(self.store)
        self.names = [item.name for item in module.exports]

    def _import(
        self,
        item: wasmtime.ImportType,
        host: Callable[[str, Sequence[Any]], Any] | None,
    ) -> wasmtime.Func:
        if host is None or not isinstance(item.type, wasmtime.FuncType):
            raise TypeError(f"no such import: {item.module}.{item.name}")
        name = item.name or ""
        function = host
        return wasmtime.Func(self.store, item.type, lambda *args: function(name, args))

    def call(self, name: str, args: Sequence[Any]) -> Outcome:
        """What a call of an exported function does."""
        function = self.exports[name]
        if not isinstance(function, wasmtime.Func):
            raise TypeError(f"not a function: {name}")
        try:
            value = function(self.store, *args)
        except wasmtime.Trap as trap:
            code = trap.trap_code
            if code not in TRAPS:
                raise
            return {"trap": TRAPS[code]}
        if value is None:
            return {"result": []}
        values = value if isinstance(value, list) else [value]
        return {"result": [encode_value(item) for item in values]}


def encode_value(value: Any) -> Any:
    """The JSON form of a value of wasmtime's interface."""
    return encode(value.value if isinstance(value, wasmtime.Val) else value)


def normalised(outcome: Outcome) -> Outcome:
    """The outcome with the traps that wasmtime does not tell apart made one."""
    trap = outcome.get("trap")
    return {"trap": SAME_TRAPS.get(trap, trap)} if trap else outcome
