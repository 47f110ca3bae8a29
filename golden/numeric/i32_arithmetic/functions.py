# func 0 $add, offset 0x4d
def f0(v0, v1):
    return (v0 + v1) & 0xFFFFFFFF


# func 1 $sub, offset 0x55
def f1(v0, v1):
    return (v0 - v1) % 0x100000000


# func 2 $mul, offset 0x5d
def f2(v0, v1):
    return (v0 * v1) & 0xFFFFFFFF


# func 3 $polynomial, offset 0x65
def f3(v0):
    return (((v0 * v0) & 0xFFFFFFFF) * 3 + v0 * 5 - 7) & 0xFFFFFFFF


# func 4 $negate, offset 0x79
def f4(v0):
    return -v0 % 0x100000000
