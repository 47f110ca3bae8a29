"""lodepng and zstd: data decoded and encoded, against pillow and zstandard."""

from __future__ import annotations

import io
import random
from typing import Any

import pytest
import zstandard
from PIL import Image

import wasm2py
from tests.real.npm import package

pytestmark = pytest.mark.network


@pytest.fixture(scope="module")
def lodepng() -> Any:
    wasm = (package("@cwasm/lodepng@0.1.9") / "lodepng.wasm").read_bytes()
    module = wasm2py.compile(wasm, features="wasm2")
    exports = wasm2py.instantiate(module).exports
    exports["_initialize"]()
    return exports


def words(memory: Any, address: int, count: int) -> list[int]:
    """Unsigned 32-bit words of a memory."""
    data = bytes(memory.read(address, 4 * count))
    return [int.from_bytes(data[i : i + 4], "little") for i in range(0, len(data), 4)]


def picture(mode: str, width: int, height: int) -> Image.Image:
    """Gradients with noise, in a mode of pillow."""
    noise = random.Random(f"{mode}{width}{height}")
    pixels = bytes(
        value % 256
        for y in range(height)
        for x in range(width)
        for value in (x * 7, y * 5, noise.randrange(64), 255 - x)
    )
    return Image.frombytes("RGBA", (width, height), pixels).convert(mode)


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "L", "P", "1"])
def test_lodepng_decodes(lodepng: Any, mode: str) -> None:
    image = picture(mode, 29, 17)
    file = io.BytesIO()
    image.save(file, "PNG")
    data, memory = file.getvalue(), lodepng["memory"]
    source, result = lodepng["malloc"](len(data)), lodepng["malloc"](12)
    memory.write(source, data)
    where = (result, result + 4, result + 8)
    assert lodepng["lodepng_decode32"](*where, source, len(data)) == 0
    pixels, width, height = words(memory, result, 3)
    assert (width, height) == image.size
    decoded = bytes(memory.read(pixels, 4 * width * height))
    assert decoded == image.convert("RGBA").tobytes()
    for pointer in (pixels, source, result):
        lodepng["free"](pointer)


def test_lodepng_encodes(lodepng: Any) -> None:
    image, memory = picture("RGBA", 31, 8), lodepng["memory"]
    source, result = lodepng["malloc"](4 * 31 * 8), lodepng["malloc"](8)
    memory.write(source, image.tobytes())
    assert lodepng["lodepng_encode32"](result, result + 4, source, 31, 8) == 0
    address, size = words(memory, result, 2)
    file = io.BytesIO(bytes(memory.read(address, size)))
    assert Image.open(file).convert("RGBA").tobytes() == image.tobytes()


def test_lodepng_refuses_damage(lodepng: Any) -> None:
    file = io.BytesIO()
    picture("RGB", 9, 9).save(file, "PNG")
    data, memory = bytearray(file.getvalue()), lodepng["memory"]
    data[60] ^= 0x55
    source, result = lodepng["malloc"](len(data)), lodepng["malloc"](12)
    memory.write(source, bytes(data))
    where = (result, result + 4, result + 8)
    assert lodepng["lodepng_decode32"](*where, source, len(data)) != 0


class Zstd:
    """The exports that zstd.js gives names to, and the imports that it provides."""

    def __init__(self) -> None:
        folder = package("@bokuweb/zstd-wasm@0.0.27") / "dist" / "web"
        module = wasm2py.compile((folder / "zstd.wasm").read_bytes(), features="wasm2")
        nothing = lambda *args: None  # noqa: E731
        imports = {
            # proc_exit, abort, keep-alive, setitimer, resize_heap
            "a": {"a": nothing, "b": nothing, "c": nothing}
            | {"d": lambda which, milliseconds: 0, "e": self.resize_heap}
        }
        exports = wasm2py.instantiate(module, imports).exports
        self.memory, self.bound = exports["f"], exports["i"]
        self.malloc, self.free = exports["s"], exports["t"]
        self._compress, self._decompress = exports["m"], exports["r"]
        exports["g"]()

    def resize_heap(self, size: int) -> int:
        missing = size % 2**32 - len(self.memory.buffer)
        self.memory.grow(-(-missing // 65536))
        return 1

    def compress(self, data: bytes, level: int) -> bytes:
        capacity = self.bound(len(data))
        return self._convert(self._compress, data, capacity, level)

    def decompress(self, data: bytes, size: int) -> bytes:
        return self._convert(self._decompress, data, size)

    def _convert(self, function: Any, data: bytes, size: int, *rest: int) -> bytes:
        source, target = self.malloc(len(data)), self.malloc(size)
        self.memory.write(source, data)
        written = function(target, size, source, len(data), *rest)
        assert 0 <= written <= size, f"zstd error {written}"
        result = bytes(self.memory.read(target, written))
        self.free(source)
        self.free(target)
        return result


@pytest.fixture(scope="module")
def zstd() -> Zstd:
    return Zstd()


@pytest.mark.parametrize("level", [1, 3, 9])
def test_zstd_round_trip(zstd: Zstd, level: int) -> None:
    chooser = random.Random(level)
    text = b" ".join(chooser.choices([b"stream", b"module", b"wasm", b"py"], k=900))
    for data in (text, chooser.randbytes(500), b"a" * 5000, b"x"):
        compressed = zstd.compress(data, level)
        assert zstandard.ZstdDecompressor().decompress(compressed) == data
        assert zstd.decompress(compressed, len(data)) == data
        foreign = zstandard.ZstdCompressor(level).compress(data)
        assert zstd.decompress(foreign, len(data)) == data
