"""The statements of a function, its blocks and their ends in C."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

from wasm2py.errors import Unimplemented
from wasm2py.ir.effects import ANYTHING, BEYOND, TRAPS
from wasm2py.ir.graph import (
    Block,
    BranchEnd,
    End,
    JumpEnd,
    ReturnEnd,
    SwitchEnd,
    UnreachableEnd,
)
from wasm2py.ir.nodes import (
    TUPLE,
    Assign,
    AssignMany,
    Do,
    Elements,
    Expression,
    Statement,
    Variable,
)
from wasm2py.spec.opcodes import LOADS, ROWS
from wasm2py.spec.types import FuncType
from wasm2py.targets.base import SourceTooLong
from wasm2py.targets.c.code import member
from wasm2py.targets.c.expressions import Expressions, elements
from wasm2py.targets.c.layout import laid_out
from wasm2py.targets.c.signatures import MOST_MEMBERS

_MUST_HAPPEN: Final = ANYTHING & ~7


class Statements:
    """Writes the code of one function."""

    def __init__(self, expressions: Expressions, most_source: int) -> None:
        self.lines: list[str] = []
        self._e = expressions
        self._types = expressions.function.types
        self._results = expressions.function.type.results
        self._room = most_source
        self._labels: set[Block] = set()

    def write(self, blocks: list[Block]) -> None:
        """Write linked blocks, in the order of the code."""
        for block, following in zip(blocks, [*blocks[1:], None]):
            if block.handler is not None:
                raise Unimplemented("exception handlers in C")
            self._labels.update(_jumped_to(block.end, following))
        for block, following in zip(blocks, [*blocks[1:], None]):
            if block in self._labels:
                self._line(f"b{block.position}:", 0)
            if block.is_loop:
                self._line("W2P_POLL(poll);")
            for statement in block.statements:
                self._e.begin_statement()
                _STATEMENTS[type(statement)](self, statement)
            self._e.begin_statement()
            _ENDS[type(block.end)](self, block.end, following)

    # Lines

    def _line(self, text: str, indent: int = 4) -> None:
        for line in laid_out(text, indent):
            self._room -= len(line) + 1
            self.lines.append(line)
        if self._room < 0:
            raise SourceTooLong

    def _before(self) -> None:
        """Write what has to be done before the statement that follows."""
        for statement in self._e.before:
            self._line(f"{statement.text};")
        self._e.before = []

    def _statement(self, text: str) -> None:
        self._before()
        self._line(f"{text};")

    # Statements

    def assign(self, statement: Assign) -> None:
        variable, value = statement.variable, statement.value
        name = self._e.name(variable)
        if self._types[variable] == TUPLE:
            self._assign_tuple(variable, value)
        else:
            self._statement(f"{name} = {self._e.value(value).text}")

    def _assign_tuple(self, variable: int, value: Expression) -> None:
        name, types = self._e.name(variable), self._e.function.tuples[variable]
        if value.op == "tuple.make":
            codes = self._e.operands(value.args)
            if len(value.args) > 1 and any(map(_is_in(variable), value.args)):
                raise Unimplemented("a tuple that is made of its own elements")
            self._e.fill(name, value.args, codes)
            self._before()
        elif isinstance(value, Variable):
            self._statement(
                f"memcpy({name}, {self._e.name(value.index)}, sizeof {name})"
            )
        else:
            call = self._e.value(value).text
            struct = self._e.signatures.result(types)
            self._before()
            self._line("{")
            self._line(f"{struct} r = {call};", 8)
            if len(types) > MOST_MEMBERS:
                self._line(f"memcpy({name}, r.e, sizeof {name});", 8)
            else:
                for at, type in enumerate(types):
                    self._line(f"{name}[{at}].{member(type)} = r.e{at};", 8)
            self._line("}")

    def assign_many(self, statement: AssignMany) -> None:
        call = self._e.value(statement.value).text
        results = _results(self._e, statement.value)
        struct = self._e.signatures.result(results)
        self._before()
        self._line("{")
        self._line(f"{struct} r = {call};", 8)
        for at, (variable, type) in enumerate(zip(statement.variables, results)):
            part = _part(results, at, type)
            self._line(f"{self._e.name(variable)} = r.{part};", 8)
        self._line("}")

    def do(self, statement: Do) -> None:
        self._drop(statement.value)

    def _drop(self, value: Expression) -> None:
        """Evaluate something for what it does: a load so that it traps, even if nothing needs it."""
        if not value.effects & _MUST_HAPPEN:
            return
        self._e.effects |= value.effects & BEYOND
        op = value.op
        row = ROWS.get(op)
        if op == "select":
            self._drop(value.args[0])
        elif op in LOADS:
            address = self._e.value(value.args[0])
            place = ", ".join(self._e.place(value, address.text))
            self._statement(f"touch({place}, {ROWS[op].width})")
        elif row is not None and row.type and row.params and not row.effects:
            for arg in value.args:
                self._drop(arg)
        else:
            self._statement(self._e.value(value).text)

    # Ends

    def jump(self, end: JumpEnd, following: Block | None) -> None:
        if end.targets[0] is not following:
            self._line(f"goto {_label(end.targets[0])};")

    def branch(self, end: BranchEnd, following: Block | None) -> None:
        then, otherwise = end.targets
        negated = then is following
        condition = self._e.condition(end.condition, negated).text
        if negated:
            then, otherwise = otherwise, then
        self._before()
        self._line(f"if ({condition})")
        self._line(f"goto {_label(then)};", 8)
        if otherwise is not following:
            self._line(f"goto {_label(otherwise)};")

    def switch(self, end: SwitchEnd, following: Block | None) -> None:
        index = self._e.value(end.index).text
        *arms, default = end.targets
        self._before()
        self._line(f"switch ({index}) {{")
        for number, arm in enumerate(arms):
            if arm is not default:
                self._line(f"case {number}: goto {_label(arm)};")
        if default is following:
            self._line("default: break;")
        else:
            self._line(f"default: goto {_label(default)};")
        self._line("}")

    def return_(self, end: ReturnEnd, following: Block | None) -> None:
        results, e = self._results, self._e
        if not results:
            self._line("return;")
        elif len(results) == 1:
            self._statement(f"return {e.value(end.values[0]).text}")
        elif len(results) > MOST_MEMBERS:
            self._return_array(end.values)
        else:
            args = _unpacked(end.values)
            codes = e.operands(args)
            texts: list[str] = []
            for arg, code in zip(args, codes):
                if arg.type == TUPLE:
                    texts += self._elements(arg, len(texts))
                else:
                    texts.append(code.text)
            struct = e.signatures.result(results)
            self._statement(f"return ({struct}){{{', '.join(texts)}}}")

    def _elements(self, arg: Expression, first: int) -> list[str]:
        """The elements of a run, or of a whole tuple."""
        assert isinstance(arg, Variable)
        types = self._results[first:]
        run = arg
        if not isinstance(run, Elements):
            run = Elements(arg.index, 0, len(types), len(types))
        return elements(run, self._e.name(arg.index), types)

    def _return_array(self, values: tuple[Expression, ...]) -> None:
        e = self._e
        struct = e.signatures.result(self._results)
        codes = e.operands(_unpacked(values))
        self._before()
        self._line("{")
        self._line(f"{struct} r;", 8)
        if values[0].type == TUPLE and isinstance(values[0], Variable):
            self._line(f"memcpy(r.e, {codes[0].text}, sizeof r.e);", 8)
        else:
            e.fill("r.e", _unpacked(values), codes)
            for statement in e.before:
                self._line(f"{statement.text};", 8)
            e.before = []
        self._line("return r;", 8)
        self._line("}")

    def unreachable(self, end: UnreachableEnd, following: Block | None) -> None:
        self._e.effects |= TRAPS
        self._line("w2p_trap(I, W2P_UNREACHABLE);")


def _unpacked(values: tuple[Expression, ...]) -> tuple[Expression, ...]:
    """The values themselves, not a tuple made of them."""
    if len(values) == 1 and values[0].op == "tuple.make":
        return values[0].args
    return values


def _is_in(variable: int) -> Callable[[Expression], bool]:
    """Whether a value is of a tuple."""

    def is_in(value: Expression) -> bool:
        if isinstance(value, Variable):
            return value.index == variable
        return any(map(is_in, value.args))

    return is_in


def _results(e: Expressions, call: Expression) -> tuple[str, ...]:
    index = cast(int, call.imm)
    type: FuncType = e.env.func_type(index) if call.op == "call" else e.env.types[index]
    return type.results


def _part(results: tuple[str, ...], at: int, type: str) -> str:
    """The member of a struct of results that holds one of them."""
    return f"e{at}" if len(results) <= MOST_MEMBERS else f"e[{at}].{member(type)}"


def _label(block: Block) -> str:
    return f"b{block.position}"


def _jumped_to(end: End, following: Block | None) -> list[Block]:
    """The blocks that an end goes to by name."""
    if isinstance(end, SwitchEnd):
        *arms, default = end.targets
        return arms if default is following else end.targets
    return [target for target in end.targets if target is not following]


_STATEMENTS: Final[dict[type[Statement], Callable[[Statements, Any], None]]] = {
    Assign: Statements.assign,
    AssignMany: Statements.assign_many,
    Do: Statements.do,
}
_ENDS: Final[dict[type[End], Callable[[Statements, Any, Block | None], None]]] = {
    JumpEnd: Statements.jump,
    BranchEnd: Statements.branch,
    SwitchEnd: Statements.switch,
    ReturnEnd: Statements.return_,
    UnreachableEnd: Statements.unreachable,
}
