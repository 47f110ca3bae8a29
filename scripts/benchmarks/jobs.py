"""Fixed jobs for real modules: each returns a checksum that every engine must give.

Runs on Python >= 3.9. A job is a class: `host` says what the module imports, `prepare`
is not measured, `run` is.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any

from .engines import Guest, Host, MemoryImport

TEXT = b" ".join(
    b"%s %d" % (word, i * i % 97)
    for i in range(700)
    for word in (b"stream", b"of", b"bytes", b"module")[: i % 4 + 1]
)


class Job:
    """A fixed piece of work."""

    guest: Guest

    def host(self) -> Host:
        """The imports."""
        return Host()

    def prepare(self, guest: Guest) -> None:
        """Initialise the instance."""
        self.guest = guest

    def run(self, n: int) -> int:
        """Do the work n times."""
        checksum = 0
        for _ in range(n):
            checksum = zlib.crc32(self.once(), checksum)
        return checksum

    def once(self) -> bytes:
        """Do the work; returns what it produced."""
        raise NotImplementedError

    def call(self, name: str, *args: Any) -> int:
        """Call an export that returns an address or a number."""
        result = self.guest.function(name)(*args)
        return 0 if result is None else int(result) & 0xFFFFFFFF

    def store(self, malloc: str, data: bytes) -> int:
        """Memory from the module's allocator, with the data in it."""
        address = self.call(malloc, len(data))
        self.guest.write(address, data)
        return address


class Lodepng(Job):
    """A picture of 48 by 48 pixels is encoded and decoded."""

    SIDE = 48

    def prepare(self, guest: Guest) -> None:
        """Initialise the instance."""
        super().prepare(guest)
        self.call("_initialize")

    def once(self) -> bytes:
        """Encode and decode."""
        side = self.SIDE
        pixels = bytes(
            value & 255
            for y in range(side)
            for x in range(side)
            for value in (x * 5, y * 3, (x * y) >> 2, 255)
        )
        source, result = self.store("malloc", pixels), self.call("malloc", 12)
        where = (result, result + 4, result + 8)
        self.call("lodepng_encode32", *where[:2], source, side, side)
        encoded, size = struct.unpack("<2I", self.guest.read(result, 8))
        file = self.guest.read(encoded, size)
        self.call("lodepng_decode32", *where, encoded, size)
        (decoded,) = struct.unpack("<I", self.guest.read(result, 4))
        output = self.guest.read(decoded, 4 * side * side)
        for address in (source, result, encoded, decoded):
            self.call("free", address)
        return file + output


class Zstd(Job):
    """A text is compressed at level 3 and decompressed."""

    def host(self) -> Host:
        """Emscripten's imports; `e` grows the memory."""
        host = Host()
        host.functions["e"] = self._grow
        return host

    def _grow(self, size: int) -> int:
        self.guest.grow(64)
        return 1

    def prepare(self, guest: Guest) -> None:
        """Initialise the instance."""
        super().prepare(guest)
        self.call("g")

    def once(self) -> bytes:
        """Compress and decompress; the names are the minifier's."""
        bound = self.call("i", len(TEXT))
        source, packed = self.store("s", TEXT), self.call("s", bound)
        size = self.call("m", packed, bound, source, len(TEXT), 3)
        output = self.guest.read(packed, size)
        self.guest.write(source, bytes(len(TEXT)))
        restored = self.call("r", source, len(TEXT), packed, size)
        output += self.guest.read(source, restored)
        self.call("t", source)
        self.call("t", packed)
        return output


SCRIPT = b"""
function Point(x, y) { this.x = x; this.y = y; }
Point.prototype.norm = function () { return this.x * this.x + this.y * this.y; };
function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
let words = {}, total = 0;
for (let i = 0; i < 300; i++) {
    let word = "w" + (i * 7 % 31);
    words[word] = (words[word] || 0) + 1;
    total += new Point(i, i / 2).norm();
}
let list = Object.keys(words).sort().map(w => w.toUpperCase() + words[w]);
let text = list.join(",").replace(/W(\\d)/g, "<$1>");
let data = JSON.parse(JSON.stringify({ list: list, total: total }));
(text.length * 1000 + fib(11)) + data.total + data.list.length
"""


