"""Generated loops with conditions that are carried across assignments, and what wasmtime says they do.

Compilers test what a variable was before it got its next value. What is assigned in between is made of the variables
that are tested, and of each other; some ways leave the loop, or the function with one of them.
"""

from __future__ import annotations

import random
from typing import Any

_TYPES = {
    "i32": ("p", "n", "a", "b"),  # the first two are parameters
    "i64": ("v", "w"),
    "f64": ("x", "y"),
}
_OPERATIONS = {
    "i32": ("add", "sub", "mul", "xor", "shl", "shr_u", "rotl"),
    "i64": ("add", "sub", "mul", "xor", "shr_s", "rotr"),
    "f64": ("add", "sub", "mul", "div"),
}
_RELATIONS = {
    "i32": ("eq", "ne", "lt_s", "lt_u", "ge_s", "gt_u"),
    "i64": ("eq", "ne", "lt_s", "le_u", "gt_s"),
    "f64": ("eq", "ne", "lt", "ge"),
}
_BITS = {
    "i32": "(i64.extend_i32_u {})",
    "i64": "{}",
    "f64": "(i64.trunc_sat_f64_s (f64.mul {} (f64.const 16)))",
}


class Text:
    """The text of one function, drawn by a generator of random numbers."""

    def __init__(self, chooser: random.Random) -> None:
        self._random = chooser
        self._last = ("a", "i32")  # the variable that got a value, and its type

    def function(self, name: str) -> str:
        """The function as an export of this name."""
        steps = "\n".join(self._step() for _ in range(self._pick(1, 2, 3, 4)))
        mixed = "(i64.const 0)"
        for type, names in _TYPES.items():
            for local in names:
                bits = _BITS[type].format(f"(local.get ${local})")
                mixed = f"(i64.add (i64.mul {mixed} (i64.const 31)) {bits})"
        again = "(local.tee $m (i32.sub (local.get $m) (i32.const 1)))"
        return (
            f'(func (export "{name}") (param $p i32) (param $n i32) (param $v i64)'
            " (result i64) (local $a i32) (local $b i32) (local $w i64)"
            " (local $x f64) (local $y f64) (local $m i32)\n"
            "(local.set $m (i32.const 20)) (local.set $x (f64.const 0.75))\n"
            f"(block $out (loop $next\n(br_if $out (i32.eqz {again}))\n{steps}\n"
            f"(br $next)))\n{mixed})"
        )

    def _pick(self, *options: Any) -> Any:
        return self._random.choice(options)

    def _step(self) -> str:
        """A condition, assignments, and what it decides."""
        condition = self._condition()
        assigns = " ".join(self._assign() for _ in range(self._pick(0, 1, 1, 2, 2, 3)))
        name, type = self._last
        leave = f"(return {_BITS[type].format(f'(local.get ${name})')})"
        decided = self._pick(
            f"(if (then {leave}))",
            f"(if (then {leave}))",
            f"(if (then {self._assign()} {leave}))",
            "(br_if $out)",
            "(br_if $next)",
            f"(if (then {self._assign()}) (else {self._assign()}))",
        )
        return f"{condition} {assigns} {self._pick('', '', '(i32.eqz)')} {decided}"

    def _condition(self) -> str:
        type = self._pick(*_TYPES, "i32")
        relation = self._pick(*_RELATIONS[type])
        return f"({type}.{relation} {self._value(type)} {self._value(type)})"

    def _assign(self) -> str:
        """A value for a variable, which is often made of the one assigned last."""
        before, type = self._last
        first = f"(local.get ${before})"
        if self._random.random() < 0.4:
            type = self._pick(*_TYPES)
            first = self._value(type)
        name = self._pick(*_TYPES[type])
        self._last = name, type
        operation = self._pick(*_OPERATIONS[type])
        return f"(local.set ${name} ({type}.{operation} {first} {self._value(type)}))"

    def _value(self, type: str) -> str:
        if self._random.random() < 0.7:
            return f"(local.get ${self._pick(*_TYPES[type])})"
        return f"({type}.const {self._pick(0, 1, 2, 3, 7, -1, 64, 1000)})"
