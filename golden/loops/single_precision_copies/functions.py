# func 0 $copy, offset 0x3e
def f0(v0):
    v1 = 0
    while True:
        v2 = mf32[v1]
        if v2 != v2:
            v2 = f32_load(m0, v1)
        if v2 > 100.0:
            v2 = 100.0
        if v2 != v2:
            f32_store(m0, v1 + 64, v2)
        else:
            mf32at64[v1] = v2
        v1 = v1 + 4
        if v1 >= v0:
            return


# func 1 $average, offset 0x76
def f1(v0):
    v1 = 0
    v2 = 0.0
    r = rounding_cell()
    while True:
        r[0] = v2 * 0.8999999761581421
        x0 = r[0]
        r[0] = x0 + fround(float(v1 - 0x100000000 if v1 >= 0x80000000 else v1))
        v2 = r[0]
        mf32at96[v1] = v2
        v1 = v1 + 4
        if v1 >= v0:
            return


# func 2 $bits, offset 0xa3
def f2(v0):
    return mu32[v0]
