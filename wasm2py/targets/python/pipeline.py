"""The target Python: which passes make code of a function's graph, and when.

What there is between two passes is whole: it can be checked, and executed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from wasm2py.analysis.forward_substitution import fold_temporaries
from wasm2py.analysis.liveness import MOST_LOCALS, find_live, remove_dead_assignments
from wasm2py.analysis.ranges.solver import find_ranges
from wasm2py.analysis.webs import split_variables
from wasm2py.binary.module_reader import FunctionJob
from wasm2py.ir.function import Function
from wasm2py.ir.graph import take_apart
from wasm2py.ir.nodes import Assign, Statement
from wasm2py.ir.walk import every
from wasm2py.spec.environment import ModuleEnvironment
from wasm2py.targets.base import FunctionCode, Options
from wasm2py.targets.python.choose.representation import choose_forms, plain_forms
from wasm2py.targets.python.emit.function import function_source
from wasm2py.targets.python.idioms.closed_forms import (
    find_closed_forms,
    has_closed_form,
)
from wasm2py.targets.python.idioms.copy import find_copies
from wasm2py.targets.python.idioms.each_cell import go_through_cells, has_cells
from wasm2py.targets.python.idioms.fill import fill_rows
from wasm2py.targets.python.idioms.fill_while import fill_strides, may_fill
from wasm2py.targets.python.idioms.recognition import is_candidate
from wasm2py.targets.python.idioms.search import find_searches, may_search
from wasm2py.targets.python.idioms.sum import find_reductions
from wasm2py.targets.python.lower.absolute_values import find_absolute_values
from wasm2py.targets.python.lower.address_forwarding import (
    forward_addresses,
    named_addresses,
)
from wasm2py.targets.python.lower.common_sums import has_equal_sums, share_sums
from wasm2py.targets.python.lower.conditional_assignments import (
    branch_on_choices,
    may_branch,
)
from wasm2py.targets.python.lower.counted_loops import count_loops, has_counter
from wasm2py.targets.python.lower.derived_addresses import derive_addresses
from wasm2py.targets.python.lower.early_branches import branch_early, tests_late
from wasm2py.targets.python.lower.loop_versions import version_loops
from wasm2py.targets.python.lower.named_floats import name_floats
from wasm2py.targets.python.lower.restored_globals import (
    moved_variables,
    restore_globals,
)
from wasm2py.targets.python.lower.rotation_sharing import ROTATIONS, share_rotations
from wasm2py.targets.python.lower.slot_sharing import share_slots
from wasm2py.targets.python.lower.strength_reduction import rebase_variables
from wasm2py.targets.python.structure.cleanup import tidy
from wasm2py.targets.python.structure.dead_labels import remove_unused_labels
from wasm2py.targets.python.structure.flat_guards import flatten_guards
from wasm2py.targets.python.structure.guard_trees import arrange_labels
from wasm2py.targets.python.structure.label_threading import thread_labels
from wasm2py.targets.python.structure.structuring import structure
from wasm2py.targets.python.tree.function import StructuredFunction


class Step(NamedTuple):
    """Something that is done for the sake of good code, and for whom."""

    name: str
    level: int = 0  # of optimisation from which on; 0: always, it cannot be left out
    on_pypy: bool = True  # not only where it makes code faster on CPython

    def is_chosen(self, options: Options) -> bool:
        """Whether it is to be done."""
        if not self.level:
            return True
        if options.tune == "pypy" and not self.on_pypy:
            return False
        return options.optimize >= self.level and self.name not in options.without


class Work:
    """A function on its way through the passes, and what they find out for those after them."""

    __slots__ = (
        "_assigns",
        "_has_candidates",
        "_loops",
        "_statements",
        "env",
        "function",
        "has_labels",
        "has_loops",
        "has_ranges",
        "live",
    )

    def __init__(self, env: ModuleEnvironment, function: Function) -> None:
        self.env = env
        self.function = function
        self.has_loops = any(block.is_loop for block in function.blocks)
        self.has_labels = False  # structured code tests labels
        self.has_ranges = False  # they have been found
        self.live: list[int] = []  # locals, as bits, at the beginning of each block
        self._statements: list[Statement] | None = None
        self._assigns: list[Assign] | None = None
        self._loops: list[Statement] | None = None
        self._has_candidates: bool | None = None

    @property
    def statements(self) -> list[Statement]:
        """All statements of structured code, which are looked up once for all passes that find nothing to do."""
        if self._statements is None:
            self._statements = every(self.structured.statements)
        return self._statements

    @property
    def assigns(self) -> list[Assign]:
        """The assignments among them."""
        if self._assigns is None:
            self._assigns = [s for s in self.statements if isinstance(s, Assign)]
        return self._assigns

    @property
    def loops(self) -> list[Statement]:
        """The loops among them."""
        if self._loops is None:
            statements = self.statements if self.has_loops else []
            self._loops = [each for each in statements if each.repeats()]
        return self._loops

    def forget_statements(self) -> None:
        """Others may have taken the place of some of them."""
        self._statements = self._assigns = self._loops = None

    def has_candidates(self) -> bool:
        """Whether a loop may be done as a whole, which is looked up once for all such passes."""
        if self._has_candidates is None:
            self._has_candidates = any(map(is_candidate, self.loops))
        return self._has_candidates

    @property
    def structured(self) -> StructuredFunction:
        """The function, which has been structured."""
        function = self.function
        assert isinstance(function, StructuredFunction)
        return function


class Pass(NamedTuple):
    """A pass, what it does, and whether there is something for it to do."""

    step: Step
    run: Callable[[Work], None]
    applies: Callable[[Work], bool]


def _always(work: Work) -> bool:
    return True


def _has_few_locals(work: Work) -> bool:
    return 0 < work.function.locals <= MOST_LOCALS


def _has_loops(work: Work) -> bool:
    return work.has_loops


def _has_any(is_one: Callable[[Statement], bool]) -> Callable[[Work], bool]:
    """Whether structured code has a loop for which something holds."""

    def has_any(work: Work) -> bool:
        return any(map(is_one, work.loops))

    return has_any


def _has_labels(work: Work) -> bool:
    return work.has_labels


def _has_labels_in_loops(work: Work) -> bool:
    return work.has_labels and work.has_loops


def _find_live(work: Work) -> None:
    function = work.function
    work.live = find_live(function.blocks, function.locals)
    remove_dead_assignments(function.blocks, work.live, function.locals)
    function.keep_zeros(work.live[0])


def _split_variables(work: Work) -> None:
    split_variables(work.function.blocks, work.function, work.live)


def _fold(work: Work) -> None:
    fold_temporaries(work.function.blocks, work.function)


def _find_absolute_values(work: Work) -> None:
    find_absolute_values(work.function)


def _rebase(work: Work) -> None:
    rebase_variables(work.function.blocks, work.function)


def _has_loops_with_ranges(work: Work) -> bool:
    return work.has_loops and work.has_ranges


def _find_ranges(work: Work) -> None:
    find_ranges(work.env, work.function.blocks, work.function)
    work.has_ranges = True


def _version_loops(work: Work) -> None:
    if version_loops(work.function):
        _find_ranges(work)


def _derive_addresses(work: Work) -> None:
    if derive_addresses(work.function):
        _find_ranges(work)


def _structure(work: Work) -> None:
    graph = work.function
    statements = structure(graph.blocks, graph.types)
    work.function = StructuredFunction(graph, statements)
    take_apart(graph.blocks)


def _remove_labels(work: Work) -> None:
    work.has_labels = remove_unused_labels(work.structured.statements)


def _tidy(work: Work) -> None:
    work.structured.statements = tidy(work.structured.statements)


def _has_loops_with_floats(work: Work) -> bool:
    types = work.function.types
    return work.has_loops and ("f32" in types or "f64" in types)


def _may_branch(work: Work) -> bool:
    return any(map(may_branch, work.assigns))


def _has_rotations(work: Work) -> bool:
    return not work.function.ops.isdisjoint(ROTATIONS)


def _moves_globals(work: Work) -> bool:
    function = work.structured
    return bool(moved_variables(function.statements, function.assigned_once))


def _has_equal_sums(work: Work) -> bool:
    return has_equal_sums(work.assigns, work.function.assigned_once)


def _has_addresses(work: Work) -> bool:
    return bool(named_addresses(work.assigns, work.function.assigned_once))


def _tests_late_in_loops(work: Work) -> bool:
    return work.has_loops and tests_late(work.assigns, work.function.assigned_once)


def _on_statements(
    run: Callable[[StructuredFunction], None],
) -> Callable[[Work], None]:
    """A pass over structured code."""

    def pass_(work: Work) -> None:
        run(work.structured)

    return pass_


_ROUNDING: Final = Step("rounding", 1, on_pypy=False)

PASSES: Final = (
    Pass(Step("liveness"), _find_live, _has_few_locals),
    Pass(Step("webs", 1, on_pypy=False), _split_variables, _has_few_locals),
    Pass(Step("folding", 1), _fold, _always),
    Pass(Step("signs", 1, on_pypy=False), _find_absolute_values, _always),
    Pass(Step("rebasing", 1), _rebase, _has_loops),
    Pass(Step("ranges", 1), _find_ranges, _always),
    Pass(Step("versions", 2, on_pypy=False), _version_loops, _has_loops_with_ranges),
    Pass(
        Step("derived", 2, on_pypy=False),
        _derive_addresses,
        _has_loops_with_ranges,
    ),
    Pass(Step("structure"), _structure, _always),
    Pass(Step("labels"), _remove_labels, _always),
    Pass(Step("tidy"), _tidy, _always),
    Pass(
        Step("counting", 1, on_pypy=False),
        _on_statements(count_loops),
        _has_any(has_counter),
    ),
    Pass(Step("strides", 2), _on_statements(fill_strides), _has_any(may_fill)),
    Pass(
        Step("rows", 2, on_pypy=False),
        _on_statements(fill_rows),
        Work.has_candidates,
    ),
    Pass(
        Step("reductions", 2, on_pypy=False),
        _on_statements(find_reductions),
        Work.has_candidates,
    ),
    Pass(
        Step("copies", 2, on_pypy=False),
        _on_statements(find_copies),
        Work.has_candidates,
    ),
    Pass(
        Step("searches", 2, on_pypy=False),
        _on_statements(find_searches),
        _has_any(may_search),
    ),
    Pass(
        Step("closed", 2, on_pypy=False),
        _on_statements(find_closed_forms),
        _has_any(has_closed_form),
    ),
    Pass(
        Step("cells", 2, on_pypy=False),
        _on_statements(go_through_cells),
        _has_any(has_cells),
    ),
    Pass(
        Step("choices", 1, on_pypy=False),
        _on_statements(branch_on_choices),
        _may_branch,
    ),
    Pass(
        Step("rotates", 1, on_pypy=False),
        _on_statements(share_rotations),
        _has_rotations,
    ),
    Pass(
        Step("sharing", 1, on_pypy=False), _on_statements(share_sums), _has_equal_sums
    ),
    Pass(
        Step("forwarding", 1, on_pypy=False),
        _on_statements(forward_addresses),
        _has_addresses,
    ),
    Pass(Step("restoring", 1), _on_statements(restore_globals), _moves_globals),
    Pass(_ROUNDING, _on_statements(name_floats), _has_loops_with_floats),
    Pass(
        Step("branching", 1, on_pypy=False),
        _on_statements(branch_early),
        _tests_late_in_loops,
    ),
    Pass(
        Step("threading", 2, on_pypy=False),
        _on_statements(thread_labels),
        _has_labels_in_loops,
    ),
    Pass(Step("guards", 1), _on_statements(arrange_labels), _has_labels),
    Pass(Step("flattening"), _on_statements(flatten_guards), _has_labels),
    Pass(Step("slots", 1), _on_statements(share_slots), _always),
)
"""In order."""

# How what has come of them is written.
_FORMS: Final = Step("forms", 1)
_FIELDS: Final = Step("fields", 1, on_pypy=False)

OPTIONAL: Final = tuple(
    step.name for step in (*(row.step for row in PASSES), _FORMS, _FIELDS) if step.level
)
"""The names of what may be left out."""


@lru_cache(16)
def _chosen_passes(options: Options) -> tuple[Pass, ...]:
    return tuple(row for row in PASSES if row.step.is_chosen(options))


def run_passes(work: Work, options: Options) -> Iterator[str]:
    """Run the passes on a linked function; gives the name of each when it is done."""
    for row in _chosen_passes(options):
        if row.applies(work):
            row.run(work)
            work.forget_statements()
            yield row.step.name


# A statement is to fit a line of code or two, and Python's compiler nests 200 parentheses at most.
LARGEST_EXPRESSION: Final = 80


class PythonTarget:
    """Makes Python functions."""

    @property
    def largest_expression(self) -> int:
        """How large expressions may become before a temporary cuts them."""
        return LARGEST_EXPRESSION

    @property
    def optional_passes(self) -> tuple[str, ...]:
        """The names that `Options.without` may have, in the order of the passes."""
        return OPTIONAL

    def translate(
        self,
        env: ModuleEnvironment,
        job: FunctionJob,
        function: Function,
        options: Options,
        most_source: int,
    ) -> FunctionCode:
        """A job's function as the text of a `def`; see `wasm2py.targets.base.Target`."""
        work = Work(env, function)
        for _ in run_passes(work, options):
            pass
        structured = work.structured
        if _FORMS.is_chosen(options):
            forms = choose_forms(structured, options.tune)
        else:
            forms = plain_forms(structured)
        source, memory_views = function_source(
            env,
            job.funcidx,
            structured,
            forms,
            words=options.tune == "pypy",
            fields=_FIELDS.is_chosen(options),
            rounding=_ROUNDING.is_chosen(options),
            most_source=most_source,
        )
        return FunctionCode(
            job.funcidx,
            job.offset,
            len(job.body),
            source,
            tuple(sorted(function.calls)),
            tuple(sorted(function.views)),
            tuple(sorted(memory_views)),
        )

    def renumbered(self, code: FunctionCode, job: FunctionJob) -> FunctionCode:
        """The same `def` under another name; see `wasm2py.targets.base.Target`."""
        source = code.source.replace(f"f{code.funcidx}(", f"f{job.funcidx}(", 1)
        return code._replace(funcidx=job.funcidx, offset=job.offset, source=source)
