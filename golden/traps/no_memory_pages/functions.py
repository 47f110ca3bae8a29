# func 0 $load, offset 0x3c
def f0(v0):
    return mu32[v0]


# func 1 $grow_and_load, offset 0x44
def f1():
    x0 = memory_grow(m0, 1)
    return mu32[0]
