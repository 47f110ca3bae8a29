"""How functions are called in C: what each type of functions takes and gives."""

from __future__ import annotations

from typing import Final

from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.spec.types import FuncType, ValType
from wasm2py.targets.c.code import c_type

# Of more, parameters are an array: C compilers need not take more than 127.
MOST_PARAMETERS: Final = 32
# Of more, the results' struct holds an array.
MOST_MEMBERS: Final = 8

INSTANCE: Final = "w2p_instance *I"


def has_array(type: FuncType) -> bool:
    """Whether the parameters are passed as an array of values."""
    return len(type.params) > MOST_PARAMETERS


class Signatures:
    """The types of functions of a module, by what they are in C.

    Types that are equal are one, which has the index of the first of them.
    """

    def __init__(self, env: ModuleEnvironment) -> None:
        self.first: dict[FuncType, int] = {}
        self.results: dict[tuple[ValType, ...], int] = {}
        for index, type in enumerate(env.types):
            self.first.setdefault(type, index)
            if len(type.results) > 1:
                self.results.setdefault(type.results, len(self.results))

    def result(self, results: tuple[ValType, ...]) -> str:
        """The C type of what a function returns."""
        if not results:
            return "void"
        if len(results) == 1:
            return c_type(results[0])
        return f"struct results{self.results[results]}"

    def pointer(self, type: FuncType) -> str:
        """The name of the type of pointers to functions of a type."""
        return f"type{self.first[type]}"

    def call(self, type: FuncType) -> str:
        """The name of the function that calls a function of a type."""
        return f"call{self.first[type]}"


def declared_parameters(type: FuncType, names: list[str]) -> str:
    """The parameters of a function of a type, of which the own ones have these names."""
    if has_array(type):
        return f"{INSTANCE}, const w2p_value *args"
    own = [f"{c_type(param)} {name}" for param, name in zip(type.params, names)]
    return ", ".join([INSTANCE, *own])


def parameter_types(type: FuncType) -> str:
    """The same, without names."""
    if has_array(type):
        return "w2p_instance *, const w2p_value *"
    return ", ".join(["w2p_instance *", *map(c_type, type.params)])
