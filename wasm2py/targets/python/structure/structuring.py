"""From basic blocks back to structured code: `if`, loops, `break` and `continue`.

The dominator tree says where code goes. A block with one branch to it stands where that branch
was. A block where several paths meet stands right after the block that dominates it, and paths end
by falling through to it; where a path on its way elsewhere passes such a place, the place is
guarded by a test of the label that the path has set. What a loop's exits lead to stands after it.

Nesting is bounded: code that would stand too deep is moved to an outer place and guarded, and a loop
that stands too deep becomes a dispatcher, a loop around a tree of tests of the label.
"""

from __future__ import annotations

from bisect import bisect, insort
from typing import Final

from wasm2py.errors import Unimplemented
from wasm2py.ir.graph import (
    Block,
    BranchEnd,
    JumpEnd,
    ReturnEnd,
    SwitchEnd,
    UnreachableEnd,
    enclosing,
    find_dominators,
)
from wasm2py.ir.nodes import Assign, Const, Expression, Statement, Variable
from wasm2py.targets.python.tree.nodes import (
    Break,
    Continue,
    If,
    LabelTest,
    Loop,
    Return,
    SetLabel,
    Switch,
    Unreachable,
    ends,
)

# Python's compiler takes 20 nested loops and 98 levels of indentation.
MAX_LOOPS: Final = 19
MAX_NESTING: Final = 10  # of conditions around code, within one loop
FREE_DEPTH: Final = 24  # of everything, up to which conditions are not counted
MAX_DEPTH: Final = 60  # of everything, where a loop begins, in functions of few blocks
FEW_BLOCKS: Final = 12  # bits of their number

_ANYWHERE: Final = 1 << 60  # a position behind every block
_FAR_UP: Final = 64  # loops nested deeper than this are inside a dispatcher in any case


class _Region:
    """A list of statements in the making, and the blocks that are to follow in it."""

    __slots__ = ("depth", "farthest", "loops", "pending")

    def __init__(self, depth: int, loops: int) -> None:
        self.depth = depth
        self.loops = loops  # how many are open around it
        self.pending: list[_Place] = []  # by position
        self.farthest = -1  # the last position that a path falls through to

    def add(self, places: list[_Place]) -> None:
        for place in places:
            insort(self.pending, place, key=_position)
            place.region = self


class _Place:
    """Where a block stands."""

    __slots__ = ("block", "inline", "is_small_end", "merges", "region", "weight")

    def __init__(self, block: Block) -> None:
        self.block = block
        self.is_small_end = _is_small_end(block)
        self.inline = False  # at the only branch to it
        self.merges: list[_Place] = []  # what stands right after it
        self.weight = 1  # the blocks that it dominates, itself included
        self.region: _Region | None = None  # where it waits, if it does


class _OpenLoop:
    """A loop in the making."""

    __slots__ = ("depth", "escapes", "header")

    def __init__(self, header: Block, depth: int) -> None:
        self.header = header
        self.depth = depth
        self.escapes: dict[Block, None] = {}  # where its breaks lead


def _position(place: _Place) -> int:
    return place.block.position


def structure(blocks: list[Block], types: list[str]) -> list[Statement]:
    """Structured code for the linked blocks of a function body whose loops have been found.

    Every branch that falls through to its target sets that one's label; most of the
    labels are of no use (see `wasm2py.targets.python.structure.dead_labels`). `types` are the function's variables; a
    switch may add one.
    """
    find_dominators(blocks)
    return _Structurer(blocks, _places(blocks), types).place(blocks[0], 0)


def _places(blocks: list[Block]) -> list[_Place]:
    """Decide after which block each one stands, if not where the only branch to it is."""
    places = [_Place(block) for block in blocks]
    top: dict[Block, Block] = {}
    for block in blocks:
        if block.handler is not None:
            raise Unimplemented("structured code does not catch exceptions")
        if block.is_loop:
            outer = block.loop
            deep = outer is not None and block.loop_depth > _FAR_UP
            top[block] = top[outer] if deep and outer is not None else block
    for block in reversed(blocks[1:]):
        if block.dominator is not None:
            weight = places[block.position].weight
            places[block.dominator.position].weight += weight
    for block in blocks[1:]:
        dominator = block.dominator
        if dominator is None or places[block.position].is_small_end:
            continue
        around = enclosing(dominator)
        if _sites(block) == 1 and (around is block.loop or _is_short_way_out(block)):
            places[block.position].inline = True
            continue
        if around is not None:
            far_up = top[around]
            if block.loop is None or block.loop.loop_depth < far_up.loop_depth:
                around = far_up
        while around is not None and around is not block.loop:
            dominator = around
            around = around.loop
        places[dominator.position].merges.append(places[block.position])
    return places


