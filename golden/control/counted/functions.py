# func 0 $sum_below, offset 0x3d
def f0(v0):
    v1 = v2 = 0
    if v0 >= 0x80000000:
        v0 = v0 - 0x100000000
    while v1 < v0:
        v2 = v2 + v1
        v1 = v1 + 1
    return v2 & 0xFFFFFFFF


# func 1 $matrix_trace, offset 0x61
def f1(v0):
    v1 = v3 = 0
    if v0 >= 0x80000000:
        v0 = v0 - 0x100000000
    while True:
        v2 = 0
        while True:
            eu32[(v1 * v0 + v2) % 0x40000000] = (v1 + 1) * (v2 + 1) % 0x100000000
            v2 = v2 + 1
            if v2 >= v0:
                break
        v1 = v1 + 1
        if v1 >= v0:
            break
    w0 = 0
    while True:
        v3 = v3 + eu32[w0 * (v0 + 1) % 0x40000000]
        w0 = w0 + 1
        if w0 >= v0:
            return v3 & 0xFFFFFFFF
