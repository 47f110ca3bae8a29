"""Zstandard in plain Python: reads what `zstd` writes, and writes what it reads.

wasm2py compile https://unpkg.com/@bokuweb/zstd-wasm@0.0.27/dist/web/zstd.wasm -o zstd_wasm \\
    --names-from https://unpkg.com/@bokuweb/zstd-wasm@0.0.27/dist/web/zstd.js
"""

import zstd_wasm

TOO_SMALL = -70  # Error 70 of zstd_errors.h: dstSize_tooSmall


def compress(data: bytes, level: int = 3) -> bytes:
    """Compress to one frame; levels are 1 (fast) to 22 (small)."""
    zstd = zstd_wasm.local()  # Each thread has its own.
    bound = zstd.exports.ZSTD_compressBound(len(data))
    with zstd.alloc(data) as p, zstd.alloc(bound) as q:
        size = zstd.exports.ZSTD_compress(q, bound, p, len(data), level)
        if size < 0:
            raise MemoryError(f"error {-size} of zstd")
        return zstd.memory.read(q, size)


def decompress(data: bytes) -> bytes:
    """What was compressed, in one frame or several. Damaged data are a ValueError."""
    zstd = zstd_wasm.local()
    with zstd.alloc(data) as p:
        room = max(zstd.exports.ZSTD_getFrameContentSize(p, len(data)), 1)
        while True:  # A frame need not say how long it is, and others may follow.
            with zstd.alloc(room) as q:
                size = zstd.exports.ZSTD_decompress(q, room, p, len(data))
                if size >= 0:
                    return zstd.memory.read(q, size)
            if size != TOO_SMALL:
                raise ValueError(f"this is not, or not all, of zstd's (error {-size})")
            room = 2 * max(room, len(data))
