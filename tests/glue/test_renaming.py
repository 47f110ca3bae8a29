"""Readable names, from what Emscripten's versions have written."""

from __future__ import annotations

from contextlib import suppress

import pytest

from wasm2py.glue.reader import MOST_BYTES, Glue, TooComplex, read_glue
from wasm2py.glue.renaming import Renamed, readable_name, renamed_by
from wasm2py.spec.environment import Export, Import

TYPE = 0
IMPORTS = [
    Import("a", "b", "function", TYPE),
    Import("a", "c", "function", TYPE),
    Import("a", "d", "function", TYPE),
]
EXPORTS = [Export(name, "function", index) for index, name in enumerate("fghij")]

OBJECT = "var wasmImports={b:_emscripten_resize_heap,c:_fd_write,d:invoke_vii};"
# By version, from newer to older ones.
SHAPES = {
    "assignWasmExports": OBJECT
    + "function initRuntime(){wasmExports['f']()}"
    + "function assignWasmExports(wasmExports){_compress=Module['_compress']="
    + "wasmExports['g'];__emscripten_stack_restore=wasmExports['h'];"
    + "memory=wasmMemory=wasmExports['i'];"
    + "__indirect_function_table=wasmTable=wasmExports['j']}",
    "arrows": OBJECT
    + "var ___wasm_call_ctors=()=>(___wasm_call_ctors=wasmExports['f'])();"
    + "var _compress=Module['_compress']=a0=>(_compress=Module['_compress']="
    + "wasmExports['g'])(a0);"
    + "var __emscripten_stack_restore=a0=>(__emscripten_stack_restore=wasmExports['h'])"
    + "(a0);wasmMemory=wasmExports['i'];wasmTable=wasmExports['j'];",
    "functions": OBJECT.replace("wasmImports", "asmLibraryArg")
    + "function f(){var exports=instance.exports;Module['asm']=exports;"
    + "wasmMemory=Module['asm']['i'];wasmTable=Module['asm']['j'];"
    + "addOnInit(Module['asm']['f'])}"
    + "var _compress=Module['_compress']=function(){return(_compress="
    + "Module['_compress']=Module['asm']['g']).apply(null,arguments)};"
    + "var __emscripten_stack_restore=Module['__emscripten_stack_restore']=function(){"
    + "return(__emscripten_stack_restore=Module['__emscripten_stack_restore']="
    + "Module['asm']['h']).apply(null,arguments)};",
    "pretty": """
        var wasmImports = {
            /** @export */
            b: _emscripten_resize_heap,
            /** @export */
            'c': _fd_write,
            d: invoke_vii,
        };
        var ___wasm_call_ctors = () => (___wasm_call_ctors = wasmExports.f)();
        var _compress = (Module['_compress'] = (a0) => (_compress = Module['_compress'] = wasmExports["g"])(a0));
        var __emscripten_stack_restore = wasmExports["h"];
        memory = wasmMemory = wasmExports["i"];
        wasmTable = wasmExports["j"];
    """,
}


def names(renamed: Renamed) -> list[str]:
    return [item.name for item in renamed.exports]


def rename(glue: Glue, initialisers: str = "f") -> Renamed:
    return renamed_by(IMPORTS, EXPORTS, glue, set(initialisers))


@pytest.mark.parametrize("script", SHAPES.values(), ids=SHAPES)
def test_shapes(script: str) -> None:
    renamed = rename(read_glue(script.encode()))
    assert [(item.module, item.name) for item in renamed.imports] == [
        ("env", "emscripten_resize_heap"),
        ("wasi_snapshot_preview1", "fd_write"),
        ("env", "invoke_vii"),
    ]
    assert names(renamed) == [
        *("__wasm_call_ctors", "f", "compress", "g", "_emscripten_stack_restore", "h"),
        *("memory", "i", "__indirect_function_table", "j"),
    ]
    assert renamed.notes == []


def test_names_that_are_short_in_the_script_too() -> None:
    script = (
        "var q={b:(a)=>N(R(a)),c:()=>{},d:pa};"
        "function a(b){b=Z=b.exports;d._compress=b.g;d._free=b.h;d._malloc=b.i;x=b.j;"
        "return Z}Z.f();"
    )
    renamed = rename(read_glue(script.encode()))
    assert renamed.imports == IMPORTS
    assert (
        names(renamed)[:8] == "__wasm_call_ctors f compress g free h malloc i".split()
    )
    assert renamed.notes == [
        (
            "imports that keep their names, as the script does not name what it gives"
            " them: 'a.b', 'a.c', 'a.d'"
        )
    ]


def test_short_names_that_look_like_readable_ones() -> None:
    """As those of esbuild and terser do, one here and there."""
    minified = "var n={b:_e,c:t,d:r};"
    assert rename(read_glue(minified.encode())).imports == IMPORTS
    own = minified + "var imports={b:_exit,c:_fd_read,d:_own};"
    found = rename(read_glue(own.encode())).imports
    assert [item.name for item in found] == ["exit", "fd_read", "own"]


def test_names_of_a_script_of_ones_own() -> None:
    glue = read_glue(b"var q={b:()=>1,c:pa,d:()=>3}")
    glue.add(read_glue(b"var imports={b:_abort,c:_time,d:_own}"))
    found = rename(glue)
    assert [item.name for item in found.imports] == ["abort", "time", "own"]


