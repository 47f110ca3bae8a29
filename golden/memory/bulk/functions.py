# func 0 $fill, offset 0x53
def f0(v0, v1, v2):
    memory_fill(m0, v0, v1, v2)


# func 1 $copy, offset 0x5f
def f1(v0, v1, v2):
    memory_copy(m0, m0, v0, v1, v2)


# func 2 $init, offset 0x6c
def f2(v0, v1, v2):
    memory_init(m0, d0, v0, v1, v2)


# func 3 $drop, offset 0x79
def f3():
    data_drop(d0)


# func 4 $load, offset 0x7f
def f4(v0):
    return mu64[v0]