class Quickjs(Job):
    """A script is run in a fresh context; the imports are those of its JavaScript."""

    def host(self) -> Host:
        """Emscripten's imports: no clock, no environment, no files."""
        host = Host()
        host.memory = MemoryImport("a", "a", 256, 32768)
        host.functions["p"] = lambda: 1.7e12
        return host

    def prepare(self, guest: Guest) -> None:
        """Initialise the instance and a runtime in it."""
        super().prepare(guest)
        self.call("u")
        self.script = self.store("v", SCRIPT + b"\0")
        self.name = self.store("v", b"bench.js\0")
        self.runtime = self.call("K")

    def once(self) -> bytes:
        """QTS_NewContext, QTS_Eval, QTS_GetFloat64, and free what they gave."""
        context = self.call("N", self.runtime, 0)
        value = self.call("pa", context, self.script, len(SCRIPT), self.name, 0, 0)
        number = self.guest.function("Z")(context, value)
        self.call("P", context, value)
        self.call("O", context)
        return struct.pack("<d", number)


QUERIES = (
    b"CREATE TABLE word (id INTEGER PRIMARY KEY, name TEXT, size INTEGER)",
    b"""INSERT INTO word WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL
        SELECT i + 1 FROM n WHERE i < 100) SELECT i, 'w' || (i * 7919 % 1000), i * i % 37 FROM n""",
    b"CREATE INDEX by_size ON word (size, name)",
    b"UPDATE word SET name = upper(name) WHERE id % 3 = 0",
    b"DELETE FROM word WHERE name LIKE '%7'",
    b"""SELECT a.size, count(*), max(b.name), sum(a.id * 0.5) FROM word a JOIN word b
        ON a.size = b.size GROUP BY a.size HAVING count(*) > 4 ORDER BY 2 DESC, 1""",
    b"SELECT group_concat(name, ',') FROM (SELECT name FROM word ORDER BY name DESC LIMIT 20)",
    b"DROP TABLE word",
)


class Sqlite(Job):
    """Queries of a database in memory; the names are the minifier's."""

    ROW = 100

    def host(self) -> Host:
        """Emscripten's imports: no clock, no files, the same random numbers."""
        host = Host()
        host.functions["j"] = self._resize
        return host

    def _resize(self, size: int) -> int:
        self.guest.grow(64)
        return 1

    def prepare(self, guest: Guest) -> None:
        """Initialise the instance."""
        super().prepare(guest)
        self.call("z")
        self.queries = [self.store("qa", query + b"\0") for query in QUERIES]
        self.name = self.store("qa", b":memory:\0")
        self.result = self.call("qa", 4)

    def once(self) -> bytes:
        """sqlite3_open_v2, then of each query all rows, and sqlite3_close_v2."""
        self.call("oa", self.name, self.result, 6, 0)
        database = self._number()
        rows = [row for query in self.queries for row in self._rows(database, query)]
        self.call("ma", database)
        return b"\n".join(rows)

    def _rows(self, database: int, query: int) -> Iterator[bytes]:
        """sqlite3_prepare_v2, sqlite3_step, sqlite3_column_text, sqlite3_finalize."""
        self.call("ia", database, query, -1, self.result, 0)
        statement = self._number()
        while self.call("R", statement) == self.ROW:
            for column in range(self.call("S", statement)):
                text = self.call("X", statement, column)
                yield self.guest.read(text, self.call("U", statement, column))
        if self.call("A", statement):
            raise RuntimeError("a query has failed")

    def _number(self) -> int:
        return int.from_bytes(self.guest.read(self.result, 4), "little")


PROGRAM = b"""
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
local Point = {}
Point.__index = Point
function Point.new(x, y) return setmetatable({x = x, y = y}, Point) end
function Point:norm() return self.x * self.x + self.y * self.y end
local words, total = {}, 0
for i = 1, 400 do
  local word = "w" .. i * 7 % 31
  words[word] = (words[word] or 0) + 1
  total = total + Point.new(i, i / 2):norm()
end
local list = {}
for word, count in pairs(words) do list[#list + 1] = word:upper() .. count end
table.sort(list)
local text = table.concat(list, ","):gsub("W(%d)", "<%1>")
local ok, message = pcall(error, {code = 7})
return string.format("%s %.3f %d %d", text, total, fib(13), message.code)
"""


class _LongJump(Exception):
    """What setjmp waits for."""


