# func 0 $keep, offset 0x43
def f0(v0):
    x1 = 10
    if not v0:
        return x1
    x1 = v0 + 10 if v0 < 0x3FFFFFFF else (v0 + 10) & 0xFFFFFFFF
    return x1


# func 1 $two, offset 0x53
def f1(v0):
    x1 = 1
    x2 = 2
    if v0:
        return x1, x2
    x1 = 3
    x2 = 4
    return x1, x2


# func 2 $loop_result, offset 0x67
def f2(v0):
    if v0 >= 0x80000000:
        v0 = v0 - 0x100000000
    while True:
        v0 = v0 - 3 if v0 >= -0x7FFFFFFD else v0 + 0xFFFFFFFD
        if v0 <= 0:
            return v0 % 0x100000000
