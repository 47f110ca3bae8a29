"""Instances: imports in every form, and what the exports are."""

from __future__ import annotations

import copy
import math
import pickle
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

import wasm2py
import wasm2py_runtime
from tests.api.bad_imports import BAD_IMPORTS, BadImports
from tests.runtime.handmade import second_runtime
from tests.wasm_tools import assemble

assembled = cache(assemble)


def instance_of(wat: str, imports: Any = None) -> wasm2py.Instance:
    return wasm2py.instantiate(wasm2py.compile(assembled(wat)), imports)


@pytest.mark.parametrize("case", BAD_IMPORTS, ids=lambda case: case.name)
@pytest.mark.parametrize("way", ["Instance", "module", "bytes"])
def test_bad_imports(case: BadImports, way: str) -> None:
    wasm = assembled(case.wat)
    with pytest.raises(case.error):
        if way == "Instance":
            wasm2py.Instance(wasm2py.compile(wasm), case.imports)
        elif way == "module":
            wasm2py.instantiate(wasm2py.compile(wasm), case.imports)
        else:
            wasm2py.instantiate(wasm, case.imports)


@pytest.mark.parametrize("imports", [None, {}])
def test_empty_module(imports: Any) -> None:
    source = wasm2py.instantiate(assembled("(module)"), imports)
    assert isinstance(source.module, wasm2py.Module)
    assert isinstance(source.instance, wasm2py.Instance)
    assert dict(source.instance.exports) == {}


class Recording(Mapping[str, Any]):
    """A mapping that tells what it is asked for."""

    def __init__(self, name: str, items: dict[str, Any], asked: list[str]) -> None:
        self._name, self._items, self._asked = name, items, asked

    def __getitem__(self, key: str) -> Any:
        self._asked.append(f"{self._name}{key}")
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("imports are only asked for what the module wants")

    def __len__(self) -> int:
        return len(self._items)


ORDER = """(module
  (import "module" "global1" (global i32)) (import "module2" "global3" (global i32))
  (import "module" "memory" (memory 0 128)) (import "module" "global2" (global i32)))
"""


def test_order_of_access() -> None:
    asked: list[str] = []
    fields = {"global1": 0, "global2": 0, "memory": wasm2py.Memory(64, 128)}
    module = Recording("module.", fields, asked)
    module2 = Recording("module2.", {"global3": 0}, asked)
    instance_of(ORDER, Recording("", {"module": module, "module2": module2}, asked))
    assert asked == [
        *("module", "module.global1", "module2", "module2.global3"),
        *("module", "module.memory", "module", "module.global2"),
    ]


def test_imports_that_are_made_when_asked_for() -> None:
    """Their mapping is empty before."""
    called: list[str] = []
    imports: Any = defaultdict(lambda: defaultdict(lambda: lambda: called.append("fn")))
    wat = '(module (import "module" "fn" (func $fn)) (start $fn))'
    instance_of(wat, imports)
    assert called == ["fn"]


ALL_KINDS = """(module
  (import "{0}" "{4}" (func)) (import "{1}" "{5}" (global i32))
  (import "{2}" "{6}" (memory 0 128)) (import "{3}" "{7}" (table 0 128 funcref)))
"""
NAMES = [
    (*["module"] * 4, "fn", "global", "memory", "table"),
    (*[""] * 4, "fn", "global", "memory", "table"),
    ("a", "b", "c", "d", "", "", "", ""),
]


@pytest.mark.parametrize("names", NAMES, ids=["plain", "no module", "no name"])
def test_imports(names: tuple[str, ...]) -> None:
    values = [
        lambda: None,
        0,
        wasm2py.Memory(64, 128),
        wasm2py.Table("funcref", 64, 128),
    ]
    imports: dict[str, dict[str, Any]] = {}
    for module, name, value in zip(names[:4], names[4:], values):
        imports.setdefault(module, {})[name] = value
    assert dict(instance_of(ALL_KINDS.format(*names), imports).exports) == {}