class Lua(Job):
    """A program is loaded and run; the imports are those of its JavaScript."""

    def host(self) -> Host:
        """Emscripten's imports: no clock, no environment, no files; setjmp and longjmp."""
        host = Host()
        host.functions["emscripten_resize_heap"] = self._resize
        host.functions["invoke_vii"] = self._invoke
        host.functions["_emscripten_throw_longjmp"] = self._long_jump
        return host

    def _resize(self, size: int) -> int:
        self.guest.grow(64)
        return 1

    def _invoke(self, index: int, *args: int) -> None:
        """Call an element of the table; a jump ends the call, and is noted."""
        stack = self.call("stackSave")
        try:
            self.guest.element("__indirect_function_table", index)(*args)
        except _LongJump:
            self.call("stackRestore", stack)
            self.call("setThrew", 1, 0)

    def _long_jump(self) -> None:
        raise _LongJump

    def prepare(self, guest: Guest) -> None:
        """Initialise the instance, and a state with the standard libraries."""
        super().prepare(guest)
        self.call("__wasm_call_ctors")
        self.state = self.call("luaL_newstate")
        self.call("luaL_openlibs", self.state)
        self.program = self.store("malloc", PROGRAM + b"\0")
        self.size = self.call("malloc", 4)

    def once(self) -> bytes:
        """luaL_loadstring, lua_pcall, lua_tolstring, lua_pop."""
        self.call("luaL_loadstring", self.state, self.program)
        self.call("lua_pcallk", self.state, 0, 1, 0, 0, 0)
        text = self.call("lua_tolstring", self.state, -1, self.size)
        size = int.from_bytes(self.guest.read(self.size, 4), "little")
        result = self.guest.read(text, size)
        self.call("lua_settop", self.state, -2)
        return result


REQUEST = (
    b"POST /a/b/c?query=%41 HTTP/1.1\r\nHost: example.org\r\n"
    b"User-Agent: wasm2py\r\nAccept: text/html, application/xhtml+xml\r\n"
    b"Accept-Language: en\r\nCookie: a=b; c=d; session=0123456789abcdef\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n8\r\n, stream\r\n0\r\n\r\n"
)


class Llhttp(Job):
    """Twenty requests are parsed through callbacks."""

    SPANS = ("url", "status", "header_field", "header_value", "body")

    def host(self) -> Host:
        """The callbacks."""
        host = Host()
        for name in self.SPANS:
            host.functions[f"wasm_on_{name}"] = self._span
        return host

    def _span(self, parser: int, start: int, length: int) -> int:
        self.seen += self.guest.read(start, length)
        return 0

    def prepare(self, guest: Guest) -> None:
        """Initialise the instance and a parser of requests."""
        super().prepare(guest)
        self.seen = b""
        self.call("_initialize")
        self.parser = self.call("llhttp_alloc", 1)
        self.data = REQUEST * 20
        self.buffer = self.store("malloc", self.data)

    def once(self) -> bytes:
        """Parse."""
        self.seen = b""
        if self.call("llhttp_execute", self.parser, self.buffer, len(self.data)):
            raise RuntimeError("llhttp refuses the request")
        return self.seen


class Argon2(Job):
    """The core of Argon2id over 64 blocks of memory, one pass."""

    MEMORY = 64

    def once(self) -> bytes:
        """Fill the memory as hash-wasm's JavaScript does, and calculate."""
        size = self.MEMORY * 1024
        self.call("Hash_SetMemorySize", size + 1024)
        base = self.call("Hash_GetBuffer")
        start = bytes((i * 31 + i // 255) & 255 for i in range(2048))
        self.guest.write(base, start + bytes(size - len(start)))
        parameters = struct.pack("<6I", 1, 32, self.MEMORY, 1, 0x13, 2)
        self.guest.write(base + size, parameters)
        self.call("Hash_Calculate", 0, self.MEMORY)
        return self.guest.read(base, 1024)


class Calls(Job):
    """An export of two i32 arguments, which calls nothing, is called n times."""

    export = "add"
    argument: float = 7

    def run(self, n: int) -> int:
        """Call it."""
        export, argument = self.guest.function(self.export), self.argument
        for _ in range(n):
            export(argument, argument)
        return int(export(argument, argument))


class WideCalls(Calls):
    """The same for i64."""

    export = "wide"
    argument = 1 << 40


class FloatCalls(Calls):
    """The same for f64."""

    export = "half"
    argument = 7.0


class NestedCalls(Calls):
    """An export that calls a function which may call itself."""

    export = "nested"


class HostCalls(Job):
    """A Python function of two arguments is called by the module n times."""

    def host(self) -> Host:
        """The function."""
        host = Host()
        host.functions["add"] = lambda a, b: (a + b) & 0xFFFF
        return host

    def run(self, n: int) -> int:
        """Have it called."""
        return self.call("run", n)


JOBS: dict[str, type[Job]] = {
    "calls": Calls,
    "wide_calls": WideCalls,
    "float_calls": FloatCalls,
    "nested_calls": NestedCalls,
    "host_calls": HostCalls,
    "zstd": Zstd,
    "lodepng": Lodepng,
    "sqlite": Sqlite,
    "quickjs": Quickjs,
    "lua": Lua,
    "llhttp": Llhttp,
    "argon2": Argon2,
}
