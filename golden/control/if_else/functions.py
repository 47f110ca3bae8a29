# func 0 $absolute, offset 0x46
def f0(v0):
    if v0 <= 0x7FFFFFFF:
        return v0
    v0 = -v0 % 0x100000000
    return v0


# func 1 $sign, offset 0x5a
def f1(v0):
    if 1 <= v0 <= 0x7FFFFFFF:
        v1 = 1
        return v1
    if v0 > 0x7FFFFFFF:
        v1 = 0xFFFFFFFF
        return v1
    v1 = 0
    return v1


# func 2 $collatz, offset 0x7f
def f2(v0):
    if v0 & 1:
        x0 = (v0 * 3 + 1) & 0xFFFFFFFF
        return x0
    x0 = v0 >> 1
    return x0


# func 3 $only_else, offset 0x98
def f3(v0):
    if v0:
        return v0
    v0 = 99
    return v0
