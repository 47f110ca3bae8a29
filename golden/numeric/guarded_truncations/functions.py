# func 0 $cast, offset 0x3e
def f0(v0):
    v1 = v0 * 2.0
    if abs(v1) < 2147483648.0:
        v2 = trunc(v1) % 0x100000000
    else:
        v2 = 0x80000000
    mu32[0] = v2
    return v2


# func 1 $early, offset 0x7a
def f1(v0):
    v1 = fround(v0 + 0.5)
    if not abs(v1) < 9.223372036854776e18:
        return 0x8000000000000000
    return trunc(v1) % 0x10000000000000000


# func 2 $byte, offset 0xa5
def f2(v0):
    v1 = v0 + 0.5
    if v1 < 4294967296.0 and v1 >= 0.0:
        x0 = trunc(v1) & 255
        return x0
    x0 = 0
    return x0