def test_exports_that_a_script_of_ones_own_adds() -> None:
    glue = read_glue(b"f._one=X.g;f._two=X.h;f._three=X.i;(W=X.j)();")
    assert names(rename(glue)) == ["f", "one", "g", "two", "h", "three", "i", "j"]
    glue.add(read_glue(b"Module._main = wasmExports.j;"))
    assert names(rename(glue))[-2:] == ["main", "j"]
    assert {"one", "two", "three"} < set(names(rename(glue)))


def test_ambiguous_names_are_left_as_they_are() -> None:
    script = (
        "x={b:_one,c:_two,d:_three};y={b:_one,c:_other,d:_three};"
        "_f=wasmExports['f'];_f=wasmExports['g'];_h=wasmExports['h'];"
        "_alias=wasmExports['h'];"
    )
    renamed = rename(read_glue(script.encode()), "")
    assert [item.name for item in renamed.imports] == ["one", "c", "three"]
    assert names(renamed) == ["f", "g", "alias", "h", "i", "j"]
    assert renamed.notes == [
        (
            "imports that keep their names, as the script does not name what it gives"
            " them: 'a.c'"
        ),
    ]


def test_several_exports_of_one_name() -> None:
    script = "_x=wasmExports['f'];_x=wasmExports['g'];"
    renamed = renamed_by([], EXPORTS, read_glue(script.encode()), set())
    assert names(renamed) == list("fghij")
    assert renamed.notes[1:] == [
        "exports that keep their names, as the script has several for one name: 'x'"
    ]


def test_names_that_are_readable_already() -> None:
    imports = [Import("env", "time", "function", TYPE)]
    script = "var wasmImports={time:_time};_main=wasmExports['main']"
    exports = [Export("main", "function", 0)]
    renamed = renamed_by(imports, exports, read_glue(script.encode()), set())
    assert renamed == (
        imports,
        exports,
        ["the script has no other names for what the module has"],
    )


def test_names_of_side_modules_are_no_short_ones() -> None:
    imports = [Import("GOT.mem", "__heap_base", "global", TYPE)]
    renamed = renamed_by(imports, [], read_glue(b"x={__heap_base:___heap_base}"), set())
    assert renamed.imports == imports


def test_a_readable_name_is_not_given_twice() -> None:
    renamed = rename(read_glue(b"_g=wasmExports['f'];"), "")
    assert names(renamed) == list("fghij")


@pytest.mark.parametrize(
    "name, expected",
    [
        ("_malloc", "malloc"),
        ("___cxa_throw", "__cxa_throw"),
        ("stackSave", "stackSave"),
        ("invoke_vi", "invoke_vi"),
        ("dynCall_vi", "dynCall_vi"),
        ("wasmTable", "__indirect_function_table"),
        ("pa", None),
        ("_", None),
    ],
)
def test_readable_names(name: str, expected: str | None) -> None:
    assert readable_name(name) == expected


@pytest.mark.parametrize(
    "piece",
    [
        *("{", "(", "={", "a=", "a.", "a['b']", "={a:", "`${", "/", "=/[", "/*", "'\\"),
        *(
            "{a:b},",
            "a=b.c;",
            "x={a:b};",
            "\u2028",
            "\\",
            "\0",
            "0",
            "=/a\\",
            "a?.",
            "}",
        ),
    ],
)
def test_scripts_of_nothing_but_one_piece(piece: str) -> None:
    # What takes time in proportion to the square of its length takes minutes.
    with suppress(TooComplex):
        rename(read_glue((piece * 20_000).encode()))


def test_limits() -> None:
    with pytest.raises(TooComplex, match="nested too deep"):
        read_glue(b"(" * 100_002)
    with pytest.raises(TooComplex, match="bytes"):
        read_glue(bytes(MOST_BYTES + 1))


def test_names_that_take_long_to_look_for() -> None:
    # Each of these takes hours where all is compared with all.
    count = 50_000
    keys = b"".join(b"k%d:_b," % number for number in range(count))
    objects = read_glue(b"={a:_b};" * count + b"={a:_b," + keys + b"}")
    modules = [Import(f"m{number}", "a", "function", TYPE) for number in range(count)]
    assert [i.name for i in renamed_by(modules[:1], [], objects, set()).imports] == [
        "b"
    ]
    assert renamed_by(modules, [], objects, set()).imports == modules
    members = b"".join(b"_x%d=asm.f;" % number for number in range(count))
    same = [Export("f", "function", 0)] * count
    renamed = renamed_by([], same, read_glue(members), set())
    assert len(renamed.exports) == 2 * count


def test_half_a_character_is_in_no_name() -> None:
    script = rb"""M["_\ud83d\ude00"]=asm.f;M["_\ud83d"]=asm.g;"""
    renamed = renamed_by([], EXPORTS, read_glue(script), set())
    assert names(renamed) == ["\U0001f600", "f", "\ufffd", "g", "h", "i", "j"]


def test_a_long_name_of_many_imports() -> None:
    script = b"x={b:_" + b"x" * (1 << 20) + b"}"
    imports = [Import("a", "b", "function", TYPE)] * 100
    renamed = renamed_by(imports, [], read_glue(script), set())
    assert sum(len(item.name) for item in renamed.imports) < MOST_BYTES + 100
    assert renamed.imports[31] != imports[31] and renamed.imports[32:] == imports[32:]
