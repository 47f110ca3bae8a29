"""Instances whose integers are unsigned for the host, on either target."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import wasm2py
from tests.compilers import needs_compiler
from tests.packages import import_package
from tests.wasm_tools import assemble
from wasm2py.package.writer import PackageOptions, write_package
from wasm2py.spec.features import feature_set
from wasm2py.translation.translator import Translator

WAT = """(module
  (type $one (func (param i32) (result i32)))
  (import "env" "host" (func $host (param i32 i64 f64) (result i32 i64)))
  (import "env" "echo" (func $echo (type $one)))
  (import "env" "lost" (func $lost (param i32 i32 i32 i64 externref)))
  (import "env" "shared" (global $shared (mut i32)))
  (table (export "table") 4 funcref)
  (global (export "heap_base") i32 (i32.const 0x80000000))
  (global (export "wide") (mut i64) (i64.const -1))
  (export "echo" (func $echo))
  (export "shared" (global $shared))
  (func (export "i32") (type $one) (local.get 0))
  (func (export "i64") (param i64) (result i64) (i64.add (local.get 0) (i64.const 0)))
  (func (export "equal") (param i32 i32) (result i32) (i32.eq (local.get 0) (local.get 1)))
  (func (export "both") (param i32 i64) (result i32 i64 f64 externref funcref)
    (local.get 0) (local.get 1) (f64.const -1) (ref.null extern) (ref.null func))
  (func (export "out") (param i32 i64) (result i32 i64)
    (call $lost (local.get 0) (local.get 0) (local.get 0) (local.get 1) (ref.null extern))
    (call $host (local.get 0) (local.get 1) (f64.const -1)))
  (func (export "call") (param i32 i32) (result i32)
    (call_indirect (type $one) (local.get 1) (local.get 0))))
"""
TARGETS = ["python", pytest.param("c", marks=needs_compiler)]
MOST32, MOST64 = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF


class Host:
    """What the module imports; remembers its arguments."""

    def __init__(self) -> None:
        self.seen: list[Any] = []
        self.shared = wasm2py.Global("i32", -1, mutable=True)
        self.imports = {
            "env": {
                "host": self.host,
                "echo": self.echo,
                "lost": lambda *args: self.seen.append(args),
                "shared": self.shared,
            }
        }

    def host(self, *args: Any) -> Any:
        self.seen.append(args)
        return args[:2]

    def echo(self, value: int) -> int:
        self.seen.append(value)
        return value


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture(scope="module", params=TARGETS)
def module(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> wasm2py.Module:
    patch = pytest.MonkeyPatch()
    patch.setenv("WASM2PY_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    try:
        return wasm2py.compile(assemble(WAT), target=request.param)
    finally:
        patch.undo()


def test_results(module: wasm2py.Module, host: Host) -> None:
    e = wasm2py.instantiate(module, host.imports, unsigned=True).exports
    assert e.i32(-1) == e.i32(MOST32) == MOST32
    assert e.i64(-1) == e.i64(MOST64) == MOST64
    assert e.i64(1 << 63) == 1 << 63
    assert e.both(-1, -1) == (MOST32, MOST64, -1.0, None, None)
    # A comparison's outcome is no bool.
    assert type(e.equal(1, 1)) is int
    with pytest.raises(OverflowError):
        e.i32(1 << 32)
    with pytest.raises(TypeError):
        e.i32(True)


def test_arguments_of_the_hosts_functions(module: wasm2py.Module, host: Host) -> None:
    e = wasm2py.instantiate(module, host.imports, unsigned=True).exports
    assert e.out(-1, -2) == (MOST32, MOST64 - 1)
    assert host.seen == [
        (MOST32, MOST32, MOST32, MOST64 - 1, None),
        (MOST32, MOST64 - 1, -1.0),
    ]
    # An imported function that is exported again.
    assert e.echo(-3) == MOST32 - 2
    assert host.seen[-1] == MOST32 - 2


def test_globals_are_as_where_they_were_made(
    module: wasm2py.Module, host: Host
) -> None:
    e = wasm2py.instantiate(module, host.imports, unsigned=True).exports
    assert e.heap_base.value == 0x80000000
    assert e.wide.value == MOST64
    e.wide.value = -5
    assert e.wide.value == MOST64 - 4
    assert host.shared.value == e.shared.value == -1
    assert "18446744073709551611" in repr(e.wide)


def test_functions_in_tables(module: wasm2py.Module, host: Host) -> None:
    instance = wasm2py.instantiate(module, host.imports, unsigned=True)
    e, seen = instance.exports, host.seen
    added = instance.table.add(host.echo, "i32 -> i32")
    assert e.call(added, -1) == MOST32
    assert seen == [MOST32]
    for unsigned, value in ((False, -2), (True, MOST32 - 1)):
        function = wasm2py.Function(host.echo, "i32 -> i32", unsigned=unsigned)
        e.table.set(0, function)
        assert e.call(0, -2) == MOST32 - 1
        assert function(-2) == value
        assert seen[-2:] == [value, value]
    # What another instance has stays as it is.
    other = wasm2py.instantiate(module, host.imports).exports
    e.table.set(1, other.i32)
    assert e.call(1, -1) == MOST32
    assert e.table.get(1)(-1) == -1
    other.table.set(1, e.i32)
    assert other.call(1, -1) == -1
    assert other.table.get(1)(-1) == MOST32


def test_signed_without(module: wasm2py.Module, host: Host) -> None:
    e = wasm2py.instantiate(module, host.imports).exports
    assert (e.i32(-1), e.i64(MOST64), e.heap_base.value) == (-1, -1, -(1 << 31))
    assert e.out(MOST32, -2) == (-1, -2)
    assert host.seen[-1] == (-1, -2, -1.0)


def test_as_bytes_are_instantiated(host: Host) -> None:
    found = wasm2py.instantiate(assemble(WAT), host.imports, unsigned=True)
    assert found.instance.exports.i32(-1) == MOST32


WASI = """(module
  (import "wasi_snapshot_preview1" "fd_seek"
    (func $seek (param i32 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 64) "a")
  (func (export "back") (param i64) (result i32 i32 i64)
    (call $open (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 0)
      (i64.const 38) (i64.const 0) (i32.const 0) (i32.const 0))
    (call $seek (i32.load (i32.const 0)) (local.get 0) (i32.const 2) (i32.const 8))
    (i64.load (i32.const 8)))
  (func (export "lowest") (result i32) (i32.const 0x80000000)))
"""


def test_signed_arguments_of_wasi_stay_signed() -> None:
    wasi = wasm2py.WASI(preopens={"/": wasm2py.MemoryDirectory({"a": b"hello"})})
    found = wasm2py.instantiate(assemble(WASI), wasi.imports, unsigned=True)
    assert found.instance.exports.back(-1) == (0, 0, 4)


@pytest.mark.parametrize("unsigned", [False, True])
def test_packages(unsigned: bool, tmp_path: Path) -> None:
    translator = Translator(feature_set("wasm2"))
    translator.receive(assemble(WASI))
    translator.receive(b"")
    folder = tmp_path / f"unsigned_{unsigned}"
    write_package(translator.finish(), folder, PackageOptions(unsigned=unsigned))
    package = import_package(folder)
    values = {False: -(1 << 31), True: 1 << 31}
    assert package.lowest() == values[unsigned]
    wasi = package.wasi()
    assert package.instantiate(wasi).exports.lowest() == values[unsigned]
    other = package.instantiate(wasi, unsigned=not unsigned)
    assert other.exports.lowest() == values[not unsigned]
