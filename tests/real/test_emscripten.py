"""What Emscripten has made: zstd, SQLite on a file, Lua with its pcall, Tree-sitter."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import zstandard

import wasm2py
from tests.commands.conftest import run
from tests.commands.running import Runner
from tests.packages import import_package
from tests.real.npm import package

__all__ = ["run"]

pytestmark = pytest.mark.network


def compiled(run: Runner, wasm: Path, script: Path, target: Path) -> Any:
    arguments = ("-o", target, "--quiet", "--names-from", script)
    assert run("compile", wasm, *arguments) == (0, "", "")
    return import_package(target)


def test_zstd_by_its_names(run: Runner, tmp_path: Path) -> None:
    folder = package("@bokuweb/zstd-wasm@0.0.27") / "dist/web"
    wasm, script = folder / "zstd.wasm", folder / "zstd.js"
    zstd = compiled(run, wasm, script, tmp_path / "zstd_names")
    data = b"compressed and decompressed " * 100
    instance = zstd.instantiate(zstd.emscripten())
    bound = zstd.ZSTD_compressBound(len(data))
    exports = instance.exports
    with instance.alloc(data) as source, instance.alloc(bound) as target:
        size = exports.ZSTD_compress(target, bound, source, len(data), 3)
        packed = instance.memory.read(target, size)
        with instance.alloc(len(data)) as back:
            length = exports.ZSTD_decompress(back, len(data), target, size)
            assert instance.memory.read(back, length) == data
    assert zstandard.decompress(packed) == data


class Files:
    """What this SQLite wants of its host: files, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.instance: Any = None

    def path(self, address: int) -> str:
        name = self.instance.memory.cstring(address).decode()
        return str(self.folder / name.lstrip("/"))

    def of(self, file: int) -> tuple[int, str]:
        fd, _, name = self.instance.memory.unpack("<3I", file + 4)
        return fd, self.path(name)

    def put(self, address: int, value: int) -> int:
        self.instance.memory.pack_into("<i", address, value)
        return 0

    def nodejs_max_path_length(self) -> int:
        return 4096

    def nodejs_open(self, path: int, flags: int, mode: int) -> int:
        how = os.O_RDWR if flags & 2 else os.O_RDONLY
        how |= (os.O_CREAT if flags & 4 else 0) | (os.O_EXCL if flags & 16 else 0)
        try:
            return os.open(self.path(path), how, mode)
        except OSError:
            return -1

    def nodejsFullPathname(self, vfs: int, path: int, size: int, result: int) -> int:
        text = self.instance.memory.cstring(path)
        self.instance.memory.write(result, text + b"\0")
        return 0

    def nodejsAccess(self, vfs: int, path: int, flags: int, result: int) -> int:
        return self.put(result, int(os.path.exists(self.path(path))))

    def nodejsDelete(self, vfs: int, path: int, sync: int) -> int:
        Path(self.path(path)).unlink(missing_ok=True)
        return 0

    def nodejsFileSize(self, file: int, result: int) -> int:
        size = os.fstat(self.of(file)[0]).st_size
        self.instance.memory.pack_into("<q", result, size)
        return 0

    def nodejsRead(self, file: int, target: int, size: int, offset: int) -> int:
        data = os.pread(self.of(file)[0], size, offset)
        self.instance.memory.write(target, data.ljust(size, b"\0"))
        return 0 if len(data) == size else 522

    def nodejsWrite(self, file: int, source: int, size: int, offset: int) -> int:
        data = self.instance.memory.read(source, size)
        return 0 if os.pwrite(self.of(file)[0], data, offset) == size else 778

    def nodejsTruncate(self, file: int, size: int) -> int:
        os.ftruncate(self.of(file)[0], size)
        return 0

    def nodejsClose(self, file: int) -> int:
        os.close(self.of(file)[0])
        return 0

    def nodejsRandomness(self, vfs: int, size: int, target: int) -> int:
        self.instance.memory.write(target, os.urandom(size))
        return size

    def nodejsCheckReservedLock(self, file: int, result: int) -> int:
        return self.put(result, 0)

    def nodejsSync(self, file: int, flags: int) -> int:
        return 0

    nodejsLock = nodejsUnlock = nodejsSync  # noqa: N815


