# func 0 $same, offset 0x89
def f0(v0):
    return v0


# func 1 $grown, offset 0x8e
def f1():
    x0 = memory_grow(m0, 1)
    mu32[8] = 42
    return 8


# func 2 $load, offset 0x9f
def f2():
    x0 = f1()
    return mu32[x0]


# func 3 $load_byte, offset 0xa7
def f3():
    x0 = f1()
    return mu8at1[x0]


# func 4 $load_beyond, offset 0xaf
def f4():
    x0 = memory_size(m0)
    x1 = ((x0 << 16) - f1()) & 0xFFFFFFFF
    return mu32[x1]


# func 5 $store, offset 0xbd
def f5():
    x0 = f1()
    mu32[x0] = 7
    return mu32[8]


# func 6 $store_f32, offset 0xcc
def f6():
    x0 = f1()
    mf32[x0] = 7.0
    return f32_load(m0, 8)


# func 7 $index, offset 0xde
def f7():
    g0.raw = 9
    return 1


# func 8 $argument, offset 0xe7
def f8():
    x0 = g0.raw
    return t0_0[f7()](x0)
