"""Modules that others have published, from several languages: what they give is what wasmtime's gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Protocol

import pytest
import wasmtime

import wasm2py
from tests.real.npm import package
from tests.wasi.pypi import wasm

pytestmark = [pytest.mark.slow, pytest.mark.network]

Host = Mapping[tuple[str, str], Callable[..., Any]]


class Guest(Protocol):
    """An instance, in whichever engine."""

    def start(self) -> None: ...
    def call(self, name: str, *args: Any) -> Any: ...
    def read(self, address: int, length: int) -> bytes: ...
    def write(self, address: int, data: bytes) -> None: ...
    def number(self, name: str) -> int:
        """The value of a global."""
        ...


class Wasmtime:
    """See `Guest`."""

    def __init__(self, module: bytes, host: Host) -> None:
        self._store = wasmtime.Store()
        self._store.set_wasi(wasmtime.WasiConfig())
        linker = wasmtime.Linker(self._store.engine)
        linker.define_wasi()
        compiled = wasmtime.Module(self._store.engine, module)
        for item in compiled.imports:
            function = host.get((item.module, str(item.name)))
            if function is not None and isinstance(item.type, wasmtime.FuncType):
                linker.define_func(item.module, str(item.name), item.type, function)
        instance = linker.instantiate(self._store, compiled)
        self._exports: Any = instance.exports(self._store)

    def start(self) -> None:
        with suppress(wasmtime.ExitTrap):
            self.call("_start")

    def call(self, name: str, *args: Any) -> Any:
        return self._exports[name](self._store, *args)

    def read(self, address: int, length: int) -> bytes:
        memory = self._exports["memory"]
        return bytes(memory.read(self._store, address, address + length))

    def write(self, address: int, data: bytes) -> None:
        self._exports["memory"].write(self._store, data, address)

    def number(self, name: str) -> int:
        return int(self._exports[name].value(self._store))


class Translated:
    """See `Guest`."""

    def __init__(self, module: bytes, host: Host) -> None:
        imports = wasm2py.WASI().imports
        for (owner, name), function in host.items():
            imports.setdefault(owner, {})[name] = function
        self._exports: Any = wasm2py.instantiate(
            wasm2py.compile(module), imports
        ).exports

    def start(self) -> None:
        with suppress(wasm2py.ProcExit):
            self.call("_start")

    def call(self, name: str, *args: Any) -> Any:
        return self._exports[name](*args)

    def read(self, address: int, length: int) -> bytes:
        return bytes(self._exports["memory"].read(address, length))

    def write(self, address: int, data: bytes) -> None:
        self._exports["memory"].write(address, data)

    def number(self, name: str) -> int:
        return int(self._exports[name].value)


Engine = Callable[[bytes, Host], Guest]


def plates(engine: Engine) -> list[Any]:
    """TinyGo: are these number plates?"""
    path = "eu_licence_validator/wasm/core.wasm"
    guest = engine(wasm("eu-licence-validator==0.1.27", path), {})
    guest.start()
    given = []
    for plate, country in (
        *(("1-ABC-123", "BE"), ("B-MA 1234", "DE"), ("AB-123-CD", "FR")),
        *(("XX", "NL"), ("", "DE"), ("WA 12345", "PL")),
    ):
        places = []
        for data in (plate.encode(), country.encode()):
            address = guest.call("alloc", len(data))
            guest.write(address, data)
            places += [address, len(data)]
        given.append(guest.call("validate", *places))
        guest.call("dealloc", places[0])
        guest.call("dealloc", places[2])
    assert 0 in given
    assert 1 in given
    return given


def transactions(engine: Engine) -> list[Any]:
    """Rust: hashes, an elliptic curve, JSON with its errors."""
    path = "cowboy_protocol/_wasm/cowboy_protocol_wasm_ffi.wasm"
    guest = engine(wasm("cowboy-protocol-py==0.6.0", path), {})
    given = []
    for name, data in (
        ("cpw_address_from_private_key", bytes([1]) * 32),
        ("cpw_signing_hash_hex", b'{"chain_id": 1}'),
        ("cpw_normalize_job_request", b'{"a":1.5e3,"b":[1,2]}'),
    ):
        address = guest.call("cpw_alloc", len(data))
        guest.write(address, data)
        found = guest.call(name, address, len(data)) or guest.call("cpw_last_error")
        given.append(guest.read(found >> 32 & 0xFFFFFFFF, found & 0xFFFFFFFF))
    assert given[0] == b"0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1"
    return given


def signatures(engine: Engine) -> list[Any]:
    """Rust and C: secp256k1."""
    file = package("tiny-secp256k1@2.2.4") / "lib/secp256k1.wasm"
    host: Host = {
        ("./rand.js", "generateInt32"): lambda: 12345,
        ("./validate_error.js", "throwError"): lambda code: None,
    }
    guest = engine(file.read_bytes(), host)
    guest.call("initializeContext")

    def put(**data: bytes) -> None:
        for name, content in data.items():
            guest.write(guest.number(name), content)

    secret, digest = bytes(range(1, 33)), bytes(range(32, 64))
    put(PRIVATE_INPUT=secret)
    assert guest.call("pointFromScalar", 33) == 1
    public = guest.read(guest.number("PUBLIC_KEY_INPUT"), 33)
    put(PRIVATE_INPUT=secret, HASH_INPUT=digest)
    guest.call("sign", 0)
    signature = guest.read(guest.number("SIGNATURE_INPUT"), 64)
    put(PUBLIC_KEY_INPUT=public, HASH_INPUT=digest, SIGNATURE_INPUT=signature)
    assert guest.call("verify", 33, 0) == 1
    put(PUBLIC_KEY_INPUT=public, HASH_INPUT=secret, SIGNATURE_INPUT=signature)
    assert guest.call("verify", 33, 0) == 0
    return [public, signature]


def mappings(engine: Engine) -> list[Any]:
    """Rust, of 2018: a source map, told by calls of the host."""
    seen: list[tuple[int, ...]] = []
    host: Host = {("env", "mapping_callback"): lambda *args: seen.append(args)}
    file = package("source-map@0.8.0") / "lib/mappings.wasm"
    guest = engine(file.read_bytes(), host)
    text = b";".join([b"AAAA,SAASA,KAAK,CAACC,GAAG", b"CACA,MAAM,IAAI"] * 50)
    address = guest.call("allocate_mappings", len(text))
    guest.write(address, text)
    parsed = guest.call("parse_mappings", address)
    guest.call("compute_column_spans", parsed)
    guest.call("by_generated_location", parsed)
    guest.call("by_original_location", parsed)
    guest.call("original_location_for", parsed, 3, 10, 1)
    assert len(seen) == 801
    return list(seen)


def trajectories(engine: Engine) -> list[Any]:
    """C++, in single and double precision."""
    given: list[Any] = []
    for kind in ("sp", "dp"):
        path = f"tiny_bclibc/tiny_bclibc_{kind}.wasm"
        guest = engine(wasm("tiny-bclibc-wasm==0.0.9", path), {})
        guest.call("_initialize")
        given += [guest.call("tbw_sizeof_real"), guest.call("tbw_version")]
        given += [guest.call(f"tbw_bench_{name}", 100) for name in ("thr_sp", "thr_dp")]
        given.append(guest.call("tbw_integrate", 1000.0, 0.1, 0.01, 1))
        given.append(guest.read(guest.call("tbw_last_error"), 40))
    return given


@pytest.mark.parametrize(
    "job", [plates, transactions, signatures, mappings, trajectories]
)
def test_alike(job: Callable[[Engine], list[Any]]) -> None:
    assert job(Translated) == job(Wasmtime)
