# func 0 $add, offset 0x56
def f0(v0, v1):
    return (v0 + v1) & 0xFFFFFFFF


# func 1 $sub, offset 0x5e
def f1(v0, v1):
    return (v0 - v1) % 0x100000000


# func 2 $negate, offset 0x66
def f2(v0):
    return -v0 % 0x100000000


# func 3 $binary, offset 0x6e
def f3(v0, v1, v2):
    return t0_0[v0](v1, v2)


# func 4 $unary, offset 0x7a
def f4(v0, v1):
    return t0_1[v0](v1)


# func 5 $fold, offset 0x84
def f5(v0, v1):
    v2 = 0
    while v1:
        v2 = t0_0[v0](v2, v1)
        v1 = v1 - 1
    return v2
