# func 0 $size, offset 0x68
def f0():
    x0 = memory_size(m0)
    return x0


# func 1 $grow, offset 0x6d
def f1(v0):
    x0 = memory_grow(m0, v0)
    return x0


# func 2 $store, offset 0x74
def f2(v0, v1):
    mu32[v0] = v1


# func 3 $load, offset 0x7e
def f3(v0):
    return mu32[v0]


# func 4 $use_across_growth, offset 0x86
def f4():
    mu32[65532] = 5
    x0 = memory_grow(m0, 1)
    mu32[0x10000] = 6
    return (mu32[65532] + mu32[0x10000]) & 0xFFFFFFFF