EXPORTS = """(module
  (func (export "fn") (param f64)) (func (export "fn2"))
  (table (export "table") 1 funcref)
  (global (export "global") (mut i32) (i32.const 7))
  (global (export "global2") (mut f64) (f64.const 1.2))
  (memory (export "memory") 4 8))
"""


def test_exports() -> None:
    exports = instance_of(EXPORTS).exports
    assert list(exports) == ["fn", "fn2", "table", "global", "global2", "memory"]
    assert exports.fn(1.0) is None
    assert exports["fn"] is exports.fn
    assert len(exports.table) == 1
    assert (exports["global"].value, exports.global2.value) == (7, 1.2)
    assert len(exports.memory.buffer) == 4 * 65536
    assert isinstance(exports, Mapping)
    assert len(exports) == 6
    assert "fn" in exports
    assert "nothing" not in exports


@pytest.mark.parametrize(
    "export",
    [
        '(func (export ""))',
        '(table (export "") 1 funcref)',
        '(global (export "") (mut i32) (i32.const 7))',
    ],
)
def test_empty_name(export: str) -> None:
    exports = instance_of(f"(module {export})").exports
    assert list(exports) == [""]
    assert exports[""] is exports[""]


def test_exports_cannot_be_changed() -> None:
    exports: Any = instance_of(EXPORTS).exports
    with pytest.raises(TypeError):
        exports["fn"] = 1
    with pytest.raises(TypeError):
        del exports["fn"]
    with pytest.raises(AttributeError):
        exports.fn = 1
    with pytest.raises(AttributeError):
        exports.new = 1
    with pytest.raises(AttributeError):
        del exports.fn
    with pytest.raises(AttributeError):
        instance_of(EXPORTS).exports = exports  # type: ignore[misc]


def test_own_names_are_no_exports() -> None:
    """What a mapping can do stays, whatever a module calls its exports."""
    exports = instance_of(
        '(module (func (export "keys")) (func (export "get")))'
    ).exports
    assert list(exports.keys()) == ["keys", "get"]
    assert exports["keys"]() is None
    assert exports.get("nothing") is None


GLOBAL_OF = """(module
  (import "module" "global" (global {0}))
  (func (export "fn") (result {0}) (global.get 0))
  (export "global" (global 0)))
"""


@pytest.mark.parametrize(
    ("type_", "given", "seen"),
    [
        ("i32", 102, 102),
        ("i64", 102, 102),
        ("i64", 2**63, -(2**63)),
        ("i32", 2**32 - 1, -1),
        ("f32", 0.1, 0.10000000149011612),
        ("f64", 7, 7.0),
        ("externref", "anything", "anything"),
    ],
)
def test_global_of_a_value(type_: str, given: object, seen: object) -> None:
    imports = {"module": {"global": given}}
    exports = instance_of(GLOBAL_OF.format(type_), imports).exports
    assert exports.fn() == exports["global"].value == seen


@pytest.mark.parametrize("type_", ["i32", "i64", "f32", "f64"])
def test_mutable_global(type_: str) -> None:
    cell = wasm2py.Global(type_, 102, mutable=True)
    wat = f"""(module (import "module" "global" (global (mut {type_})))
      (func (export "fn") (result {type_}) (global.get 0)))"""
    exports = instance_of(wat, {"module": {"global": cell}}).exports
    assert exports.fn() == 102
    cell.value = 201
    assert exports.fn() == 201


def returning(type_: str, value: object) -> Any:
    wat = f"""(module (import "module" "fn" (func $fn (result {type_})))
      (func (export "call") (drop (call $fn)))
      (func (export "value") (result {type_}) (call $fn)))"""
    return instance_of(wat, {"module": {"fn": lambda: value}}).exports


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("i32", 6.0),
        ("i32", "6"),
        ("i32", None),
        ("i32", True),
        ("i64", 6.0),
        ("f32", "6"),
        ("f64", None),
        ("funcref", "not a function"),
    ],
)
def test_wrong_result(type_: str, value: object) -> None:
    exports = returning(type_, value)
    with pytest.raises(TypeError, match=r"module\.fn"):
        exports.call()


