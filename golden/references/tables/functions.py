# func 0 $get, offset 0x64
def f0(v0):
    return table_get(t0, v0)


# func 1 $set, offset 0x6b
def f1(v0, v1):
    table_set(t0, v0, v1)


# func 2 $size, offset 0x74
def f2():
    return table_size(t0)


# func 3 $grow, offset 0x7a
def f3(v0, v1):
    x0 = table_grow(t0, v0, v1)
    return x0


# func 4 $fill, offset 0x84
def f4(v0, v1, v2):
    table_fill(t0, v0, v1, v2)
