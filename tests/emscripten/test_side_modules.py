"""Dynamic linking."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

import wasm2py
from tests.emscripten.modules import MAIN, PROGRAM, SIDE
from tests.wasm_tools import assemble

NEEDS = "\\\\02\\\\06\\\\01\\\\04a.so".replace("\\\\", "\\")


@pytest.fixture(scope="module")
def side() -> wasm2py.Module:
    return wasm2py.compile(assemble(SIDE % ""))


@pytest.fixture
def main() -> tuple[wasm2py.Instance, wasm2py.Emscripten]:
    module = wasm2py.compile(assemble(MAIN))
    emscripten = wasm2py.Emscripten(module, clock=lambda: 9_000_000)
    instance = wasm2py.instantiate(module, emscripten)
    emscripten.initialize(instance)
    return instance, emscripten


def test_a_side_module(
    main: tuple[wasm2py.Instance, wasm2py.Emscripten], side: wasm2py.Module
) -> None:
    instance, emscripten = main
    first = emscripten.load_side(side)
    assert instance.exports.count() == 5
    assert first.exports.test(3) == (6, 6, 103, 77, 9.0)
    assert instance.exports.count() == 8
    second = emscripten.load_side(side)
    assert second.exports.test(1) == (2, 2, 101, 77, 9.0)
    assert instance.exports.count() == 9
    assert first.exports.base() != second.exports.base()
    assert first.exports.base() % 16 == 0 and first.exports.base() > 1 << 20
    assert first.exports.stack() == second.exports.stack() > 1 << 20


def test_libraries(
    main: tuple[wasm2py.Instance, wasm2py.Emscripten], side: wasm2py.Module
) -> None:
    _, emscripten = main
    needing = wasm2py.compile(assemble(SIDE % NEEDS))
    with pytest.raises(wasm2py.LinkError, match=r"needs the library 'a\.so'"):
        emscripten.load_side(needing)
    # One that needs itself is loaded once.
    loaded = emscripten.load_side(needing, libraries={"a.so": needing})
    assert loaded.exports.own() == 77


def test_names_that_nobody_has(
    main: tuple[wasm2py.Instance, wasm2py.Emscripten], side: wasm2py.Module
) -> None:
    _, emscripten = main
    text = SIDE % ""
    for old, new in (('"env" "own"', '"env" "nobody"'), ('"counter"', '"no_counter"')):
        module = wasm2py.compile(assemble(text.replace(old, new)))
        with pytest.raises(wasm2py.LinkError, match=r"nobody has .*'no"):
            emscripten.load_side(module)


def test_a_module_that_cannot_be_loaded_leaves_no_names(
    main: tuple[wasm2py.Instance, wasm2py.Emscripten],
) -> None:
    """Neither those that it looks for nor its own are there for those after it."""
    instance, emscripten = main
    own = '(func (export "own")'
    mine = '(global (export "mine") i32 (i32.const 8))' + own
    text = (SIDE % "").replace(own, mine).replace('"counter"', '"mine"')
    trapping = text.replace('"__wasm_call_ctors")', '"__wasm_call_ctors") unreachable')
    missing = text.replace('"twice" (global', '"nobody" (global')
    for wat in (trapping, missing):
        with pytest.raises((wasm2py.LinkError, wasm2py.Trap)):
            emscripten.load_side(wasm2py.compile(assemble(wat)))
    loaded = emscripten.load_side(wasm2py.compile(assemble(text)))
    assert loaded.exports.test(3) == (6, 6, 103, 77, 9.0)
    assert instance.memory.unpack("<I", loaded.exports.base() + 8) == (3,)


def test_imports_come_first(
    main: tuple[wasm2py.Instance, wasm2py.Emscripten], side: wasm2py.Module
) -> None:
    _, emscripten = main
    given = {"env": {"twice": lambda number: 1, "own": lambda: 2}}
    loaded = emscripten.load_side(side, imports=given)
    assert loaded.exports.test(3) == (1, 6, 103, 2, 9.0)


def test_a_main_module_that_is_not_made_for_it(side: wasm2py.Module) -> None:
    text = PROGRAM.replace(
        "(func $adds (param",
        '(global (export "counter") i32 (i32.const 2048))'
        '(func $adds (export "twice") (param',
    )
    module = wasm2py.compile(assemble(text))
    emscripten = wasm2py.Emscripten(module, clock=lambda: 9_000_000)
    with pytest.raises(ValueError, match="no instance"):
        emscripten.load_side(side)
    instance = wasm2py.instantiate(module, emscripten)
    loaded = emscripten.load_side(side)
    assert loaded.exports.test(3) == (4, 4, 103, 77, 9.0)
    assert 0 < loaded.exports.stack() <= len(instance.memory)


@pytest.mark.parametrize(
    "text", ["(module)", '(module (@custom "dylink.0" "\\01\\90"))']
)
def test_what_is_no_side_module(
    main: tuple[wasm2py.Instance, wasm2py.Emscripten], text: str
) -> None:
    with pytest.raises(wasm2py.LinkError, match=r"dylink\.0"):
        main[1].load_side(wasm2py.compile(assemble(text)))


def test_sizes_that_cannot_be(
    main: tuple[wasm2py.Instance, wasm2py.Emscripten],
) -> None:
    def sized(numbers: str) -> wasm2py.Module:
        text = f'(module (@custom "dylink.0" "\\01{numbers}"))'
        return wasm2py.compile(assemble(text))

    _, emscripten = main
    with pytest.raises(MemoryError):
        emscripten.load_side(sized("\\08\\f0\\ff\\ff\\ff\\0f\\00\\00\\00"))
    with pytest.raises(wasm2py.LinkError):
        emscripten.load_side(sized("\\04\\10\\7f\\00\\00"))
    with pytest.raises((MemoryError, wasm2py.Trap, IndexError)):
        emscripten.load_side(sized("\\08\\ff\\ff\\ff\\ff\\07\\00\\00\\00"))
    with pytest.raises(MemoryError):
        emscripten.load_side(sized("\\08\\00\\00\\ff\\ff\\ff\\ff\\07\\00"))


def test_a_main_module_for_which_there_is_no_room() -> None:
    text = MAIN.replace("\\01\\04\\10", "\\01\\08\\80\\ff\\ff\\ff\\0f")
    with pytest.raises(MemoryError, match="no room"):
        wasm2py.Emscripten(wasm2py.compile(assemble(text)))


def loading(text: str, section: str = "") -> wasm2py.Module:
    """A side module without data that imports a function, with further contents."""
    return wasm2py.compile(
        assemble(f"""(module (@custom "dylink.0" "\\01\\04\\00\\00\\00\\00{section}")
            (import "env" "f" (func $f)) {text})""")
    )


@pytest.mark.parametrize(
    "text, message",
    [
        ('(memory (export "f") 1)', "nobody has .*'f'"),
        ('(func (export "f") (param i64))', r"own is \(i64\) -> \(\)"),
        (
            '(func (export "f")) (func (export "__wasm_call_ctors") (param i32))',
            "'__wasm_call_ctors' is none of Emscripten's",
        ),
        (
            '(func (export "f")) (memory (export "_initialize") 1)',
            "'_initialize' is no function",
        ),
    ],
)
def test_functions_that_are_others(
    main: tuple[wasm2py.Instance, wasm2py.Emscripten], text: str, message: str
) -> None:
    with pytest.raises(wasm2py.LinkError, match=message):
        main[1].load_side(loading(text))


def test_functions_that_are_called_before_they_are_there(
    main: tuple[wasm2py.Instance, wasm2py.Emscripten],
) -> None:
    early = loading('(func (export "f")) (func $start (call $f)) (start $start)')
    with pytest.raises(wasm2py.Trap, match="nobody has the function 'f', or not yet"):
        main[1].load_side(early)
    weak = "\\04\\08\\01\\03env\\01f\\01"
    side = main[1].load_side(loading('(func (export "g") (call $f))', weak))
    with pytest.raises(wasm2py.Trap, match="nobody has the function 'f', or not yet"):
        side.exports.g()


def needing(*names: bytes) -> wasm2py.Module:
    """A side module that has nothing, and needs libraries."""
    part = bytes([len(names)]) + b"".join(bytes([len(name)]) + name for name in names)
    section = b"\x08dylink.0\x02" + bytes([len(part)]) + part
    return wasm2py.compile(b"\0asm\1\0\0\0\0" + bytes([len(section)]) + section)


def test_a_long_chain_of_libraries(
    main: tuple[wasm2py.Instance, wasm2py.Emscripten],
) -> None:
    _, emscripten = main
    names = [b"%d.so" % number for number in range(2000)]
    libraries = {
        name.decode(): needing(following) for name, following in pairwise(names)
    }
    with pytest.raises(wasm2py.LinkError, match=r"needs the library '1999\.so'"):
        emscripten.load_side(needing(names[0]), libraries=libraries)
    # Each is loaded once; so they may need each other.
    libraries[names[-1].decode()] = needing(names[0], names[7])
    emscripten.load_side(needing(names[0]), libraries=libraries)
    emscripten.load_side(needing(*names[:9]))


def test_side_modules_have_the_limits_of_the_main_module() -> None:
    module = wasm2py.compile(assemble(MAIN))
    emscripten = wasm2py.Emscripten(module, clock=lambda: 9_000_000)
    # What is initialised has the time, too.
    limits = wasm2py.Limits(deadline=1, memory=1 << 22, table=100)
    instance = wasm2py.instantiate(module, emscripten, limits=limits)
    emscripten.initialize(instance)
    dylink = '(@custom "dylink.0" "\\01\\04\\00\\00\\00\\00")'
    text = f'(module {dylink} (func (export "spin") (loop $l (br $l))))'
    side = emscripten.load_side(wasm2py.compile(assemble(text)))
    with pytest.raises(wasm2py.DeadlineReached):
        side.exports.spin()
    text = f"(module {dylink} (table 101 funcref))"
    with pytest.raises(wasm2py.TableLimitReached):
        emscripten.load_side(wasm2py.compile(assemble(text)))


IMPORTING = """
(module
  (import "env" "memory" (memory 2))
  (import "env" "__indirect_function_table" (table 5 funcref))
  (memory $own 1)
  (func (export "grow") (result i32) (memory.grow (i32.const 1)))
  (func (export "grow_own") (result i32) (memory.grow $own (i32.const 1)))
  (func (export "grow_table") (result i32) (table.grow (ref.null func) (i32.const 1))))
