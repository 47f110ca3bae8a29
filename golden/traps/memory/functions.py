# func 0 $load8, offset 0x70
def f0(v0):
    return mi8[v0] % 0x100000000


# func 1 $load16, offset 0x78
def f1(v0):
    return mu16[v0]


# func 2 $load64, offset 0x80
def f2(v0):
    return mu64[v0]


# func 3 $store32, offset 0x88
def f3(v0):
    mu32[v0] = 1


# func 4 $negative, offset 0x92
def f4():
    return mu32[0xFFFFFFFC]


# func 5 $copy, offset 0x9a
def f5(v0):
    memory_copy(m0, m0, 8, 0, v0)


# func 6 $fill, offset 0xa7
def f6(v0):
    memory_fill(m0, 1, 0, v0)