@pytest.mark.parametrize(
    ("type_", "value"),
    [("i32", 2**32), ("i32", -(2**31) - 1), ("i64", 2**64), ("f64", 10**400)],
)
def test_result_out_of_range(type_: str, value: object) -> None:
    with pytest.raises(OverflowError):
        returning(type_, value).call()


@pytest.mark.parametrize(
    ("type_", "value", "seen"),
    [
        ("i32", -26, -26),
        ("i32", 2**32 - 26, -26),
        ("i64", 2**64 - 1, -1),
        ("f64", 6, 6.0),
        ("externref", None, None),
        ("funcref", None, None),
    ],
)
def test_result(type_: str, value: object, seen: object) -> None:
    assert returning(type_, value).value() == seen


def test_arguments_of_a_host_function() -> None:
    seen: list[Any] = []
    wat = """(module (import "module" "fn" (func $fn (param i32 i64 f32 externref)))
      (func (export "call") (param externref)
        (call $fn (i32.const -26) (i64.const -26) (f32.const 0.5) (local.get 0))))"""
    exports = instance_of(wat, {"module": {"fn": lambda *a: seen.extend(a)}}).exports
    thing = object()
    exports.call(thing)
    assert seen == [-26, -26, 0.5, thing]
    assert seen[3] is thing


SEVERAL = """(module (import "module" "fn" (func $fn (result i32 i64)))
  (func (export "fn") (result i64 i32) (local i32 i64)
    (call $fn) (local.set 1) (local.set 0) (local.get 1) (local.get 0)))
"""


@pytest.mark.parametrize(
    "value",
    [(1, 2), [1, 2], iter([1, 2]), {1: "", 2: ""}, (n for n in (1, 2))],
    ids=["tuple", "list", "iterator", "dict", "generator"],
)
def test_several_results(value: object) -> None:
    assert instance_of(SEVERAL, {"module": {"fn": lambda: value}}).exports.fn() == (
        2,
        1,
    )


@pytest.mark.parametrize("value", [(), (1,), (1, 2, 3), None, 1, (1, 2.0), "ab"])
def test_wrong_several_results(value: object) -> None:
    exports = instance_of(SEVERAL, {"module": {"fn": lambda: value}}).exports
    with pytest.raises(TypeError):
        exports.fn()


def test_several_results_that_raise() -> None:
    def results() -> Iterator[int]:
        yield 1
        raise KeyError("mine")

    exports = instance_of(SEVERAL, {"module": {"fn": results}}).exports
    with pytest.raises(KeyError, match="mine"):
        exports.fn()


def test_exception_of_a_host_function() -> None:
    """It passes through the frames of WebAssembly code as the same object."""
    error = IndexError("mine")

    def host() -> None:
        raise error

    wat = """(module (import "module" "fn" (func $fn))
      (func (export "call") (call $fn)))"""
    exports = instance_of(wat, {"module": {"fn": host}}).exports
    with pytest.raises(IndexError) as info:
        exports.call()
    assert info.value is error


async def coroutine(*_: object) -> int:
    return 1


async def asynchronous_generator() -> AsyncIterator[int]:
    yield 1


class Asynchronous:
    """What can be called, and is then to be awaited."""

    async def __call__(self) -> int:
        return 1

    async def method(self) -> int:
        return 1


ASYNC_HOST_FUNCTIONS = {
    "function": coroutine,
    "partial": partial(partial(coroutine, 1), 2),
    "callable": Asynchronous(),
    "partial of a callable": partial(Asynchronous()),
    "method": Asynchronous().method,
    "partial of a method": partial(Asynchronous().method),
    "generator": asynchronous_generator,
}
RESULTS = ["", "(result i32)", "(result externref)", "(result i32 i32)"]


