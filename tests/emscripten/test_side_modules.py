"""Dynamic linking."""

from __future__ import annotations

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
    with pytest.raises(wasm2py.LinkError):
        emscripten.load_side(sized("\\04\\10\\7f\\00\\00"))
    with pytest.raises((MemoryError, wasm2py.Trap, IndexError)):
        emscripten.load_side(sized("\\08\\ff\\ff\\ff\\ff\\07\\00\\00\\00"))
    with pytest.raises(MemoryError):
        emscripten.load_side(sized("\\08\\00\\00\\ff\\ff\\ff\\ff\\07\\00"))
