"""The control-flow graph of a function body: basic blocks in code order, each with its end.

WebAssembly's control flow is structured, so the graph is reducible and the order in which blocks
are met in the code is a topological order of all its forward edges. Dominators and loops follow
in one pass each.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from wasm2py.ir.effects import may_throw
from wasm2py.ir.nodes import (
    Const,
    Counter,
    Do,
    Expression,
    Statement,
)


class End:
    """How a block ends: what it evaluates then, and the blocks of which one follows.

    `targets` are these blocks, in an order of which each class says what it means. One may be there
    several times.
    """

    __slots__ = ("targets",)

    def __init__(self, targets: list[Block]) -> None:
        self.targets = targets

    def again(self) -> End:
        """Another one that does the same."""
        raise NotImplementedError(type(self).__name__)

    def text(self) -> str:
        """How it is printed."""
        raise NotImplementedError(type(self).__name__)

    def _text(self, name: str) -> str:
        values = [value.text() for value in self.own()]
        targets = [str(target.position) for target in self.targets]
        return " ".join((name, *values, *targets))

    def own(self) -> tuple[Expression, ...]:
        """What it evaluates, in order."""
        return ()

    def rewrite(self, change: Callable[[Expression], Expression]) -> None:
        """Put what `change` gives in the place of each expression that it evaluates."""

    def decided(self) -> Block | None:
        """The only block that can follow, where an expression that is constant says so."""
        return None

    def distinct_targets(self) -> list[Block]:
        """The blocks that may follow, each once, in order of first mention."""
        return list(dict.fromkeys(self.targets))


class JumpEnd(End):
    """Go on with a block."""

    __slots__ = ()

    def __init__(self, target: Block) -> None:
        End.__init__(self, [target])

    def again(self) -> JumpEnd:
        return JumpEnd(self.targets[0])

    def text(self) -> str:
        return self._text("jump")

    def distinct_targets(self) -> list[Block]:
        return self.targets[:]


class BranchEnd(End):
    """Go to the first target if a condition holds, else to the second."""

    __slots__ = ("condition",)

    def __init__(self, condition: Expression, then: Block, otherwise: Block) -> None:
        End.__init__(self, [then, otherwise])
        self.condition = condition

    def again(self) -> BranchEnd:
        then, otherwise = self.targets
        return BranchEnd(self.condition, then, otherwise)

    def text(self) -> str:
        return self._text("branch")

    def distinct_targets(self) -> list[Block]:
        then, otherwise = self.targets
        return [then] if then is otherwise else [then, otherwise]

    def own(self) -> tuple[Expression, ...]:
        return (self.condition,)

    def rewrite(self, change: Callable[[Expression], Expression]) -> None:
        self.condition = change(self.condition)

    def decided(self) -> Block | None:
        if isinstance(self.condition, Const):
            return self.targets[0 if self.condition.imm else 1]
        return None


class SwitchEnd(End):
    """Go to the target that an index is the number of, or to the last one if there is none.

    The index may be evaluated several times.
    """

    __slots__ = ("index",)

    def __init__(self, index: Expression, targets: list[Block]) -> None:
        End.__init__(self, targets)
        self.index = index

    def again(self) -> SwitchEnd:
        return SwitchEnd(self.index, self.targets[:])

    def text(self) -> str:
        return self._text("switch")

    def own(self) -> tuple[Expression, ...]:
        return (self.index,)

    def rewrite(self, change: Callable[[Expression], Expression]) -> None:
        self.index = change(self.index)

    def decided(self) -> Block | None:
        if isinstance(self.index, Const):
            return self.targets[min(cast(int, self.index.imm), len(self.targets) - 1)]
        return None


class ReturnEnd(End):
    """Leave the function with its results."""

    __slots__ = ("values",)

    def __init__(self, values: tuple[Expression, ...]) -> None:
        End.__init__(self, [])
        self.values = values

    def again(self) -> ReturnEnd:
        return ReturnEnd(self.values)

    def text(self) -> str:
        return self._text("return")

    def own(self) -> tuple[Expression, ...]:
        return self.values

    def rewrite(self, change: Callable[[Expression], Expression]) -> None:
        self.values = tuple(map(change, self.values))


class UnreachableEnd(End):
    """Trap."""

    __slots__ = ()

    def __init__(self) -> None:
        End.__init__(self, [])

    def again(self) -> UnreachableEnd:
        return UnreachableEnd()

    def text(self) -> str:
        return self._text("unreachable")


class Block:
    """Statements that are executed one after the other, and its end, which says where to go then.

    It may be left before its end, too: where an exception is thrown in it, control goes to its handler,
    if it has one. That can be in each expression that may throw, in a statement, which then assigns
    nothing, or in the end. So a statement that assigns a variable may not change places with what
    throws, if the handler may read the variable.

    A handler stands behind the blocks whose exceptions it handles, and is entered by these only.
    Its first statement may take what has been thrown: the value of `caught`.
    """

    __slots__ = (
        "ancestor",
        "counter",
        "depth",
        "dominator",
        "end",
        "handler",
        "is_loop",
        "loop",
        "loop_depth",
        "position",
        "predecessors",
        "statements",
    )

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self.end: End  # there is none until the block has been ended
        self.handler: Block | None = None
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

    def expressions(self) -> list[Expression]:
        """What is evaluated, in order."""
        found = [
            expression
            for statement in self.statements
            for expression in statement.own()
        ]
        found += self.end.own()
        return found

    def throws(self) -> bool:
        """Whether an exception may be thrown in it."""
        return any(may_throw(value.effects) for value in self.expressions())

    def certain(self) -> list[Statement]:
        """The statements that have been executed wherever the block is left."""
        if self.handler is not None:
            for at, statement in enumerate(self.statements):
                if any(may_throw(value.effects) for value in statement.own()):
                    return self.statements[:at]
        return self.statements

    def followers(self) -> list[Block]:
        """The blocks that it may lead to, each once: its targets and its handler."""
        found = self.end.distinct_targets()
        if self.handler is not None:
            found.append(self.handler)
        return found

    def refresh_effects(self, renamed: int) -> None:
        """Make effects say which variables are read, after some have been renamed.

        `renamed` are the effects of reading these under their former names.
        """
        for statement in self.statements:
            for expression in statement.own():
                if expression.effects & renamed:
                    expression.refresh_effects(renamed)
        for expression in self.end.own():
            if expression.effects & renamed:
                expression.refresh_effects(renamed)


def link(blocks: list[Block]) -> list[Block]:
    """Set predecessors and loop headers; give back the blocks in use, in code order."""
    # Twice, if any leads back to a jump, which is only then known to lead further.
    for _ in range(1 + any(map(_leads_back_to_jump, blocks))):
        for block in reversed(blocks):
            end = block.end
            end.targets = [_behind_jumps(target) for target in end.targets]
            _decide(block)
            if block.handler is not None and not block.throws():
                block.handler = None
    reached = blocks[:1]
    for block in blocks:
        if block.position > 0:
            if not block.predecessors:
                take_apart([block])
                continue
            reached.append(block)
        for target in block.followers():
            target.predecessors.append(block)
            if target.position <= block.position:
                target.is_loop = True
    for position, block in enumerate(reached):
        block.position = position
    return reached


def _leads_back_to_jump(block: Block) -> bool:
    at = block.position
    for target in block.end.targets:
        if target.position <= at and not target.statements:
            if isinstance(target.end, JumpEnd) or target.end.decided() is not None:
                return True
    return False


def relink(blocks: list[Block]) -> None:
    """Set all that `link` and `find_loops` do, of blocks that have changed; all of them are in use."""
    for position, block in enumerate(blocks):
        block.position = position
        block.predecessors = []
        block.is_loop = False
        block.loop = None
    for block in blocks:
        for target in block.followers():
            target.predecessors.append(block)
            if target.position <= block.position:
                target.is_loop = True
    find_loops(blocks)


def _behind_jumps(block: Block) -> Block:
    """Where a branch to a block really goes, once the blocks behind it have been looked at."""
    if not block.statements and isinstance(block.end, JumpEnd):
        target = block.end.targets[0]
        if target.position > block.position:
            return target
    return block


def _decide(block: Block) -> None:
    """Make a jump of a branch that has no choice."""
    end = block.end
    if len(end.targets) < 2:
        return
    target = end.decided()
    if target is None:
        if len(end.distinct_targets()) > 1:
            return
        target = end.targets[0]
        block.statements += map(Do, end.own())
    block.end = JumpEnd(target)


def find_dominators(blocks: list[Block]) -> None:
    """Set `dominator` and `depth`: a block's is the common ancestor of its forward predecessors.

    What dominates a handler need not have been executed to its end.
    """
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
        block.end.targets, block.predecessors = [], []
        block.handler = block.dominator = block.ancestor = block.loop = None


def enclosing(block: Block) -> Block | None:
    """The header of the innermost loop that a block is in; a header is in its own loop."""
    return block if block.is_loop else block.loop


def contains(header: Block, block: Block) -> bool:
    """Whether a block is in the loop of a header."""
    at = enclosing(block)
    while at is not None and at.loop_depth > header.loop_depth:
        at = at.loop
    return at is header