@pytest.mark.parametrize(
    "host", ASYNC_HOST_FUNCTIONS.values(), ids=ASYNC_HOST_FUNCTIONS
)
@pytest.mark.parametrize("results", RESULTS)
def test_async_host_function(results: str, host: object) -> None:
    """It is refused before anything runs."""
    wat = f'(module (import "module" "fn" (func {results})))'
    with pytest.raises(TypeError, match=r"module\.fn is async.*plain function"):
        instance_of(wat, {"module": {"fn": host}})


@pytest.mark.parametrize("results", ["", "(result i32)", "(result i32 i32)"])
def test_result_that_is_to_be_awaited(results: str) -> None:
    wat = f"""(module (import "module" "fn" (func $fn {results}))
      (func (export "call") {results} (call $fn)))"""
    exports = instance_of(wat, {"module": {"fn": lambda: coroutine()}}).exports
    with pytest.raises(TypeError, match=r"module\.fn is async.*plain function"):
        exports.call()


ARGUMENTS = """(module (func (export "fn") (param {0}) (result {0}) (local.get 0)))"""


@pytest.mark.parametrize("type_", ["i32", "i64"])
@pytest.mark.parametrize("value", [6.0, "6", None, True, math.nan, [6]])
def test_no_integers(type_: str, value: object) -> None:
    with pytest.raises(TypeError):
        instance_of(ARGUMENTS.format(type_)).exports.fn(value)


@pytest.mark.parametrize("type_", ["f32", "f64"])
@pytest.mark.parametrize("value", ["6", None, True, 6j, [6.0]])
def test_no_floats(type_: str, value: object) -> None:
    with pytest.raises(TypeError):
        instance_of(ARGUMENTS.format(type_)).exports.fn(value)


@pytest.mark.parametrize(
    ("type_", "value"),
    [("i32", 2**32), ("i32", -(2**31) - 1), ("i64", 2**64), ("i64", -(2**63) - 1)],
)
def test_integers_out_of_range(type_: str, value: int) -> None:
    with pytest.raises(OverflowError):
        instance_of(ARGUMENTS.format(type_)).exports.fn(value)


SEVERAL_ARGUMENTS = """(module
  (func (export "fn") (param i64 i64) (result i64) (local.get 1)))
"""


def test_several_arguments() -> None:
    fn = instance_of(SEVERAL_ARGUMENTS).exports.fn
    assert [fn(1, 0), fn(1, 123), fn(1, -123)] == [0, 123, -123]
    for wrong in ((), (1,), (1, 2, 3), (1, 5.0), (1, "5")):
        with pytest.raises(TypeError):
            fn(*wrong)


def test_function() -> None:
    fn = instance_of(EXPORTS).exports.fn
    assert fn.__name__ == "fn"
    assert callable(fn)
    with pytest.raises(pickle.PicklingError):
        pickle.dumps(fn)


RE_EXPORT = """(module
  (import "module" "fn" (func (param f64))) (export "fn" (func 0))
  (import "module" "global" (global (mut i32))) (export "global" (global 0))
  (import "module" "memory" (memory 4)) (export "memory" (memory 0))
  (import "module" "table" (table 1 funcref)) (export "table" (table 0))
  (elem declare func 0)
  (func (export "reference") (result funcref) (ref.func 0))
  (func (export "element") (result funcref) (table.get (i32.const 0))))
"""


def test_identity() -> None:
    """What is exported is the same object, whatever way it is reached."""
    first = instance_of(EXPORTS).exports
    second = instance_of(RE_EXPORT, {"module": first}).exports
    for name in ("fn", "global", "memory", "table"):
        assert second[name] is first[name], name
    assert second.reference() is first.fn
    first.table.set(0, first.fn)
    assert second.element() is first.fn
    assert second.table.get(0) is first.fn


@pytest.mark.parametrize(
    "value",
    [None, True, "", object(), 1, {}, wasm2py.Module, [0, 97, 115, 109]],
)
def test_no_module(value: Any) -> None:
    with pytest.raises(FileNotFoundError if value == "" else TypeError):
        wasm2py.instantiate(value)
    with pytest.raises(TypeError, match="Module is expected"):
        wasm2py.Instance(value)


