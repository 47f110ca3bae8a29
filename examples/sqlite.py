"""SQLite in plain Python. It takes no locks: a file is for one process at a time.

wasm2py compile https://unpkg.com/@sqlite.org/sqlite-wasm@3.50.4-build1/sqlite-wasm/jswasm/sqlite3.wasm \\
    -o sqlite_wasm
"""

import os
from typing import Any

from sqlite_wasm import emscripten, instantiate


class connect:  # noqa: N801, the name that Python's sqlite3 has for it
    """A database in a file, whose folder is all that SQLite sees; closed once it is not used."""

    def __init__(self, path: str) -> None:
        folder, name = os.path.split(os.path.realpath(path))
        self._wasm = instantiate(emscripten(preopens={"/": folder}))
        with self._wasm.cstring(name) as text, self._wasm.alloc(4) as p:
            self._wasm.exports.sqlite3_open(text, p)  # `execute` tells what failed.
            (self._database,) = self._wasm.memory.unpack("<I", p)

    def execute(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of one statement, with values for its `?`s; or a ValueError."""
        wasm, c = self._wasm, self._wasm.exports
        with wasm.cstring(sql) as text, wasm.alloc(8) as p:
            wrong = c.sqlite3_prepare_v2(self._database, text, -1, p, p + 4)
            s, rest = wasm.memory.unpack("<2I", p)
            more = not wrong and wasm.memory.cstring(rest).strip()
        for i, value in enumerate(values, 1):
            if isinstance(value, (str, bytes)):
                data = value.encode() if isinstance(value, str) else value
                bind = c.sqlite3_bind_blob if data is value else c.sqlite3_bind_text
                with wasm.alloc(data) as p:
                    wrong |= bind(s, i, p, len(data), -1)
            elif isinstance(value, float):
                wrong |= c.sqlite3_bind_double(s, i, value)
            elif value is not None:
                wrong |= c.sqlite3_bind_int64(s, i, +value)  # A bool becomes a number.
        rows = []
        while not wrong and not more and c.sqlite3_step(s) == 100:
            rows += [tuple(self._value(s, i) for i in range(c.sqlite3_column_count(s)))]
        error = wasm.memory.cstring(c.sqlite3_errmsg(self._database)).decode()
        if c.sqlite3_finalize(s) or wrong or more:
            raise ValueError("there is a second statement" if more else error)
        return rows

    def _value(self, s: int, i: int) -> Any:
        c, kind = self._wasm.exports, self._wasm.exports.sqlite3_column_type(s, i)
        if kind < 3:
            return (c.sqlite3_column_int64, c.sqlite3_column_double)[kind - 1](s, i)
        place = c.sqlite3_column_blob(s, i), c.sqlite3_column_bytes(s, i)
        data = self._wasm.memory.read(*place)
        return None if kind == 5 else data if kind == 4 else data.decode()
