"""Tracebacks through native code: which WebAssembly functions they show, for each compiler."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import wasm2py
from tests.compilers import NAMES, use
from tests.wasm_tools import assemble
from wasm2py_runtime.places import Place, places

WAT = """
(module $demo
  (import "env" "host" (func $host (param i32) (result i32)))
  (memory 1)
  (table 2 funcref)
  (elem (i32.const 0) $divide)
  (type $t (func (param i32) (result i32)))
  (func $divide (param i32) (result i32) (i32.div_u (i32.const 7) (local.get 0)))
  (func $middle (param i32) (result i32)
    (i32.add (i32.const 1) (call $divide (local.get 0))))
  (func (export "outer") (param i32) (result i32)
    (i32.add (i32.const 1) (call $middle (local.get 0))))
  (func $indirect (export "indirect") (param i32) (result i32)
    (i32.add (i32.const 1) (call_indirect (type $t) (i32.const 0) (local.get 0))))
  (func $load (param i32) (result i32) (i32.load (local.get 0)))
  (func $load_more (export "load_more") (param i32) (result i32)
    (i32.add (i32.const 1) (call $load (local.get 0))))
  (func $same (param i32) (result i32) (i32.div_u (i32.const 7) (local.get 0)))
  (func $call_same (export "call_same") (param i32) (result i32)
    (i32.sub (call $same (local.get 0)) (i32.const 1)))
  (func $ask (param i32) (result i32)
    (i32.add (i32.const 1) (call $host (local.get 0))))
  (func $ask_host (export "ask_host") (param i32) (result i32)
    (i32.add (i32.const 1) (call $ask (local.get 0))))
  (func $crash (export "crash") unreachable)
  (func $for_ever (export "for_ever") (param i32) (result i32)
    (i32.add (i32.const 1) (call $for_ever (i32.add (local.get 0) (i32.const 1))))))
"""

_COMPILERS = (*NAMES, "zig")


def _names(error: BaseException) -> list[str]:
    return [place.name for place in places(error.__traceback__)]


@pytest.fixture(scope="module", params=_COMPILERS)
def module(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Any:
    """The module as a compiler makes it."""
    with pytest.MonkeyPatch.context() as patch:
        use(patch, tmp_path_factory.mktemp(request.param), request.param)
        return wasm2py.compile(assemble(WAT), target="c")


def _exports(module: Any, host: Callable[[int], int]) -> Any:
    return wasm2py.instantiate(module, {"env": {"host": host}}).exports


def _ordinary(value: int) -> int:
    return value


@pytest.mark.parametrize(
    ("export", "argument", "names"),
    [
        ("outer", 0, ["outer", "middle", "divide"]),
        ("indirect", 0, ["indirect", "divide"]),
        ("indirect", 1, ["indirect"]),
        ("indirect", 9, ["indirect"]),
        ("load_more", -1, ["load_more", "load"]),
        ("call_same", 0, ["call_same", "same"]),
    ],
)
def test_traps_show_the_functions_on_the_way(
    module: Any, export: str, argument: int, names: list[str]
) -> None:
    text = wasm2py.instantiate(
        wasm2py.compile(assemble(WAT)), {"env": {"host": _ordinary}}
    )
    found: list[tuple[Any, list[Place]]] = []
    for exports in (_exports(module, _ordinary), text.exports):
        with pytest.raises(wasm2py.Trap) as info:
            exports[export](argument)
        trap = info.value
        assert _names(trap) == names
        found.append(
            (
                (trap.function, trap.function_name, trap.offset),
                places(trap.__traceback__),
            )
        )
    native, python = found
    assert native == python


def test_a_trap_without_arguments_and_results(module: Any) -> None:
    with pytest.raises(wasm2py.Trap, match="unreachable") as info:
        _exports(module, _ordinary).crash()
    assert info.value.function_name == "crash"


def test_exceptions_of_the_host_show_the_functions_on_the_way(module: Any) -> None:
    failure = KeyError("mine")

    def host(value: int) -> int:
        raise failure

    with pytest.raises(KeyError) as info:
        _exports(module, host).ask_host(1)
    assert info.value is failure
    names = [frame.name for frame in traceback.extract_tb(failure.__traceback__)]
    assert names[-3:] == ["ask_host", "ask", "host"]


def test_exceptions_keep_their_context(module: Any) -> None:
    cause = ValueError("first")

    def host(value: int) -> int:
        try:
            raise cause
        except ValueError:
            raise KeyError("second")  # noqa: B904

    exports = _exports(module, host)
    try:
        raise TypeError("of the caller")
    except TypeError:
        with pytest.raises(KeyError) as info:
            exports.ask_host(1)
    assert info.value.__context__ is cause


def test_results_that_do_not_fit_show_who_has_asked(module: Any) -> None:
    with pytest.raises(OverflowError) as info:
        _exports(module, lambda value: 1 << 40).ask_host(1)
    assert _names(info.value) == ["ask_host", "ask"]


def test_calls_within_calls_of_the_host_show_all(module: Any) -> None:
    def host(value: int) -> int:
        result: int = exports.outer(0)
        return result

    exports = _exports(module, host)
    with pytest.raises(wasm2py.Trap) as info:
        exports.ask_host(1)
    frames = traceback.extract_tb(info.value.__traceback__)
    names = [frame.name for frame in frames]
    assert names[-6:] == ["ask_host", "ask", "host", "outer", "middle", "divide"]
    assert info.value.function_name == "divide"


def test_an_exhausted_stack_shows_its_innermost_frames(module: Any) -> None:
    with pytest.raises(wasm2py.StackExhausted) as info:
        _exports(module, _ordinary).for_ever(1)
    names = _names(info.value)
    assert set(names) == {"for_ever"}
    assert 50 < len(names) <= 100


def test_frames_of_several_compilers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: Any
) -> None:
    use(monkeypatch, tmp_path)
    given = _exports(module, _ordinary)
    # Other text, or the cache would give the same module.
    other = wasm2py.compile(assemble(WAT.replace("$demo", "$other")), target="c")
    instance = wasm2py.instantiate(other, {"env": {"host": given.outer}})
    with pytest.raises(wasm2py.Trap, match="divide by zero") as info:
        instance.exports.ask_host(0)
    # Frames of tcc's are linked, those of other compilers described: whoever looks at them
    # sees those of the one kind.
    assert set(_names(info.value)) <= {"ask_host", "ask", "outer", "middle", "divide"}


def test_names_are_text_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, tmp_path)
    wat = '(module (func $f (export "a\\n\\22*/#b") unreachable))'
    wasm = assemble(wat.replace("$f ", ""))
    instance = wasm2py.instantiate(wasm2py.compile(wasm, target="c"))
    with pytest.raises(wasm2py.Trap) as info:
        instance.exports['a\n"*/#b']()
    assert info.value.function_name == 'a\n"*/#b'
