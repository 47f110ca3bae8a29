"""Instances and modules: initialisation, loading on demand, exports, lifetime."""

from __future__ import annotations

import copy
import gc
import pickle
import struct
import threading
import time
import traceback
import weakref
from typing import Any

import pytest

from tests.runtime.handmade import Text, _pack, description, functions
from wasm2py_runtime import (
    RT_ABI,
    Global,
    Instance,
    Memory,
    Module,
    Table,
    Trap,
    instantiate,
)
from wasm2py_runtime.columns import ENTRY, HEADER
from wasm2py_runtime.info import ModuleInfo
from wasm2py_runtime.package import DefaultInstance

NONE = ((), ())
GET = ((), ("i32",))
UNARY = (("i32",), ("i32",))


def constant(value: int) -> Any:
    return (("i32.const", value),)


def test_groups_are_loaded_when_called() -> None:
    provider = Text(
        ["def f0():\n    return f2() + 1", "def f1(): return 5\ndef f2(): return 6"]
    )
    module = functions("", [GET] * 3, provider=provider, groups=(0, 1))
    exports = Instance(module).exports
    assert exports.f0 is not None
    assert provider.loaded == []
    assert exports.f1() == 5
    assert provider.loaded == [1]
    assert exports.f0() == 7
    assert provider.loaded == [1, 0]
    assert Instance(module).exports.f0() == 7
    assert provider.loaded == [1, 0]


