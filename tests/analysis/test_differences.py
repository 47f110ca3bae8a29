"""Variables that differ from others by a constant."""

from __future__ import annotations

from wasm2py.analysis.ranges.differences import Relations
from wasm2py.ir.nodes import Variable
from wasm2py.spec.types import I32


def test_copies_of_a_variable_are_related_to_it_and_to_each_other() -> None:
    relations = Relations()
    relations.note(1, Variable(0, I32))
    relations.note(2, Variable(0, I32))
    assert relations.of(0) == [(1, 0), (2, 0)]
    assert relations.of(2) == [(0, 0), (1, 0)]


def test_a_variable_is_related_to_a_bounded_number_of_others() -> None:
    relations = Relations()
    for copy in range(1, 5000):
        relations.note(copy, Variable(0, I32))
    assert max(len(relations.of(variable)) for variable in range(5000)) == 64
    # And is forgotten by all of them.
    relations.forget(0)
    assert not any(
        other == 0 for variable in range(5000) for other, _ in relations.of(variable)
    )
