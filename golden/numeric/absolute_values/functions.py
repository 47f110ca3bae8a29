# func 0 $added, offset 0x5c
def f0(v0):
    return v0 if v0 < 0x80000000 else 0x100000000 - v0


# func 1 $nearer, offset 0x6e
def f1(v0, v1, v2):
    v3 = (v0 - v2) % 0x100000000
    v4 = (v1 - v2) % 0x100000000
    x1 = v3 if v3 < 0x80000000 else 0x100000000 - v3
    x0 = x1 < (v4 if v4 < 0x80000000 else 0x100000000 - v4)
    return x0


# func 2 $negative, offset 0xa0
def f2(v0):
    x1 = v0 if v0 < 0x8000000000000000 else 0x10000000000000000 - v0
    x0 = -x1 % 0x10000000000000000
    return x0


# func 3 $distance, offset 0xb4
def f3(v0):
    v3 = 0
    while True:
        v2 = (eu64[v0 % 0x20000000] - eu64at8[v0 % 0x20000000]) % 0x10000000000000000
        if v2 >= 0x8000000000000000:
            v2 = v2 - 0x10000000000000000
        v3 = v3 + (v2 if v2 >= 0 else -v2)
        v0 = v0 - 1 if v0 else 0xFFFFFFFF
        if not v0:
            return v3 & 0xFFFFFFFFFFFFFFFF