"""


def test_limits_are_for_what_is_made_for_the_module() -> None:
    module = wasm2py.compile(assemble(IMPORTING))

    def build(**limits: int) -> Any:
        given = wasm2py.Limits(**limits)
        imports = wasm2py.Emscripten(module)
        return wasm2py.instantiate(module, imports, limits=given).exports

    exports = build(memory=5 << 16, table=6)
    assert (exports.grow(), exports.grow_own(), exports.grow_table()) == (2, 1, 5)
    for name in ("grow", "grow_own"):
        with pytest.raises(wasm2py.MemoryLimitReached, match="0 are left of 327,680"):
            exports[name]()
    with pytest.raises(wasm2py.TableLimitReached, match="0 are left of 6"):
        exports.grow_table()
    with pytest.raises(wasm2py.MemoryLimitReached):
        build(memory=(3 << 16) - 1)
    with pytest.raises(wasm2py.TableLimitReached):
        build(table=4)
    # Without limits, and for the next one.
    assert [build().grow() for _ in range(2)] == [2, 2]


def test_memories_of_others_are_not_limited() -> None:
    module = wasm2py.compile(assemble(IMPORTING))
    imports = wasm2py.Emscripten(module).imports
    wasm2py.instantiate(module, imports, limits=wasm2py.Limits(memory=3 << 16))
    shared = {"env": {**imports["env"], "memory": wasm2py.Memory(2)}}
    other = wasm2py.instantiate(module, shared, limits=wasm2py.Limits(memory=1 << 16))
    assert other.exports.grow() == 2