def test_a_group_is_loaded_by_many_threads_at_once() -> None:
    class Slow(Text):
        def load_group(self, group: int) -> Any:
            time.sleep(0.02)
            return super().load_group(group)

    provider = Slow(["def f0():\n    return 5"])
    # (Calls that nest but a little may be from several threads at once.)
    module = functions("", [GET], provider=provider, shallow=(0,))
    exports = Instance(module).exports
    results: list[int] = []
    threads = [
        threading.Thread(target=lambda: results.append(exports.f0())) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [5] * 8
    loaded = len(provider.loaded)
    assert exports.f0() == 5
    assert len(provider.loaded) == loaded


def test_many_functions_and_elements_cost_little() -> None:
    count = 10_000
    provider = Text(["raise AssertionError"])
    module = functions(
        "",
        [GET] * count,
        provider=provider,
        types=(GET,),
        functions=(0,) * count,
        tables=(("funcref", "i32", count, None, None),),
        elements=(("active", 0, constant(0), "funcref", tuple(range(count))),),
    )
    instance = Instance(module)
    assert provider.loaded == []
    handles = instance._spaces.tables[0]._wasm_elements
    assert not any(handle._wasm_exported for handle in handles)


def test_names_of_the_name_section_are_in_tracebacks() -> None:
    provider = Text(["def f0():\n    return f1()\ndef f1():\n    return 1 // 0"])
    provider._names = {1: "divide <by> zero"}
    exports = Instance(functions("", [GET] * 2, provider=provider)).exports
    with pytest.raises(Trap) as caught:
        exports.f0()
    names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert names[-1] == "divide <by> zero"
    assert "f0" in names


def test_initialisation() -> None:
    # No function can return such things: the wrapper passes an externref as it is.
    source = "def f0():\n    return g1, g2, d1, d0"
    info = description(
        types=(((), ("externref",) * 4),),
        functions=(0,),
        groups=(0,),
        imports=(("env", "base", "global", ("i32", False)),),
        globals=(
            ("i32", False, (("global.get", 0), ("i32.const", 6), ("i32.sub",))),
            ("i64", True, (("i64.const", 3), ("i64.const", 5), ("i64.mul",))),
            ("f32", False, (("f32.const", 0x7FA00001),)),
            ("f64", False, (("f64.const", 0x3FE0000000000000),)),
            ("externref", True, (("ref.null", "externref"),)),
            ("i32", True, (("global.get", 1),)),
        ),
        tables=(("externref", "i32", 2, 3, None), ("funcref", "i64", 0, None, None)),
        memories=(("i32", 1, 2, False), ("i64", 2, None, False)),
        data=(
            (0, (("global.get", 0),), 2),
            (0, None, 3),
            (1, (("i64.const", 4),), 2),
        ),
        exports=tuple((f"g{i}", "global", i) for i in range(7))
        + (
            ("f0", "function", 0),
            ("m0", "memory", 0),
            ("m1", "memory", 1),
            ("t", "table", 0),
        ),
    )
    module = Module(info, Text([source], b"abcdefg"))
    instance = instantiate(module, {"env": {"base": 7}})
    exports = instance.exports
    values = [exports[f"g{i}"].value for i in range(7)]
    assert values[:3] == [7, 1, 15]
    assert values[3] != values[3]
    assert values[4:] == [0.5, None, 1]
    assert exports.m0.read(7, 3) == b"ab\0"
    assert exports.m1.read(4, 3) == b"fg\0"
    assert repr(exports.t) == "Table('externref', 2, 3)"
    immutable, mutable, passive, dropped = exports.f0()
    assert immutable == 1
    assert mutable is exports.g2
    assert bytes(passive.data) == b"cde"
    assert len(dropped.data) == 0


def test_a_trap_leaves_what_was_written_before() -> None:
    memory, table = Memory(1), Table("funcref", 4)
    fields: Any = {
        "types": (GET,),
        "imports": (
            ("env", "memory", "memory", ("i32", 1, None, False)),
            ("env", "table", "table", ("funcref", "i32", 1, None)),
        ),
        "functions": (0,),
        "groups": (0,),
        "exports": (("f", "function", 0),),
    }
    elements = (
        ("active", 0, constant(1), "funcref", (0,)),
        ("active", 0, constant(3), "funcref", (0, 0)),
    )
    imports = {"env": {"memory": memory, "table": table}}
    info = description(**fields, elements=elements, data=((0, constant(5), 3),))
    provider = Text(["def f0():\n    return 42"], b"abcab")
    module = Module(info, provider)
    with pytest.raises(Trap, match=r"^out of bounds table access$"):
        Instance(module, imports)
    assert table.get(1)() == 42
    assert table.get(3) is None
    assert memory.read(5, 3) == bytes(3)
    second = description(
        **fields,
        elements=elements[:1],
        data=((0, constant(5), 3), (0, constant(65535), 2)),
    )
    with pytest.raises(Trap, match=r"^out of bounds memory access$"):
        Instance(Module(second, provider), imports)
    assert memory.read(5, 3) == b"abc"
    assert memory.read(65535, 1) == b"\0"


def test_data_segments_follow_each_other() -> None:
    memory = Memory(1)
    info = description(
        imports=(("env", "memory", "memory", ("i32", 1, None, False)),),
        data=(
            (0, None, 1),
            *((0, constant(to), n) for to, n in ((3, 2), (10, 0), (11, 4), (65535, 1))),
        ),
    )
    imports = {"env": {"memory": memory}}
    Instance(Module(info, Text([], b"abcdefgh")), imports)
    assert memory.read(0, 17) == bytes(3) + b"bc" + bytes(6) + b"defg" + bytes(2)
    assert memory.read(65535, 1) == b"h"


def test_element_segments() -> None:
    source = """
    def f0(v0, v1, v2):
        table_init(t0, e1, v0, v1, v2)
    def f1():
        table_init(t0, e2, 0, 0, 1)
    def f2():
        elem_drop(e1)
    """
    module = functions(
        source,
        [(("i32", "i32", "i32"), ()), NONE, NONE],
        tables=(("funcref", "i32", 4, None, None),),
        elements=(
            ("active", 0, constant(3), "funcref", (1,)),
            ("passive", 0, None, "funcref", (0, None, (("ref.func", 2),))),
            ("declarative", 0, None, "funcref", (0,)),
        ),
        exports=(("t", "table", 0),),
    )
    exports = Instance(module).exports
    exports.f0(0, 0, 3)
    table = exports.t
    assert [table.get(i) for i in range(4)] == [
        exports.f0,
        None,
        exports.f2,
        exports.f1,
    ]
    for act in (exports.f1, lambda: exports.f0(0, 2, 2)):
        with pytest.raises(Trap, match="out of bounds table access"):
            act()
    exports.f2()
    with pytest.raises(Trap, match="out of bounds table access"):
        exports.f0(0, 0, 1)


def test_the_start_function_is_last() -> None:
    source = """
bind_views(__wasm__, m0, "mu8")
def f0():
    mu8[0] = mu8[0] + 1
    1 // mu8[1]
"""
    module = functions(
        source,
        [NONE],
        memories=(("i32", 1, None, False),),
        data=((0, constant(0), 2),),
        provider=Text([source], b"\x05\x01"),
        start=(0,),
        exports=(("m", "memory", 0),),
    )
    assert Instance(module).exports.m.read(0, 1) == b"\x06"
    module.provider._data = b"\x05\x00"
    with pytest.raises(Trap, match="integer divide by zero"):
        Instance(Module(module.info, module.provider))


def test_exports_are_a_read_only_mapping() -> None:
    names = ["b", "a", "get", "keys", "two words", "__names__", "_private"]
    info = description(
        globals=(("i32", False, constant(1)),),
        exports=tuple((name, "global", 0) for name in names),
    )
    instance = Instance(Module(info, Text([])))
    exports: Any = instance.exports
    assert list(exports) == list(exports.keys()) == names
    assert len(exports) == 7
    assert "a" in exports and "c" not in exports
    cell = exports["a"]
    assert isinstance(cell, Global)
    assert all(exports[name] is cell for name in names)
    assert exports.a is exports.b is exports._private is cell
    assert exports.get("missing") is None
    assert "two words" in dir(exports)
    assert repr(exports).startswith("<exports 'b', 'a'")
    with pytest.raises(KeyError):
        exports["c"]
    with pytest.raises(AttributeError, match="no export 'c'"):
        exports.c
    with pytest.raises(AttributeError):
        exports.a = 1
    with pytest.raises(AttributeError):
        del exports.a
    with pytest.raises(TypeError):
        exports["a"] = 1
    with pytest.raises(AttributeError):
        instance.exports = {}  # type: ignore[misc,assignment]


def test_an_export_whose_name_python_changes_within_a_class() -> None:
    info = description(
        globals=(("i32", False, constant(1)),),
        exports=(("__heap_base", "global", 0),),
    )
    exports: Any = Instance(Module(info, Text([]))).exports
    assert exports.__heap_base is exports["__heap_base"]

    class Wrapper:
        def mangled(self) -> object:
            return exports.__heap_base

    with pytest.raises(AttributeError) as got:
        Wrapper().mangled()
    assert str(got.value) == (
        "the instance has no export '_Wrapper__heap_base': within a class, write"
        " exports['__heap_base']"
    )


def test_instances_are_collected() -> None:
    source = "def f0():\n    return 1 if t0_0[0] else 0"
    memory = Memory(1)
    module = functions(
        source,
        [GET],
        imports=(("env", "m", "memory", ("i32", 1, None, False)),),
        tables=(("funcref", "i32", 1, None, (("ref.func", 0),)),),
        exports=(("t", "table", 0),),
    )
    instance = Instance(module, {"env": {"m": memory}})
    instance.exports.f0()
    gone = weakref.ref(instance)
    table = weakref.ref(instance.exports.t)
    function = instance.exports.f0
    del instance
    assert function() == 1
    del function
    for _ in range(3):
        gc.collect()
    assert gone() is None
    assert table() is None


def test_instances_stay_where_they_are() -> None:
    instance = Instance(functions("def f0(): pass", [NONE]))
    for thing in (instance, instance.exports):
        for act in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="cannot pickle"):
                act(thing)
    assert repr(instance) == "<Instance of 'handmade': <exports 'f0'>>"