def _sites(block: Block) -> int:
    """How many blocks branch forward to a block."""
    if not block.is_loop:
        return len(block.predecessors)
    return sum(before.position < block.position for before in block.predecessors)


def _is_small_end(block: Block) -> bool:
    """Whether a block is repeated wherever it is branched to: a bare return or trap."""
    if block.statements or block.is_loop:
        return False
    end = block.end
    if isinstance(end, UnreachableEnd):
        return True
    return isinstance(end, ReturnEnd) and all(
        isinstance(value, (Const, Variable)) for value in end.values
    )


def _is_short_way_out(block: Block) -> bool:
    """Whether a block behind a loop may stand inside it, where the loop is left.

    It does little, and then leaves the function, or goes where others go, too: that need not be
    told apart any more.
    """
    if len(block.statements) > 3:
        return False
    if isinstance(block.end, JumpEnd):
        target = block.end.targets[0]
        return target.position <= block.position or _sites(target) > 1
    return not block.end.targets


class _Structurer:
    def __init__(
        self, blocks: list[Block], places: list[_Place], types: list[str]
    ) -> None:
        self._blocks = blocks
        self._places = places
        self._types = types
        # A dispatcher is a tree with as many levels as that number has bits, and so is a switch in it.
        more = max(0, len(blocks).bit_length() - FEW_BLOCKS)
        self._max_depth = MAX_DEPTH - 2 * more
        self._scopes: list[_Region | _OpenLoop] = []
        self._loops: list[_OpenLoop] = []
        self._entered: set[Block] = set()

    def place(self, start: Block, depth: int) -> list[Statement]:
        """The statements of a block and of what stands after it."""
        region = _Region(depth, len(self._loops))
        self._scopes.append(region)
        statements: list[Statement] = []
        block: Block | None = start
        while True:
            while block is not None:
                block = self._block(block, region, statements)
            if not region.pending:
                break
            place = region.pending.pop(0)
            place.region = None
            block = place.block
            if region.farthest > block.position:
                if self._is_too_deep(depth + 1):
                    self._move_out(block)
                    self._fall(block)
                else:
                    guarded = self.place(block, depth + 1)
                    test = LabelTest(block.position)
                    statements.append(If(test, False, guarded, []))
                block = None
        self._scopes.pop()
        return statements

    def _block(
        self, block: Block, region: _Region, statements: list[Statement]
    ) -> Block | None:
        """Add a block; give back the one that goes on in the same list, if any."""
        merges = self._places[block.position].merges
        if not block.is_loop:
            region.add(merges)
        elif block in self._entered:
            region.add([merge for merge in merges if merge.block.loop is block])
        else:
            self._loop(block, region, statements)
            return None
        statements += block.statements
        return self._terminator(block, region, statements)

    # Loops

    def _loop(
        self, header: Block, region: _Region, statements: list[Statement]
    ) -> None:
        merges = self._places[header.position].merges
        region.add([merge for merge in merges if merge.block.loop is not header])
        self._entered.add(header)
        loop = _OpenLoop(header, region.depth + 1)
        self._scopes.append(loop)
        self._loops.append(loop)
        if len(self._loops) > MAX_LOOPS or region.depth > self._max_depth:
            statements.append(SetLabel(header.position))
            body = self._dispatcher(header, loop.depth)
        else:
            body = self.place(header, loop.depth)
        self._loops.pop()
        self._scopes.pop()
        endless = not loop.escapes
        statements.append(Loop(body, endless=endless, counter=header.counter))
        self._route(list(loop.escapes), statements)

    def _route(self, escapes: list[Block], statements: list[Statement]) -> None:
        """After a loop, send the paths that left it on to where they go."""
        outward = [block for block in escapes if not self._falls_to(block)]
        for block in escapes:
            if block not in outward:
                self._fall(block)
                continue
            onward = self._leave(block)
            if len(escapes) == 1:
                statements.append(onward)
            else:
                test = LabelTest(block.position)
                statements.append(If(test, False, [onward], []))

    def _dispatcher(self, header: Block, depth: int) -> list[Statement]:
        """The body of a loop that has an arm for each block in it and finds it by its label."""
        last = _last_branch(header)
        headers = {header}
        members = [header]
        for block in self._blocks[header.position + 1 :]:
            if block.position > last:
                break
            if block.loop in headers:
                members.append(block)
                if block.is_loop:
                    headers.add(block)
                    # The inner loop may go on behind the outer's last branch back.
                    last = max(last, _last_branch(block))
        inside = set(members)
        arms = [self._arm_of_dispatcher(block, inside, depth) for block in members]
        return _decision(arms, members)

    def _arm_of_dispatcher(
        self, block: Block, inside: set[Block], depth: int
    ) -> list[Statement]:
        statements = list(block.statements)

        def edge(target: Block) -> list[Statement]:
            if target in inside:
                return [SetLabel(target.position)]
            if self._stands_here(target):
                return self.place(target, depth + 1)
            left: list[Statement] = []
            self._jump(target, left)
            return left

        end = block.end
        if isinstance(end, JumpEnd):
            return statements + edge(end.targets[0])
        if isinstance(end, BranchEnd):
            then, otherwise = map(edge, end.targets)
            return [*statements, If(end.condition, False, then, otherwise)]
        if isinstance(end, SwitchEnd):
            switch = self._switch_on(end, statements)
            switch.arms = [edge(target) for target in _arms(end)]
            return [*statements, switch]
        return [*statements, _leaving(block)]

    # Branches

    def _terminator(
        self, block: Block, region: _Region, statements: list[Statement]
    ) -> Block | None:
        end = block.end
        if isinstance(end, JumpEnd):
            return self._go_on(end.targets[0], statements)
        if isinstance(end, BranchEnd):
            return self._branch(end, region, statements)
        if isinstance(end, SwitchEnd):
            self._switch(end, region, statements)
        else:
            statements.append(_leaving(block))
        return None

    def _stands_here(self, target: Block) -> bool:
        """Whether a block's place is where this branch to it is."""
        return self._places[target.position].inline and target not in self._entered

    def _go_on(self, target: Block, statements: list[Statement]) -> Block | None:
        if self._stands_here(target):
            return target
        self._jump(target, statements)
        return None

    def _branch(
        self, end: BranchEnd, region: _Region, statements: list[Statement]
    ) -> Block | None:
        condition, negated = end.condition, False
        first, second = end.targets
        if self._rank(second) < self._rank(first):
            first, second, negated = second, first, True
        then = self._arm(first, region.depth + 1)
        if ends(then):
            statements.append(If(condition, negated, then, []))
            return self._go_on(second, statements)
        otherwise = self._arm(second, region.depth + 1)
        if ends(otherwise):
            statements.append(If(condition, not negated, otherwise, []))
            statements += then
        else:
            statements.append(If(condition, negated, then, otherwise))
        return None

    def _rank(self, target: Block) -> tuple[int, int]:
        """What leaves goes first, and what is small: the other arm may then follow unindented."""
        if self._places[target.position].is_small_end:
            return (0, 0)
        if not self._stands_here(target):
            if not self._loops or self._falls_to(target):
                return (2, 0)
            # Going round again is what the end of a loop's body does anyway.
            return (1, 0) if target is self._loops[-1].header else (0, 1)
        return (2, self._places[target.position].weight)

    def _arm(self, target: Block, depth: int) -> list[Statement]:
        """The statements that lead to a block: itself, if this is its place."""
        statements: list[Statement] = []
        if not self._stands_here(target):
            self._jump(target, statements)
            return statements
        if not self._is_too_deep(depth) or self._is_leaf(target):
            return self.place(target, depth)
        self._move_out(target)
        self._jump(target, statements)
        return statements

    def _is_too_deep(self, depth: int) -> bool:
        return depth > max(FREE_DEPTH, self._base() + MAX_NESTING)

    def _base(self) -> int:
        """The depth at which the innermost loop's body stands."""
        return self._loops[-1].depth if self._loops else 0

    def _is_leaf(self, block: Block) -> bool:
        """Whether a block's own statements are all there is to place with it."""
        if len(block.end.targets) > 1:
            return False
        return self._places[block.position].weight == 1

    def _move_out(self, target: Block) -> None:
        """Let a block stand in an outer list of the innermost loop, and what follows it, too."""
        depth = max(FREE_DEPTH // 2, self._base() + MAX_NESTING // 2)
        inner: list[_Region] = []
        for scope in reversed(self._scopes):
            if isinstance(scope, _OpenLoop):
                break
            inner.append(scope)
            if scope.depth <= depth:
                break
        outer = inner.pop()
        outer.add([self._places[target.position]])
        for region in inner:
            at = bisect(region.pending, target.position, key=_position)
            moved = region.pending[at:]
            if moved:
                del region.pending[at:]
                outer.add(moved)
                outer.farthest = max(outer.farthest, _position(moved[-1]))
            region.farthest = _ANYWHERE

    def _jump(self, target: Block, statements: list[Statement]) -> None:
        if self._places[target.position].is_small_end:
            statements.append(_leaving(target))
        elif self._falls_to(target):
            self._fall(target)
            statements.append(SetLabel(target.position))
        else:
            if target is not self._loops[-1].header:
                statements.append(SetLabel(target.position))
            statements.append(self._leave(target))

    def _falls_to(self, target: Block) -> bool:
        """Whether a block stands further on in the innermost loop."""
        region = self._places[target.position].region
        return region is not None and region.loops == len(self._loops)

    def _fall(self, target: Block) -> None:
        """Note that a path falls through to a block, past what stands before it."""
        region = self._places[target.position].region
        for scope in reversed(self._scopes):
            if isinstance(scope, _OpenLoop):
                break
            if scope is region:
                scope.farthest = max(scope.farthest, target.position)
                break
            scope.farthest = _ANYWHERE

    def _leave(self, target: Block) -> Statement:
        loop = self._loops[-1]
        if target is loop.header:
            return Continue()
        loop.escapes[target] = None
        return Break()

    # Switches

    def _switch(
        self, end: SwitchEnd, region: _Region, statements: list[Statement]
    ) -> None:
        switch = self._switch_on(end, statements)
        targets = _arms(end)
        depth = region.depth + max(1, (len(targets) - 1).bit_length())
        switch.arms = [self._arm(target, depth) for target in targets]
        statements.append(switch)

    def _switch_on(self, end: SwitchEnd, statements: list[Statement]) -> Switch:
        """A switch whose arms are the distinct targets, in the order of `_arms`."""
        index = end.index
        runs = _runs(end.targets)
        distinct = end.distinct_targets()
        if len(runs) == len(distinct):
            return Switch(index, [first for first, _ in runs[1:]], [])
        number = {target: arm for arm, target in enumerate(distinct)}
        numbers = tuple(number[target] for target in end.targets)
        arm = Expression("switch.arm", (index,), numbers, "i32", index.effects, 40)
        self._types.append("i32")
        variable = len(self._types) - 1
        statements.append(Assign(variable, arm))
        chosen = Variable(variable, "i32")
        return Switch(chosen, list(range(1, len(distinct))), [])


def _last_branch(header: Block) -> int:
    """The position of the last block that branches to a loop's header."""
    return max(block.position for block in header.predecessors)


def _leaving(block: Block) -> Statement:
    """What ends a block that no other one follows."""
    if isinstance(block.end, ReturnEnd):
        return Return(block.end.values)
    if isinstance(block.end, UnreachableEnd):
        return Unreachable()
    raise Unimplemented(f"structured code has no {block.end.text()}")


def _arms(end: SwitchEnd) -> list[Block]:
    runs = _runs(end.targets)
    distinct = end.distinct_targets()
    return [t for _, t in runs] if len(runs) == len(distinct) else distinct


def _runs(targets: list[Block]) -> list[tuple[int, Block]]:
    """The numbers from which on a switch goes to another target."""
    runs: list[tuple[int, Block]] = []
    for number, target in enumerate(targets):
        if not runs or runs[-1][1] is not target:
            runs.append((number, target))
    return runs


def _decision(arms: list[list[Statement]], members: list[Block]) -> list[Statement]:
    """A balanced tree of tests of the label."""
    if len(arms) == 1:
        return arms[0]
    middle = len(arms) // 2
    test = LabelTest(members[middle].position, "<")
    first = _decision(arms[:middle], members[:middle])
    second = _decision(arms[middle:], members[middle:])
    return [If(test, False, first, second)]
