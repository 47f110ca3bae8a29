"""Thousands of native instances come and go; copies of the runtime work together."""

from __future__ import annotations

import gc
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

import wasm2py
from tests.native.guest import instantiate, needs_compiler
from tests.native.programs import run
from tests.packages import import_package
from tests.wasm_tools import assemble

pytestmark = needs_compiler

# Each has a memory of its own. Those that are only in a cycle wait for the collector.
THOUSANDS = """
import gc, os, resource
def used():
    with open("/proc/self/statm") as file:
        size, resident = map(int, file.read().split()[:2])
    return size * 4096, resident * 4096
def some(count):
    for number in range(count):
        world = World(guest)
        e = guest.instantiate({"env": world.env}).exports
        world.table.set(0, e.load)
        assert e.indirect_unary(0, 8) == 0
        try: e.load(-1)
        except guest.Trap: pass
    del world, e
    gc.collect()
some(200)
size, resident = used()
some(3000)
grown, more = used()
assert grown - size < 1 << 30, grown - size
assert more - resident < 8 << 20, more - resident
"""

# 8 GiB of address space each.
ALIVE = """
worlds = [World(guest) for _ in range(2000)]
alive = [guest.instantiate({"env": world.env}).exports for world in worlds]
for number, e in enumerate(alive):
    e.store(16, number)
assert all(e.load(16) == number for number, e in enumerate(alive))
"""

GLOBAL = '(module (global (export "g") (mut i64) (i64.const 9)))'

# It is given objects, one after the other, and has only two of them at any time.
REFERENCES = """
(module
  (import "env" "new" (func $new (result externref)))
  (import "env" "use" (func $use (param externref externref)))
  (func (export "many") (param $count i32) (result externref)
    (local $first externref) (local $last externref)
    (local.set $first (call $new))
    (loop $again
      (local.set $last (call $new))
      (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
    (call $use (local.get $first) (local.get $last))
    (local.get $first)))
"""

LIMITED = """
import resource
with open("/proc/self/statm") as file:
    used = int(file.read().split()[0]) * 4096
resource.setrlimit(resource.RLIMIT_AS, (used + (1 << 30), resource.RLIM_INFINITY))
world = World(guest)
e = guest.instantiate({"env": world.env}).exports
e.store(0, 5)
assert e.load(0) == 5 and e.grow(2) == 1 and e.load(3 * 65536 - 4) == 0
try: e.load(-1)
except guest.Trap: pass
else: raise AssertionError
"""


# Who owns the address space of memories: native code, unless the process has not got all that it wants.
RESERVED = """
import resource
memory = guest.Memory(1, 3)
assert type(memory.buffer.obj) is guest.module.native.Guard
with memory.buffer as view:
    assert memory.grow(2) == 1 and memory.buffer[-1] == 0
    view[0] = 7
    assert memory.buffer[0] == 7
for name in ("RLIMIT_AS", "RLIMIT_DATA"):
    limit = getattr(resource, name)
    before = resource.getrlimit(limit)
    resource.setrlimit(limit, (1 << 45, before[1]))
    assert type(guest.Memory(1).buffer.obj).__name__ == "mmap"
    resource.setrlimit(limit, before)
for _ in range(20_000):
    guest.Memory(1).buffer[0] = 1
"""


# Each owns the one before: to free them takes no more stack than to free one.
CHAINED = """
import gc, threading
function = lambda value: value
for _ in range(3000):
    env = {**world.env, "host": function}
    function = guest.instantiate({"env": env}).exports.call_host
assert function(3) == 3
def run():
    global function
    try: function(3)
    except guest.StackExhausted: done.append(1)
    function = None
    gc.collect()
    done.append(2)
done = []
threading.stack_size(65536)
thread = threading.Thread(target=run)
thread.start()
thread.join()
assert done == [1, 2], done
"""


def test_a_chain_of_thousands(guest_folder: Path) -> None:
    run(guest_folder, CHAINED)


def test_thousands_are_freed(guest_folder: Path) -> None:
    run(guest_folder, THOUSANDS)


def test_thousands_are_alive(guest_folder: Path) -> None:
    run(guest_folder, ALIVE)


