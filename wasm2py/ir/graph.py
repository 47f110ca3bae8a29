"""The control-flow graph of a function body: basic blocks in code order.

WebAssembly's control flow is structured, so the graph is reducible and the order in which blocks
are met in the code is a topological order of all its forward edges. Dominators and loops follow
in one pass each.
"""

from __future__ import annotations

from typing import Protocol, cast

from wasm2py.ir.nodes import (
    Const,
    Counter,
    Do,
    Expression,
    Statement,
)


class Region(Protocol):
    """A place where blocks wait, as the block sees it."""

    loops: int


class Block:
    """Statements that are executed one after the other, and where to go from there.

    `kind` says how it ends: `jump` (to targets[0]), `branch` (to targets[0] if the condition
    holds, else to targets[1]), `switch` (to targets[condition], the last being the default),
    `return` (values) or `unreachable`.
    """

    __slots__ = (
        "ancestor",
        "condition",
        "counter",
        "depth",
        "dominator",
        "inline",
        "is_loop",
        "kind",
        "loop",
        "loop_depth",
        "merges",
        "position",
        "predecessors",
        "region",
        "sites",
        "statements",
        "targets",
        "values",
        "weight",
    )

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self.kind = "unreachable"
        self.condition: Expression | None = None
        self.targets: list[Block] = []
        self.values: tuple[Expression, ...] = ()
        self.predecessors: list[Block] = []
        self.position = -1  # in code order; -1 until the block is begun
        self.is_loop = False  # a branch leads back to it
        self.counter: Counter | None = None  # of the loop that it is the header of
        self.dominator: Block | None = None
        self.depth = 0  # in the dominator tree
        # An ancestor far up, to find common ones quickly; the root has none.
        self.ancestor: Block | None = None
        self.loop: Block | None = None  # the header of the innermost loop around it
        self.loop_depth = 0  # how many loops are around what it begins
        self.merges: list[Block] = []  # blocks to be placed right after it
        self.sites = 0  # forward edges to it
        self.inline = False  # is placed at the only branch to it
        self.weight = 1  # blocks that it dominates
        self.region: Region | None = None  # where it waits to be placed

    def expressions(self) -> list[Expression]:
        """What is evaluated, in order."""
        found = [
            expression
            for statement in self.statements
            for expression in statement.own()
        ]
        if self.condition is not None:
            found.append(self.condition)
        return found + list(self.values)

    def refresh_effects(self, renamed: int) -> None:
        """Make effects say which variables are read, after some have been renamed.

        `renamed` are the effects of reading these under their former names.
        """
        for expression in self.expressions():
            if expression.effects & renamed:
                expression.refresh_effects(renamed)

    def distinct_targets(self) -> list[Block]:
        """The blocks that may follow, each once, in order of first mention."""
        return list(dict.fromkeys(self.targets))


def link(blocks: list[Block]) -> list[Block]:
    """Set predecessors, sites and loop headers; give back the blocks in use, in code order."""
    # Twice: a branch back may lead to a jump that is only then known to lead further.
    for _ in range(2):
        for block in reversed(blocks):
            block.sites = 0
            block.targets = [_behind_jumps(target) for target in block.targets]
            _decide(block)
    reached = blocks[:1]
    for block in blocks:
        if block.position > 0:
            if not block.predecessors:
                take_apart([block])
                continue
            reached.append(block)
        for target in block.distinct_targets():
            target.predecessors.append(block)
            if target.position <= block.position:
                target.is_loop = True
            else:
                target.sites += 1
    for position, block in enumerate(reached):
        block.position = position
    return reached


def _behind_jumps(block: Block) -> Block:
    """Where a branch to a block really goes, once the blocks behind it have been looked at."""
    if block.kind == "jump" and not block.statements:
        target = block.targets[0]
        if target.position > block.position:
            return target
    return block


def _decide(block: Block) -> None:
    """Make a jump of a branch that has no choice."""
    condition = block.condition
    if condition is None:
        return
    if isinstance(condition, Const):
        number = cast(int, condition.imm)
        if block.kind == "branch":
            number = 0 if number else 1
        block.targets = [block.targets[min(number, len(block.targets) - 1)]]
    elif len(block.distinct_targets()) == 1:
        block.statements.append(Do(condition))
        block.targets = block.targets[:1]
    else:
        return
    block.kind = "jump"
    block.condition = None


def find_dominators(blocks: list[Block]) -> None:
    """Set `dominator` and `depth`: a block's is the common ancestor of its forward predecessors."""
    for block in blocks[1:]:
        dominator: Block | None = None
        for predecessor in block.predecessors:
            if predecessor.position >= block.position:
                continue
            if dominator is None:
                dominator = predecessor
            else:
                dominator = _common_ancestor(dominator, predecessor)
        if dominator is not None:
            _hang_below(block, dominator)


def _hang_below(block: Block, parent: Block) -> None:
    """Add a leaf to the dominator tree; jump pointers keep the search for ancestors logarithmic."""
    block.dominator = parent
    block.depth = parent.depth + 1
    far = _far(parent)
    farther = _far(far)
    same_stride = parent.depth - far.depth == far.depth - farther.depth
    block.ancestor = farther if same_stride else parent


def _common_ancestor(a: Block, b: Block) -> Block:
    if a.depth > b.depth:
        a, b = b, a
    while b.depth > a.depth:
        far = _far(b)
        b = far if far.depth >= a.depth else _parent(b)
    while a is not b:
        far_a, far_b = _far(a), _far(b)
        if far_a is not far_b:
            a, b = far_a, far_b
        else:
            a, b = _parent(a), _parent(b)
    return a


def _far(block: Block) -> Block:
    return block.ancestor or block


def _parent(block: Block) -> Block:
    return block.dominator or block


def find_loops(blocks: list[Block]) -> None:
    """Set `loop` and `loop_depth` of each block (Tarjan: innermost loops first, then collapsed)."""
    representatives: dict[Block, Block] = {}
    for header in reversed(blocks):
        if not header.is_loop:
            continue
        body: set[Block] = set()
        latches = [p for p in header.predecessors if p.position >= header.position]
        work = [_representative(block, representatives) for block in latches]
        while work:
            block = work.pop()
            if block is header or block in body:
                continue
            body.add(block)
            work += [
                _representative(p, representatives)
                for p in block.predecessors
                if p.position < block.position
            ]
        for block in body:
            block.loop = header
            representatives[block] = header
    for block in blocks:
        around = block.loop.loop_depth if block.loop is not None else 0
        block.loop_depth = around + 1 if block.is_loop else around


def _representative(block: Block, representatives: dict[Block, Block]) -> Block:
    """What stands for a block: the header of the outermost loop around it that has been found."""
    root = block
    while root in representatives:
        root = representatives[root]
    while block is not root:
        representatives[block], block = root, representatives[block]
    return root


def take_apart(blocks: list[Block]) -> None:
    """Let blocks go that are not needed any more.

    They would keep each other, and the code in them, until the garbage collector comes.
    """
    for block in blocks:
        block.targets, block.predecessors, block.merges = [], [], []
        block.dominator = block.ancestor = block.loop = block.region = None


def enclosing(block: Block) -> Block | None:
    """The header of the innermost loop that a block is in; a header is in its own loop."""
    return block if block.is_loop else block.loop


def contains(header: Block, block: Block) -> bool:
    """Whether a block is in the loop of a header."""
    at = enclosing(block)
    while at is not None and at.loop_depth > header.loop_depth:
        at = at.loop
    return at is header
