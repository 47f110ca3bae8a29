# func 0 $square, offset 0x63
def f0(v0):
    return (v0 * v0) & 0xFFFFFFFF


# func 1 $sum_of_squares, offset 0x6b
def f1(v0, v1):
    return (f0(v0) + f0(v1)) % 0x100000000


# func 2 $factorial, offset 0x77
def f2(v0):
    if not v0:
        x0 = 1
        return x0
    x0 = (v0 * f2(v0 - 1)) & 0xFFFFFFFFFFFFFFFF
    return x0


# func 3 $even, offset 0x8d
def f3(v0):
    if not v0:
        x0 = 1
        return x0
    x0 = f4(v0 - 1)
    return x0


# func 4 $odd, offset 0xa0
def f4(v0):
    if not v0:
        x0 = 0
        return x0
    x0 = f3(v0 - 1)
    return x0


# func 5 $nothing, offset 0xb3
def f5():
    pass


# func 6 $calls_nothing, offset 0xb6
def f6():
    f5()
    f0(3)