@pytest.mark.parametrize("depth", (1, 2))
def test_references_are_freed_during_a_call(
    guest: ModuleType, depth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where there may be greenlets, those of calls within calls are kept.
    monkeypatch.delitem(sys.modules, "greenlet", raising=False)

    class Counted:
        alive = most = made = 0

        def __init__(self) -> None:
            type(self).made += 1
            self.number = self.made
            type(self).alive += 1
            type(self).most = max(self.most, self.alive)

        def __del__(self) -> None:
            type(self).alive -= 1

    def use(first: Counted, last: Counted) -> None:
        assert (first.number, last.number) == (1, count + 1)
        assert Counted.alive < Counted.most

    count = 100_000
    module = wasm2py.compile(assemble(REFERENCES), target="c")
    imports = {"env": {"new": Counted, "use": use}}
    many = wasm2py.instantiate(module, imports).exports.many
    results: list[Counted] = []

    def host(value: int) -> int:
        results.append(many(value))
        return 0

    host(count) if depth == 1 else instantiate(guest, host=host)[0].call_host(count)
    first = results.pop()
    assert (first.number, Counted.alive) == (1, 1)
    assert Counted.most < 20_000


def test_where_address_space_is_scarce(guest_folder: Path) -> None:
    """The Python functions are used."""
    run(guest_folder, LIMITED)


def test_native_code_reserves_address_space(guest_folder: Path) -> None:
    run(guest_folder, RESERVED)


@pytest.fixture(scope="module")
def other(guest_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """A copy of the package, with its own copy of both runtimes."""
    folder = tmp_path_factory.mktemp("other") / "other_guest"
    shutil.copytree(guest_folder, folder)
    return import_package(folder)


def test_copies_work_together(guest: ModuleType, other: ModuleType) -> None:
    assert other.target == "c"
    assert guest.module.native.Guard is not other.module.native.Guard
    inner, world = instantiate(guest)
    outer = other.instantiate({"env": {**world.env, "host": inner.load}}).exports
    inner.store(8, 3)
    assert outer.load(8) == outer.call_host(8) == 3
    world.table.set(0, inner.load)
    assert outer.indirect_unary(0, 8) == inner.indirect_unary(0, 8) == 3
    assert outer.grow(1) == 1
    assert inner.load(2 * 65536 - 4) == 0
    for call in (outer.call_host, outer.load, lambda p: outer.indirect_unary(0, p)):
        with pytest.raises(other.Trap, match="out of bounds memory access"):
            call(-1)
    with pytest.raises(guest.Trap):
        inner.load(-1)
    inner.set_setting(12)
    assert outer.get_setting() == 12
    assert outer.same_function(inner.load) is inner.load


def test_a_package_that_is_imported_again(guest_folder: Path) -> None:
    program = (
        "first = e\n"
        "for name in [name for name in sys.modules if name.startswith('guest')]:\n"
        "    del sys.modules[name]\n"
        "import guest as again\n"
        "assert again is not guest and again.target == 'c'\n"
        "second = again.instantiate({'env': world.env}).exports\n"
        "for api, exports in ((guest, first), (again, second)):\n"
        "    try: exports.load(-1)\n"
        "    except api.Trap: continue\n"
        "    raise AssertionError\n"
    )
    run(guest_folder, program)


def test_other_interpreters_use_the_python_functions(guest_folder: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(guest_folder.parent)!r});"
        "import guest; assert guest.target == 'python', guest.target"
    )
    program = (
        "try: import _xxsubinterpreters as interpreters\n"
        "except ImportError: import _interpreters as interpreters\n"
        f"code = {code!r}\n"
        "for _ in range(2):\n"
        "    failed = interpreters.run_string(interpreters.create(), code)\n"
        "    assert failed is None, failed\n"
        "assert e.add(1, 2) == 3\n"
    )
    run(guest_folder, program)


def test_what_the_collector_empties_may_still_be_called(guest: ModuleType) -> None:
    """By finalisers of what is collected together with an instance."""
    results: list[object] = []
    module = wasm2py.compile(assemble(GLOBAL), target="c")

    def make() -> None:
        class Last:
            # No room for attributes: the collector does not know of its objects.
            __slots__ = ()

            def __del__(self) -> None:
                try:
                    results.append(call())
                except BaseException as error:  # noqa: BLE001
                    results.append(str(error))  # without its frames

        owner = wasm2py.instantiate(module).exports
        e, world = instantiate(guest, host=lambda value: value, setting=owner.g)
        world.table.set(0, e.load)
        e.indirect_unary(0, 8)
        last = Last()
        cycle: list[object] = [e, world, last]
        cycle.append(cycle)

        def call() -> object:
            e.set_setting(e.get_setting() + 1)
            return e.indirect_unary(0, 8), e.call_host(3), e.grow(1), e.load(-4)

    for _ in range(3):
        make()
    gc.collect()
    assert len(results) == 3
