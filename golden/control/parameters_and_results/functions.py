# func 0 $loop_with_parameters, offset 0x6d
def f0(v0):
    if v0 >= 0x80000000:
        v0 = v0 - 0x100000000
    x0 = v0
    x1 = 1
    x2 = x0
    while True:
        w0 = x2
        x3 = (x1 * w0) & 0xFFFFFFFF
        w1 = w0 - 1 if w0 >= -0x7FFFFFFF else w0 + 0xFFFFFFFF
        x4 = w1 > 1
        x5 = w1
        x1 = x3
        x2 = x5
        if not x4:
            return x3


# func 1 $block_with_parameters, offset 0x8b
def f1(v0):
    x0 = v0
    x1 = v0 & 1
    x3 = x0 + 10 if x0 < 0xFFFFFFF6 else x0 - 0xFFFFFFF6
    x2 = x3
    if x1:
        return x2
    x2 = x3 + 1000 if x3 < 0xFFFFFC18 else x3 - 0xFFFFFC18
    return x2


# func 2 $if_with_parameters, offset 0xa1
def f2(v0):
    x0 = v0
    if not v0:
        x1 = x0
        x2 = 5
        return x1, x2
    x3 = x0 - 1 if x0 else 0xFFFFFFFF
    x1 = x3
    x2 = 6
    return x1, x2
