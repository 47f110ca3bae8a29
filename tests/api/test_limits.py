"""The limits of the JavaScript API (section "Implementation-defined Limits")."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import wasm2py

EMPTY = b"\0asm\1\0\0\0"
NO_TYPE = b"\1\x60\0\0"  # one type: no parameters, no results


def u32(value: int) -> bytes:
    encoded = b""
    while value >= 0x80:
        encoded += bytes([value & 0x7F | 0x80])
        value >>= 7
    return encoded + bytes([value])


def section(number: int, contents: bytes) -> bytes:
    return bytes([number]) + u32(len(contents)) + contents


def repeated(number: int, count: int, item: bytes) -> bytes:
    return section(number, u32(count) + item * count)


def one_function(body: bytes) -> bytes:
    code = section(10, b"\1" + u32(len(body)) + body)
    return section(1, NO_TYPE) + section(3, b"\1\0") + code


def exports(count: int) -> bytes:
    items = b"".join(u32(len(str(n))) + b"%d\0\0" % n for n in range(count))
    code = section(10, b"\1\2\0\x0b")
    types = section(1, NO_TYPE) + section(3, b"\1\0")
    return types + section(7, u32(count) + items) + code


def data_segments(count: int) -> bytes:
    return section(5, b"\1\0\1") + repeated(11, count, b"\0\x41\0\x0b\0")


def parameters(count: int) -> bytes:
    return section(1, b"\1\x60" + u32(count) + b"\x7f" * count + b"\0")


def results(count: int) -> bytes:
    return section(1, b"\1\x60\0" + u32(count) + b"\x7f" * count)


LIMITS: dict[str, tuple[int, Callable[[int], bytes]]] = {
    "types": (1_000_000, lambda n: repeated(1, n, b"\x60\1\x7f\1\x7f")),
    "functions": (
        1_000_000,
        lambda n: (
            section(1, NO_TYPE) + repeated(3, n, b"\0") + repeated(10, n, b"\2\0\x0b")
        ),
    ),
    "imports": (
        1_000_000,
        lambda n: section(1, NO_TYPE) + repeated(2, n, b"\0\0\0\0"),
    ),
    "exports": (1_000_000, exports),
    "globals": (1_000_000, lambda n: repeated(6, n, b"\x7f\1\x41\0\x0b")),
    "data segments": (100_000, data_segments),
    "function size": (
        7_654_321,
        lambda n: one_function(b"\0" + b"\1" * (n - 2) + b"\x0b"),
    ),
    "locals": (50_000, lambda n: one_function(b"\1" + u32(n) + b"\x7f\x0b")),
    "parameters": (1_000, parameters),
    "results": (1_000, results),
    "tables": (100_000, lambda n: repeated(2, n, b"\0\0\1\x70\1\1\1")),
    "memories": (100, lambda n: repeated(2, n, b"\0\0\2\1\1\1")),
}
SMALL = [name for name, (limit, _) in LIMITS.items() if limit <= 100_000]


def check(name: str) -> None:
    limit, generate = LIMITS[name]
    features = "all"
    assert wasm2py.validate(EMPTY + generate(2), features=features)
    assert wasm2py.validate(EMPTY + generate(limit), features=features)
    wasm2py.compile(EMPTY + generate(2), features=features)
    beyond = EMPTY + generate(limit + 1)
    assert not wasm2py.validate(beyond, features=features)
    with pytest.raises(wasm2py.CompileError, match=r"too many|limit is"):
        wasm2py.compile(beyond, features=features)


@pytest.mark.parametrize("name", SMALL)
def test_limit(name: str) -> None:
    check(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(LIMITS.keys() - SMALL))
def test_large_limit(name: str) -> None:
    check(name)


@pytest.mark.parametrize("name", sorted(LIMITS.keys() - SMALL))
def test_beyond_large_limit(name: str) -> None:
    """What is beyond a limit is refused at once, whatever the limit is."""
    limit, generate = LIMITS[name]
    if name == "exports":
        beyond = section(7, u32(limit + 1))
    else:
        beyond = generate(limit + 1)
    with pytest.raises(wasm2py.CompileError, match=r"too many|limit is"):
        wasm2py.compile(EMPTY + beyond)


def test_element_segments() -> None:
    assert wasm2py.validate(EMPTY + repeated(9, 2, b"\1\0\0"))
    with pytest.raises(wasm2py.CompileError, match="too many element segments"):
        wasm2py.compile(EMPTY + section(9, u32(10_000_001)))


def test_locals_include_parameters() -> None:
    def module(count: int) -> bytes:
        body = b"\1" + u32(count) + b"\x7f\0\x0b"
        code = section(10, b"\1" + u32(len(body)) + body)
        two_parameters = b"\1\x60\2\x7f\x7f\1\x7f"
        return EMPTY + section(1, two_parameters) + section(3, b"\1\0") + code

    assert wasm2py.validate(module(49_998))
    assert not wasm2py.validate(module(49_999))


def test_module_size() -> None:
    """1 GiB, which a section claims without there being so many bytes."""
    size = (1 << 30) - len(EMPTY) - 6
    with pytest.raises(wasm2py.CompileError, match="ends in a section"):
        wasm2py.compile(EMPTY + b"\0" + u32(size) + b"\0")
    with pytest.raises(wasm2py.CompileError, match="module size must be at most"):
        wasm2py.compile(EMPTY + b"\0" + u32(size + 1) + b"\0")
