# func 0 $copy_f32, offset 0x48
def f0(v0):
    mu32[0] = v0
    x0 = mf32[0]
    if x0 != x0:
        x0 = f32_load(m0, 0)
    if x0 != x0:
        f32_store(m0, 4, x0)
    else:
        mf32[4] = x0
    return mu32[4]


# func 1 $copy_f64, offset 0x61
def f1(v0):
    mu64[8] = v0
    mf64[16] = mf64[8]
    return mu64[16]


# func 2 $sum, offset 0x7a
def f2(v0):
    v1 = 0
    v2 = 0.0
    while True:
        ef64[v1] = v1
        v2 = v2 + ef64[v1]
        v1 = v1 + 1
        if v1 >= v0:
            return v2
