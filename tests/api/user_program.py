"""A program that uses all of the API. mypy checks it as strictly as it can.

It is also run by `test_typing`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, assert_type

import httpx
import requests

import wasm2py
from wasm2py import (
    CompileError,
    Global,
    Instance,
    InstantiatedSource,
    LinkError,
    Memory,
    Module,
    Progress,
    Response,
    Table,
    Tag,
    Trap,
    WasmException,
)

HEADERS = {"Content-Type": "application/wasm"}


def compile_everything(wasm: bytes, folder: Path) -> Module:
    path = folder / "module.wasm"
    path.write_bytes(wasm)
    wasm2py.compile(bytearray(wasm))
    wasm2py.compile(memoryview(wasm), features="wasm2", optimize=1, target="python")
    wasm2py.compile(str(path), features={"wasm1", "reference-types"})
    with path.open("rb") as file, ThreadPoolExecutor() as executor:
        wasm2py.compile(file, executor=executor, cache=folder)
    wasm2py.compile(Response([wasm], headers=HEADERS), progress=print)
    assert_type(wasm2py.validate(wasm, builtins=["js-string"]), bool)
    return wasm2py.compile(path, imported_string_constants="'")


def from_clients(url: str) -> Iterator[Module]:
    with requests.get(url, stream=True, timeout=30) as streamed:
        yield wasm2py.compile(streamed)
    yield wasm2py.compile(httpx.get(url))


async def stream(url: str) -> Module:
    async with httpx.AsyncClient() as client:
        return await wasm2py.compile_streaming(client.get(url))


async def chunks(wasm: bytes) -> AsyncIterator[bytes]:
    yield wasm


async def report(progress: Progress) -> None:
    received: int = progress.bytes_received
    total: int | None = progress.total
    assert received <= (total or received)
    assert progress.functions_translated >= 0


async def stream_locally(wasm: bytes, imports: Mapping[str, Mapping[str, Any]]) -> int:
    response = Response(chunks(wasm), status=200, headers=HEADERS)
    source = await wasm2py.instantiate_streaming(
        response, imports, limits=wasm2py.Limits(memory=1 << 20), progress=report
    )
    assert_type(source, InstantiatedSource)
    return len(source.instance.exports)


def use(module: Module) -> list[str]:
    memory = Memory(1, 2, shared=False)
    table = Table("externref", 1, None, "initial", address="i32")
    count = Global("i32", 0, mutable=True)
    tag = Tag(["i32"])
    imports = {"env": {"memory": memory, "table": table, "count": count}}
    instance = wasm2py.instantiate(module, imports)
    assert_type(instance, Instance)
    memory.write(0, b"abc")
    shown = [memory.read(0, 3).decode(), str(memory.grow(1)), str(memory.buffer[0])]
    table.set(0, "x")
    shown += [str(table.get(0)), str(table.grow(1, None)), str(len(table))]
    count.value = 7
    shown.append(str(instance.exports["read"]() + instance.exports.read()))
    for export in Module.exports(module):
        shown.append(f"{export.name} {export.kind} {export.type}")
    for item in Module.imports(module):
        shown.append(f"{item.module} {item.name} {item.kind} {item.type}")
    sections: list[bytes] = Module.custom_sections(module, "name")
    shown.append(str(len(sections)))
    exception = WasmException(tag, [1])
    shown.append(str(exception.payload))
    return shown


def fail(wasm: bytes) -> list[object]:
    places: list[object] = []
    try:
        wasm2py.compile(wasm[:-1])
    except CompileError as error:
        places += [error.message, error.offset, error.function, error.instruction]
    try:
        wasm2py.instantiate(wasm, {"env": {}})
    except LinkError as error:
        places.append(str(error))
    try:
        raise Trap("unreachable")
    except Trap as trap:
        places += [trap.function, trap.function_name, trap.offset]
    return places


def main(wasm: bytes, folder: Path) -> list[str]:
    shown = use(compile_everything(wasm, folder))
    imports: dict[str, dict[str, Any]] = {
        "env": {
            "memory": Memory(1),
            "table": Table("externref", 1),
            "count": Global("i32", 0, mutable=True),
        }
    }
    shown.append(str(asyncio.run(stream_locally(wasm, imports))))
    shown += map(str, fail(wasm))
    return shown