@pytest.mark.slow
def test_sqlite_on_a_file(run: Runner, tmp_path: Path) -> None:
    folder = package("node-sqlite3-wasm@0.8.60") / "dist"
    script, wasm = (folder / f"node-sqlite3-wasm.{end}" for end in ("js", "wasm"))
    sqlite = compiled(run, wasm, script, tmp_path / "sqlite_names")
    files = Files(tmp_path)
    names = [name for name in dir(files) if name.startswith("nodejs")]
    own = {name: getattr(files, name) for name in names}
    instance = sqlite.instantiate(sqlite.emscripten(imports={"env": own}))
    files.instance = instance
    exports, memory = instance.exports, instance.memory

    def execute(sql: str) -> None:
        with instance.cstring(sql) as text:
            status = exports.sqlite3_exec(database, text, 0, 0, 0)
            assert status == 0, memory.cstring(exports.sqlite3_errmsg(database))

    with instance.cstring("/a.db") as path, instance.alloc(4) as result:
        assert exports.sqlite3_open_v2(path, result, 6, 0) == 0
        (database,) = memory.unpack("<I", result)
    execute("create table a (x integer primary key, t text)")
    execute("create table b (x integer, y real)")
    execute("insert into a values (1, 'one'), (2, 'two'), (3, 'three')")
    execute("insert into b values (1, 1.5), (2, 2.5), (2, 3.5)")
    execute("create table c as select t, sum(y) s from a join b using (x) group by x")
    # 3,000 rows of 3,500 bytes, each different.
    counted = "with n(i) as (select 1 union all select i + 1 from n where i < 3000)"
    execute(f"create table d as {counted} select i, printf('%03500d', i) t from n")
    execute("create unique index e on d (i)")
    assert exports.sqlite3_close_v2(database) == 0
    with sqlite3.connect(tmp_path / "a.db") as read:
        assert read.execute("select * from c").fetchall() == [
            ("one", 1.5),
            ("two", 6.0),
        ]
        assert read.execute("pragma integrity_check").fetchall() == [("ok",)]
        row = read.execute("select count(*), sum(length(t)), max(t) from d").fetchone()
        assert row == (3000, 3000 * 3500, f"{3000:03500}")
    assert (tmp_path / "a.db").stat().st_size > 10_000_000


def test_lua_catches_errors() -> None:
    path = package("wasmoon@1.16.0") / "dist/glue.wasm"
    module = wasm2py.compile(path, cache=True)
    output = bytearray()
    folder = wasm2py.MemoryDirectory({"six.lua": b"return 6"})
    emscripten = wasm2py.Emscripten(
        module, stdout=output.extend, preopens={"/": folder}
    )
    instance = wasm2py.instantiate(module, emscripten)
    emscripten.initialize(instance)
    exports = instance.exports
    state = exports.luaL_newstate()
    exports.luaL_openlibs(state)
    program = """
        local ok, message = pcall(error, "caught")
        assert(not ok and message == "caught")
        assert(not pcall(function() return nil + 1 end))
        local resume = coroutine.wrap(function() coroutine.yield(1) error("late") end)
        assert(resume() == 1 and not pcall(resume))
        local file = assert(io.open("/seven.txt", "w"))
        file:write(dofile("/six.lua") + 1)
        file:close()
        assert(os.rename("/seven.txt", "/7"))
        print(os.date("!%Y-%m-%d", 86400), _VERSION)
        error("uncaught", 0)
    """
    with instance.cstring(program) as text:
        assert exports.luaL_loadstring(state, text) == 0
    assert exports.lua_pcallk(state, 0, 0, 0, 0, 0) == 2
    message = exports.lua_tolstring(state, -1, 0)
    assert instance.memory.cstring(message) == b"uncaught"
    assert output == b"1970-01-02\tLua 5.4\n"
    assert folder.files["7"] == b"7"


@pytest.mark.slow
def test_tree_sitter_loads_a_language() -> None:
    folder = package("web-tree-sitter@0.25.10")
    main = wasm2py.compile(folder / "tree-sitter.wasm")
    folder = package("tree-sitter-json@0.24.8")
    language = wasm2py.compile(folder / "tree-sitter-json.wasm")
    text = '{"a": [1, null], "b": {}}'

    def parse(buffer: int, index: int, row: int, column: int, length: int) -> None:
        part = text[index:]
        instance.memory.write(buffer, part.encode("utf-16-le") + b"\0\0")
        instance.memory.pack_into("<I", length, len(part))

    own = {
        "tree_sitter_parse_callback": parse,
        "tree_sitter_log_callback": print,
        "tree_sitter_progress_callback": lambda index, has_error: 0,
        "tree_sitter_query_progress_callback": lambda index: 0,
    }
    emscripten = wasm2py.Emscripten(main, imports={"env": own})
    instance = wasm2py.instantiate(main, emscripten)
    emscripten.initialize(instance)
    exports = instance.exports
    loaded = emscripten.load_side(language)
    buffer = exports.ts_init()
    exports.ts_parser_new_wasm()
    parser, source = instance.memory.unpack("<2I", buffer)
    assert exports.ts_parser_set_language(parser, loaded.exports.tree_sitter_json())
    tree = exports.ts_parser_parse_wasm(parser, source, 0, 0, 0)
    exports.ts_tree_root_node_wasm(tree)
    shown = instance.memory.cstring(exports.ts_node_to_string_wasm(tree))
    assert shown == (
        b"(document (object (pair key: (string (string_content)) value: (array (number)"
        b" (null))) (pair key: (string (string_content)) value: (object))))"
    )
