# func 0 $divmod, offset 0x6b
def f0(v0, v1):
    return v0 // v1, v0 % v1


# func 1 $digits_sum, offset 0x78
def f1(v0):
    v1 = 0
    while True:
        x0, x1 = f0(v0, 10)
        v1 = x1 + v1
        v0 = x0
        if not v0:
            return v1 & 0xFFFFFFFF


# func 2 $recombine, offset 0x91
def f2(v0, v1):
    x0, x1 = f0(v0, v1)
    return (x0 - x1) % 0x100000000


# func 3 $sorted, offset 0x9b
def f3(v0, v1):
    if v0 > v1 if v0 < 0x3FFFFFFF > v1 else (v0 ^ 0x80000000) > (v1 ^ 0x80000000):
        x0 = v1
        x1 = v0
        return x0, x1
    x0 = v0
    x1 = v1
    return x0, x1


# func 4 $mixed, offset 0xaf
def f4():
    return 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFE, 0.5, -0.5