def test_modules_travel() -> None:
    module = functions("def f0():\n    return 5", [GET])
    Instance(module).exports.f0()
    provider = module.provider
    for other in (
        pickle.loads(pickle.dumps(module)),
        copy.copy(module),
        copy.deepcopy(module),
    ):
        assert other is not module
        assert other.info == module.info
        assert Instance(other).exports.f0() == 5
    assert provider.loaded.count(0) >= 1
    assert repr(module) == "<Module 'handmade': 0 imports, 1 exports>"


def test_descriptors() -> None:
    info = description(
        types=(GET, (("i64", "f32"), ())),
        imports=(
            ("m", "f", "function", 0),
            ("m", "t", "table", ("funcref", "i32", 1, None)),
            ("n", "m", "memory", ("i32", 1, 2, False)),
            ("n", "g", "global", ("i64", True)),
            ("n", "e", "tag", 1),
        ),
        functions=(1,),
        exports=(("x", "function", 1), ("", "memory", 0), ("g", "global", 0)),
    )
    module = Module(info, Text([], sections=[("a", b"1"), ("b", b"2"), ("a", b"3")]))
    imports = Module.imports(module)
    assert [tuple(item) for item in imports] == [
        ("m", "f", "function", ((), ("i32",))),
        ("m", "t", "table", ("funcref", "i32", 1, None)),
        ("n", "m", "memory", ("i32", 1, 2, False)),
        ("n", "g", "global", ("i64", True)),
        ("n", "e", "tag", (("i64", "f32"),)),
    ]
    assert imports[0].module == "m" and imports[0].kind == "function"
    assert [tuple(item) for item in Module.exports(module)] == [
        ("x", "function", (("i64", "f32"), ())),
        ("", "memory", ("i32", 1, 2, False)),
        ("g", "global", ("i64", True)),
    ]
    assert Module.custom_sections(module, "a") == [b"1", b"3"]
    assert Module.custom_sections(module, "") == []


