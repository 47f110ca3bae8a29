# func 0 $bounds, offset 0x2b
def f0(v0):
    return -v0 % 0x10000000000000000, (1 - v0) & 0xFFFFFFFF


# func 1 $below, offset 0x39
def f1(v0, v1):
    v4 = 0
    if v1 >= 0x8000000000000000:
        v1 = v1 - 0x10000000000000000
    while True:
        x0, x1 = f0(v0)
        if x0 >= 0x8000000000000000:
            x0 = x0 - 0x10000000000000000
        if x1 >= 0x80000000:
            x1 = x1 - 0x100000000
        v4 = (v4 + ((x0 < v1) + (x1 >> 1))) % 0x100000000
        if v4 >= 0x80000000:
            v4 = v4 - 0x100000000
        if x1 <= v4:
            return v4 % 0x100000000
