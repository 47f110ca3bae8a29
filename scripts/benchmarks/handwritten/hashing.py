"""Checksums, ciphers and mixing, as a person would write them."""

from __future__ import annotations

M32 = 0xFFFFFFFF
M64 = 0xFFFFFFFFFFFFFFFF


def crc32(n: int) -> int:
    table = []
    for i in range(256):
        c = i
        for _ in range(8):
            c = 0xEDB88320 ^ (c >> 1) if c & 1 else c >> 1
        table.append(c)
    message = bytes((i * 7 + (i >> 5)) & 255 for i in range(4096))
    crc = M32
    for _ in range(n):
        for byte in message:
            crc = table[(crc ^ byte) & 255] ^ (crc >> 8)
    return crc ^ M32


# fmt: off
_K = (
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
)
# fmt: on


def _sha256_block(state: list[int], block: bytes) -> list[int]:
    w = [int.from_bytes(block[i : i + 4], "big") for i in range(0, 64, 4)]
    for i in range(16, 64):
        x, y = w[i - 15], w[i - 2]
        s = (x >> 7 | x << 25) ^ (x >> 18 | x << 14) ^ (x >> 3)
        t = (y >> 17 | y << 15) ^ (y >> 19 | y << 13) ^ (y >> 10)
        w.append((w[i - 16] + (s & M32) + w[i - 7] + (t & M32)) & M32)
    a, b, c, d, e, f, g, h = state
    for k, x in zip(_K, w):
        s = ((e >> 6 | e << 26) ^ (e >> 11 | e << 21) ^ (e >> 25 | e << 7)) & M32
        t = h + s + ((e & f) ^ (~e & g)) + k + x
        s = ((a >> 2 | a << 30) ^ (a >> 13 | a << 19) ^ (a >> 22 | a << 10)) & M32
        h, g, f, e = g, f, e, (d + t) & M32
        d, c, b, a = c, b, a, (t + s + ((a & b) ^ (a & c) ^ (b & c))) & M32
    return [(x + y) & M32 for x, y in zip(state, (a, b, c, d, e, f, g, h))]


def sha256(n: int) -> int:
    state = [
        0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
        0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
    ]  # fmt: skip
    for i in range(n):
        state = _sha256_block(state, bytes((i + j * 5) & 255 for j in range(64)))
    return state[0] ^ state[3] ^ state[7]


_QUARTERS = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)  # fmt: skip


def _chacha_block(words: list[int]) -> list[int]:
    x = words[:]
    for _ in range(10):
        for ia, ib, ic, id_ in _QUARTERS:
            a, b, c, d = x[ia], x[ib], x[ic], x[id_]
            a = (a + b) & M32
            d ^= a
            d = (d << 16 | d >> 16) & M32
            c = (c + d) & M32
            b ^= c
            b = (b << 12 | b >> 20) & M32
            a = (a + b) & M32
            d ^= a
            d = (d << 8 | d >> 24) & M32
            c = (c + d) & M32
            b ^= c
            b = (b << 7 | b >> 25) & M32
            x[ia], x[ib], x[ic], x[id_] = a, b, c, d
    return [(a + b) & M32 for a, b in zip(x, words)]


def chacha(n: int) -> int:
    words = [0x61707865, 0x3320646E, 0x79622D32, 0x6B206574]
    words += [i * 0x01010101 for i in range(4, 16)]
    result = 0
    for i in range(n):
        words[12] = i
        for word in _chacha_block(words):
            result = ((result ^ word) * 16777619) & M32
    return result


_P1, _P2, _P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9


_P4 = 0x85EBCA77C2B2AE63


def _mix(acc: int, lane: int) -> int:
    acc = (acc + lane * _P2) & M64
    return (acc << 31 | acc >> 33) * _P1 & M64


def _xxh64(lanes: list[int], seed: int) -> int:
    a, b, c, d = (seed + _P1 + _P2) & M64, (seed + _P2) & M64, seed, (seed - _P1) & M64
    for i in range(0, 128, 4):
        a = _mix(a, lanes[i])
        b = _mix(b, lanes[i + 1])
        c = _mix(c, lanes[i + 2])
        d = _mix(d, lanes[i + 3])
    h = (a << 1 | a >> 63) + (b << 7 | b >> 57) + (c << 12 | c >> 52)
    h = (h + (d << 18 | d >> 46)) & M64
    for acc in (a, b, c, d):
        h = ((h ^ _mix(0, acc)) * _P1 + _P4) & M64
    h = (h + 1024) & M64
    h = (h ^ h >> 33) * _P2 & M64
    h = (h ^ h >> 29) * _P3 & M64
    return h ^ h >> 32


def xxh64(n: int) -> int:
    x = 88172645463325252
    lanes = []
    for _ in range(128):
        x ^= x << 13 & M64
        x ^= x >> 7
        x ^= x << 17 & M64
        lanes.append(x)
    result = 0
    for i in range(n):
        result = _xxh64(lanes, (result + i) & M64)
    return result


def splitmix(n: int) -> int:
    state = 1234567
    result = 0
    for i in range(n):
        pair = []
        for _ in range(2):
            state = (state + 0x9E3779B97F4A7C15) & M64
            z = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & M64
            z = (z ^ z >> 27) * 0x94D049BB133111EB & M64
            pair.append(z ^ z >> 31)
        x = pair[0]
        power = pow(x, pair[1] & 0xFFFF, 4294967291)
        result = (result + (power ^ x >> (i & 63))) & M64
        signed = result - (1 << 64) if result >> 63 else result
        third = -(-signed // 3) if signed < 0 else signed // 3
        result = ((result << 5) - third) & M64
    return result