def test_a_module_for_another_runtime_is_refused() -> None:
    with pytest.raises(ImportError, match=f"this runtime has {RT_ABI}"):
        Module(description(abi=RT_ABI + 1), Text([]))


def test_globals_of_the_host() -> None:
    cell = Global("i32", 5, mutable=True)
    cell.value = 0xFFFFFFFF
    assert cell.value == -1
    with pytest.raises(OverflowError):
        cell.value = 1 << 32
    with pytest.raises(TypeError, match="immutable"):
        Global("f64", 1).value = 2.0
    with pytest.raises(ValueError, match="type must be"):
        Global("i31", 1)
    with pytest.raises(TypeError, match="cannot pickle"):
        pickle.dumps(cell)
    assert repr(cell) == "Global('i32', -1, mutable=True)"


def test_an_export_asked_for_while_the_default_instance_is_made() -> None:
    """As a signal handler may: nothing waits for its own thread, and one instance is kept."""

    class Asking(Text):
        asked = False

        def data(self) -> bytes:
            if not self.asked:
                self.asked = True
                found.append(default.export("f0"))
            return b"data"

    module = functions(
        "",
        [UNARY],
        provider=Asking(["def f0(v0):\n    return v0 + 1\n"]),
        memories=(("i32", 1, None, False),),
        data=((0, (("i32.const", 0),), 4),),
    )
    found: list[Any] = []
    default = DefaultInstance(module, {"__name__": "package"}, False)
    thread = threading.Thread(
        target=lambda: found.append(default.export("f0")), daemon=True
    )
    thread.start()
    thread.join(20)
    assert len(found) == 2 and found[0] is found[1]
    assert found[0](1) == 2


@pytest.mark.parametrize("items", [0, 5])
@pytest.mark.parametrize("width", [0, 3, 5, 1 << 31])
def test_columns_of_another_width_are_damaged(width: int, items: int) -> None:
    content = _pack(
        {"name": b"abcde" * width if width < 9 else b"", "groups": b""}, RT_ABI
    )
    entry = struct.pack("<IQ", width, items)
    changed = content[: HEADER.size + 24] + entry + content[HEADER.size + ENTRY.size :]
    with pytest.raises(ImportError, match="damaged"):
        ModuleInfo(changed)


def test_names_that_are_no_text_are_damaged() -> None:
    for column in ("name", "value_types"):
        columns = {"name": b"", "value_types": b"", "value_types_ends": b"\2"}
        columns[column] = b"\xff\xff"
        with pytest.raises(ImportError, match="damaged"):
            ModuleInfo(_pack(columns, RT_ABI))


def test_contents_of_segments_that_are_cut_off_are_damaged() -> None:
    info = description(
        memories=(("i32", 1, None, False),), data=((0, constant(0), 3), (0, None, 2))
    )
    for data in (b"abcd", b"abcdef", b""):
        with pytest.raises(ImportError, match="damaged"):
            Instance(Module(info, Text([], data)))
    Instance(Module(info, Text([], b"abcde")))
