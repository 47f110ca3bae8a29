"""Runs programs while everything is done to disturb them, under any Python from 3.9 on.

    python tests/moments/run.py FOLDER WORLD SEED SECONDS

Needs the standard library only. FOLDER holds `worlds.json` and packages, as `prepare.py` makes
them. Prints what happened how often, or what went wrong; the exit status is 1 then.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import json
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY / "runtime"), str(REPOSITORY)]

from tests.moments.check import INTERRUPTED, Checker, Violation  # noqa: E402
from tests.moments.model import HOST_RAISED  # noqa: E402
from tests.moments.world import (  # noqa: E402
    IS_PYPY,
    MAIN,
    SLOTS,
    THREAD,
    HostError,
    Stop,
    Worker,
    World,
    is_interruption,
)

ALONE = ("raising", "shallow", "brink", "instantiating")
# Others grow the memory meanwhile. Where it moves, that is not promised to go well.
WITH_OTHERS = ("calling", "littering", "thread")
ROUNDS_IN_A_WORLD = 60
_THRESHOLDS = () if IS_PYPY else gc.get_threshold()
# Address space beyond what is in use, in a world where it is scarce. PyPy's collector does not
# know how much a memory takes, and ends the process where there is no more.
SCARCE = (8 if IS_PYPY else 1) << 30


class Weather:
    """What disturbs one round."""

    def __init__(self, rng: random.Random, kinds: tuple[str, ...]) -> None:
        self.kinds = frozenset(kind for kind in kinds if rng.random() < 0.4)
        self.threshold = rng.randint(1, 50)
        self.interval = rng.choice([2e-5, 5e-5, 1e-4, 3e-4, 1e-3])
        self.repeated = rng.random() < 0.5

    def interruptible(self) -> frozenset[int]:
        """Slots whose programs may be stopped anywhere."""
        if self.kinds & {"raising", "shallow", "brink"}:
            return frozenset(range(SLOTS)) - {THREAD}
        return frozenset()


class Fuzzer:
    """Rounds in one world after the other, until the time is over."""

    def __init__(
        self, modules: list[dict[str, Any]], seed: int, kinds: tuple[str, ...]
    ) -> None:
        self.rng = random.Random(seed)
        self._modules = modules
        self._kinds = kinds
        self._armed: list[bool] = []
        self.counts: dict[str, int] = {}
        self.weather = Weather(self.rng, self._kinds)
        self.round = 0
        # Before other threads raise the limit.
        self._host_depth = _depth()
        # What finalisers and callbacks raise. (Called where there may be no stack left.)
        self._unraisable: list[Any] = []
        sys.unraisablehook = self._unraisable.append

    def run(self, seconds: float) -> None:
        signal.signal(signal.SIGALRM, self._handle)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.world = World(self._modules, random.Random(self.rng.random()))
            self._checker = Checker(self.world)
            for _ in range(ROUNDS_IN_A_WORLD):
                self._one_round()
                if time.monotonic() > end:
                    break
            for kind, count in self.world.counts.items():
                self._count(kind, count)

    def _count(self, kind: str, times: int = 1) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + times

    def _one_round(self) -> None:
        self.round += 1
        self._count("rounds")
        self.weather = weather = Weather(self.rng, self._kinds)
        main = self.world.instances[MAIN].exports
        main.depth.value = self._brink() if "brink" in weather.kinds else 40
        outcomes: list[str] = []
        with self._disturbed(weather):
            for _ in range(self.rng.randint(1, 8)):
                act, is_program = self._act(weather)
                outcome = self._outcome(act, weather)
                if is_program:
                    outcomes.append(outcome)
                if outcome == INTERRUPTED:
                    break
        self._note_unraisable()
        self._checker.check(outcomes, weather.interruptible())

    def _note_unraisable(self) -> None:
        """Only what may come at any moment is fine."""
        while self._unraisable:
            error = self._unraisable.pop().exc_value
            if not is_interruption(error):
                self.world.errors.append(error)

    def _act(self, weather: Weather) -> tuple[Callable[[], Any], bool]:
        """What to do, and whether it is a program of the main slot."""
        if "instantiating" in weather.kinds and self.rng.random() < 0.4:
            return self._instantiate, False
        if self.rng.random() < 0.1:
            return lambda: self.world.memory_growths.grow(1), False
        number = self.rng.getrandbits(8)
        if "shallow" in weather.kinds and self.rng.random() < 0.5:
            left = self.rng.randint(2, 60)
            return lambda: self._dive(left, lambda: self.world.run(MAIN, number)), True
        return lambda: self.world.run(MAIN, number), True

    def _instantiate(self) -> None:
        instance = self.world.instantiate(self.rng.randrange(3), SLOTS)
        (
            instance.exports.ask(0, 8)
            if self.rng.random() < 0.1
            else instance.exports.size()
        )

    def _brink(self) -> int:
        """How deep programs can nest calls, nearly."""
        exports = self.world.instances[MAIN].exports
        exports.reached.value = 0
        try:
            exports.probe()
        except RecursionError:
            pass
        reached = int(exports.reached.value)
        return reached + self.rng.randint(-30, 10)

    def _dive(self, left: int, act: Callable[[], Any]) -> None:
        """Act where about so many calls are left."""

        def down(n: int) -> Any:
            return down(n - 1) if n else act()

        down(self._host_depth - left)

    def _outcome(self, act: Callable[[], Any], weather: Weather) -> str:
        """Act, and tell how it ended: "", the words of a trap, or INTERRUPTED."""
        allowed = bool(weather.interruptible())
        try:
            if "raising" in weather.kinds:
                self._armed.append(True)
            try:
                if self.world.littering:
                    self.world.litter()
                act()
            finally:
                self._armed.clear()
        except Stop:
            self._count("stopped")
            return INTERRUPTED
        except HostError:
            self._count("host errors")
            return HOST_RAISED
        except Exception as error:
            if allowed and is_interruption(error):
                self._count("exhausted")
                return INTERRUPTED
            if not isinstance(error, self.world.traps):
                raise
            self._count("traps")
            return str(error)
        return ""

    def _handle(self, number: int, frame: object) -> None:
        """The handler of signals. Raises once for each act."""
        if self.world.quiet:
            return
        if "calling" in self.weather.kinds:
            self.world.borrow("handled")
        if self._armed:
            self._armed.clear()
            raise Stop

    @contextlib.contextmanager
    def _disturbed(self, weather: Weather) -> Iterator[None]:
        world = self.world
        switching = sys.getswitchinterval()
        world.littering = "littering" in weather.kinds
        if world.littering and not IS_PYPY:
            gc.set_threshold(weather.threshold, 2, 2)
        world.quiet = False
        worker = (
            Worker(world) if "thread" in weather.kinds else contextlib.nullcontext()
        )
        sys.setswitchinterval(1e-5 if "thread" in weather.kinds else switching)
        if weather.kinds & {"raising", "calling"}:
            again = weather.interval if weather.repeated else 0
            signal.setitimer(signal.ITIMER_REAL, weather.interval, max(again, 1e-4))
        try:
            with worker:
                yield
        finally:
            world.quiet = True
            signal.setitimer(signal.ITIMER_REAL, 0)
            sys.setswitchinterval(switching)
            if not IS_PYPY:
                gc.set_threshold(*_THRESHOLDS)


def _depth() -> int:
    """How many calls are left before the stack's end."""
    depth = [0]

    def down() -> None:
        depth[0] += 1
        down()

    with contextlib.suppress(RecursionError):
        down()
    return depth[0]


def _make_space_scarce() -> None:
    import resource

    with open("/proc/self/statm", encoding="ascii") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (used + SCARCE, hard))


def main() -> int:
    """Command line; returns the exit status."""
    if len(sys.argv) != 5:
        print(__doc__, file=sys.stderr)
        return 2
    folder, world, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    faulthandler.enable()
    sys.path.insert(0, str(folder))
    worlds = json.loads((folder / "worlds.json").read_text("utf-8"))
    scarce = world % 3 == 2 and sys.platform == "linux"
    if scarce:
        _make_space_scarce()
    fuzzer = Fuzzer(worlds[world], seed, ALONE if scarce else ALONE + WITH_OTHERS)
    failed = True
    try:
        fuzzer.run(float(sys.argv[4]))
        failed = False
    except Violation as violation:
        print(violation)
    finally:
        if failed:
            kinds = ", ".join(sorted(fuzzer.weather.kinds)) or "none"
            print(f"round {fuzzer.round}, disturbances: {kinds}")
    if failed:
        return 1
    print(json.dumps(fuzzer.counts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