def test_module_of_a_package() -> None:
    """Its class is that of the package's own runtime."""
    compiled = wasm2py.compile(assembled(EXPORTS))
    module: Any = second_runtime().Module(compiled.info, compiled.provider)
    assert not isinstance(module, wasm2py.Module)
    instance: object = wasm2py.instantiate(module)
    assert isinstance(instance, wasm2py.Instance)
    assert instance.exports.fn(1.0) is None


def test_options_are_not_for_modules() -> None:
    module = wasm2py.compile(assembled("(module)"))
    with pytest.raises(TypeError, match="options"):
        wasm2py.instantiate(module, {}, features="wasm2")  # type: ignore[call-overload]


def test_copies() -> None:
    """A module can be copied and pickled; what has state cannot."""
    source = wasm2py.instantiate(assembled(EXPORTS))
    for module in (
        pickle.loads(pickle.dumps(source.module)),
        copy.copy(source.module),
        copy.deepcopy(source.module),
    ):
        assert list(wasm2py.instantiate(module).exports) == list(
            source.instance.exports
        )
    exports = source.instance.exports
    for item in (source.instance, exports, exports.memory, exports.table):
        with pytest.raises(TypeError):
            pickle.dumps(item)
        with pytest.raises(TypeError):
            copy.copy(item)


def test_representations() -> None:
    wat = '(module $demo (import "m" "n" (func)) (func (export "fn")))'
    module = wasm2py.compile(assembled(wat))
    assert repr(module) == "<Module 'demo': 1 imports, 1 exports>"
    instance = wasm2py.instantiate(module, {"m": {"n": print}})
    assert repr(instance) == "<Instance of 'demo': <exports 'fn'>>"
    assert "fn" in repr(instance.exports.fn)


def test_representation_of_many_exports() -> None:
    functions = "".join(f'(func (export "f{n}"))' for n in range(12))
    exports = instance_of(f"(module {functions})").exports
    assert repr(exports).startswith("<exports 'f0', 'f1', ")
    assert repr(exports).endswith("'f9', and 2 more>")


def test_start_function() -> None:
    called: list[int] = []
    wat = """(module (import "module" "fn" (func $fn)) (start $fn))"""
    instance_of(wat, {"module": {"fn": lambda: called.append(1)}})
    assert called == [1]
    with pytest.raises(wasm2py.Trap, match="unreachable"):
        instance_of("(module (func $start unreachable) (start $start))")


def test_what_the_calls_take(tmp_path: Path) -> None:
    """A wrong argument gets a text that says what is right."""
    url = "https://example.org/module.wasm"
    for call in (wasm2py.compile, wasm2py.instantiate):
        with pytest.raises(TypeError, match=r"URL.*compile_streaming\(response\)"):
            call(url)
        with pytest.raises(TypeError, match=r"bytes-like, a path.*a Module"):
            call(5)  # type: ignore[call-overload, arg-type]
        with pytest.raises(FileNotFoundError):
            call(tmp_path / "none.wasm")
        with pytest.raises(FileNotFoundError):
            call("none.wasm")
    with pytest.raises(TypeError, match="data must be bytes-like, not 'str'"):
        wasm2py.validate(url)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"Module is expected.*wasm2py\.compile"):
        wasm2py_runtime.instantiate("module.wasm")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="mapping of module names to mappings"):
        wasm2py.instantiate(assembled("(module)"), "env")  # type: ignore[call-overload]


def test_a_path_that_looks_like_a_url(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "http:").mkdir()
    (tmp_path / "http:/module.wasm").write_bytes(assembled("(module)"))
    assert wasm2py.compile("http://module.wasm").info.export_kinds == b""


def test_a_module_without_a_name() -> None:
    module = wasm2py.compile(assembled("(module)"))
    assert repr(module) == "<Module: 0 imports, 0 exports>"
    assert repr(wasm2py.instantiate(module)) == "<Instance: <exports nothing>>"
