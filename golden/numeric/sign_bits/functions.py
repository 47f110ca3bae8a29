# func 0 $crc, offset 0x6a
def f0(v0):
    x0 = (0xEDB88320 if v0 & 1 else 0) ^ (0x76DC419 if v0 & 2 else 0)
    return x0 ^ ((v0 >> 3) ^ 99 if v0 > 0x7FFFFFFF else v0 >> 3)


# func 1 $doubled, offset 0x9b
def f1(v0):
    return ((v0 << 1) ^ (27 if v0 & 128 else 0)) % 256


# func 2 $long, offset 0xb1
def f2(v0, v1):
    x2 = (
        v0 < v1
        if v0 < 0x8000000000000000 > v1
        else (v0 ^ 0x8000000000000000) < (v1 ^ 0x8000000000000000)
    )
    x1 = x2
    x3 = 1000 if v0 & 0x80000000 else 0
    x0 = (x3 + (-x1 & 0xFFFFFFFFFFFFFFF0)) % 0x10000000000000000
    return x0


# func 3 $less, offset 0xcb
def f3(v0, v1):
    x1 = v0 < v1 if v0 < 0x3FFFFFFF > v1 else (v0 ^ 0x80000000) < (v1 ^ 0x80000000)
    x0 = -x1 & 0xFFFFFFFE
    return x0


# func 4 $beside, offset 0xd9
def f4(v0):
    x2 = -(v0 & 3) & 5
    x4 = ((x5 - 256 if (x5 := v0 & 255) >= 128 else x5) % 0x100000000) >> 8
    x0 = (x4 & 0x3000000) ^ x2
    return (((x6 - 256 if (x6 := v0 & 255) >= 128 else x6) >> 6) & 27) ^ x0


# func 5 $tests, offset 0xfe
def f5(v0):
    v1 = 0
    if v0 & 128:
        v1 = 1
    if not v0 & 32768:
        v1 = v1 + 2
    if not v0 & 0x10000000:
        v1 = v1 + 4
    if mu8[v0] < 128:
        return v1
    v1 = v1 + 8
    return v1


# func 6 $drawn, offset 0x147
def f6(v0):
    mu8[0] = ((v0 * 0x41C64E6D + 12345) >> 16) & 255
    mu8[1] = ((v0 * 0x41C64E6D + 12345) & 0xFFFFFFFF) >> 26
    return mu16[0]
