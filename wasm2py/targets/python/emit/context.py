"""What templates are written against: the function that is printed, and how its values are.

A template makes one instruction's text of its operands'. It asks its context for these; the context
(`wasm2py.targets.python.emit.expressions`) finds the template for each of them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from wasm2py.ir.nodes import Expression, Variable
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.targets.python.choose.range_guards import Guard
from wasm2py.targets.python.choose.representation import Forms
from wasm2py.targets.python.emit.code import Code


class Context(ABC):
    """A function that is being printed.

    An abstract class, and not a protocol, whose methods mypyc would look up by name.
    """

    def __init__(self, env: ModuleEnvironment, forms: Forms, words: bool) -> None:
        self.env = env
        self.forms = forms
        # An i64 is kept as a signed machine word, which is what PyPy computes with.
        self.words = words
        # Powers of two that divide variables which are assigned once.
        self.alignments: dict[int, int] = {}
        self.guards: set[Guard] = set()  # that hold at what is written

    # Names

    @abstractmethod
    def name(self, variable: int) -> str:
        """A variable's name."""

    @abstractmethod
    def new_variable(self, type: str) -> int:
        """A new temporary, for one statement."""

    @abstractmethod
    def has_field(self, view: str, distance: int) -> bool:
        """Whether to use a view that begins so many bytes further on."""

    @abstractmethod
    def view(self, memory: int, view: str, distance: int = 0) -> str:
        """The name of a view of a memory that begins so many bytes further on."""

    @abstractmethod
    def twice(self, code: Code) -> tuple[Code, str]:
        """An integer's text for its first use, and the name under which it is there for others."""

    # Values

    @abstractmethod
    def value(self, expression: Expression) -> Code:
        """The exact value: for integers, in the type's unsigned range."""

    @abstractmethod
    def low_bits(self, expression: Expression) -> Code:
        """A value that may be off by a multiple of 2**32 (or 2**64)."""

    @abstractmethod
    def lowest_bits(self, expression: Expression, code: Code, mask: int) -> Code:
        """The bits of a mask, which are the lowest ones, of an expression's low bits."""

    @abstractmethod
    def signed(self, expression: Expression) -> Code:
        """The signed reading of an integer's value."""

    @abstractmethod
    def sign_extended(self, code: Code, bits: int) -> Code:
        """The signed reading of a value's low bits."""

    @abstractmethod
    def address(self, expression: Expression) -> Code:
        """The exact value of an address: it is small, unless it is out of bounds."""

    @abstractmethod
    def is_small(self, expression: Expression) -> bool:
        """Whether a value is likely to be a number of one digit, and to gain by that."""

    @abstractmethod
    def variable(self, variable: Variable) -> Code:
        """A variable's value, in the form in which it is kept."""

    @abstractmethod
    def units(self, variable: Variable) -> Code:
        """What is kept of a variable: its value, or that divided by the size of an element."""

    # Conditions and calls

    @abstractmethod
    def condition(self, expression: Expression, negated: bool) -> Code:
        """Python text that is true where the value is not zero (or, negated, where it is)."""

    @abstractmethod
    def truth(self, expression: Expression) -> Code:
        """A condition as a value: 0 or 1 (Python's truth values)."""

    @abstractmethod
    def arguments(self, args: tuple[Expression, ...]) -> str:
        """The exact values, as arguments of a call."""

    @abstractmethod
    def runtime_call(self, expression: Expression) -> Code:
        """A call of the runtime function that has an instruction's name."""


Template = Callable[[Context, Expression], Code]
