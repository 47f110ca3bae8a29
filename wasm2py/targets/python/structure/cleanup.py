"""Structured code as a person would leave it.

Takes out `continue` where the loop's body ends anyway, and empty arms; gathers long rows of guards into a tree; turns
a loop that begins with a test into one with a condition:

    loop                                 loop while i32.ne(v0, v1)
      if i32.ne(v0, v1)                    v0 = i32.add(v0, i32:1)
        v0 = i32.add(v0, i32:1)    ->    v2 = i32.add(v2, v0)
        continue
      v2 = i32.add(v2, v0)
      break

What is done when the test leaves the loop comes behind it, if nothing else leaves the loop for there.
"""

from __future__ import annotations

from typing import Final

from wasm2py.ir.effects import ANYTHING
from wasm2py.ir.nodes import LOOP, ROUND, Do, Statement
from wasm2py.targets.python.structure.guard_trees import gather_guards
from wasm2py.targets.python.tree.nodes import Break, If, Loop, ends, have_exit

_SHORT: Final = 3
_MUST_HAPPEN: Final = ANYTHING & ~7


def tidy(statements: list[Statement]) -> list[Statement]:
    """The same code, simpler."""
    return _tidy(statements, False)


def _tidy(statements: list[Statement], loop_end: bool) -> list[Statement]:
    """`loop_end`: the loop's next round follows the list."""
    result: list[Statement] = []
    last = len(statements) - 1
    for at, statement in enumerate(statements):
        if not statement.is_control():
            result.append(statement)
            continue
        at_end = loop_end and at == last
        for part in statement.parts():
            part[:] = _tidy(part, at_end or statement.repeats())
        if not (at_end and statement.leaves() == ROUND):
            if isinstance(statement, Loop):
                result += _with_condition(statement)
            else:
                result += _without_empty_arm(statement)
    if loop_end:
        _turn_last_test(result)
    return gather_guards(result)


def _without_empty_arm(statement: Statement) -> list[Statement]:
    """An `If` without its first arm if that is empty, or without both."""
    if not isinstance(statement, If) or statement.then:
        return [statement]
    condition = statement.condition
    if statement.otherwise:
        return [If(condition, not statement.negated, statement.otherwise, [])]
    return [Do(condition)] if condition.effects & _MUST_HAPPEN else []


def _with_condition(loop: Loop) -> list[Statement]:
    """A loop with a condition in place of a first test that leaves it, and what is done then."""
    first = loop.body[0] if loop.body else None
    if not isinstance(first, If) or first.otherwise:
        return [loop]
    rest = loop.body[1:]
    body, way, negated = rest, first.then, not first.negated
    if way[-1].leaves() == ROUND:
        body, way, negated = way[:-1], rest, first.negated
    if not way or way[-1].leaves() < LOOP:
        return [loop]
    if isinstance(way[-1], Break):
        way = way[:-1]
    if way and (have_exit(way, (LOOP, ROUND)) or have_exit(body, (LOOP,))):
        return [loop]
    return [Loop(body, first.condition, negated), *way]


def _turn_last_test(statements: list[Statement]) -> None:
    """`if c: continue` before a short way out becomes `if not c` around that."""
    for at in range(len(statements) - 2, max(-1, len(statements) - 2 - _SHORT), -1):
        test = statements[at]
        if not isinstance(test, If) or test.otherwise:
            continue
        rest = statements[at + 1 :]
        if len(test.then) == 1 and test.then[0].leaves() == ROUND and ends(rest):
            statements[at:] = [If(test.condition, not test.negated, rest, [])]
        return
