# func 0 $loop_with_parameters, offset 0x6d
def f0(v0):
    if v0 >= 0x80000000:
        v0 = v0 - 0x100000000
    x1 = 1
    x2 = v0
    while True:
        w0 = x2
        x3 = (x1 * w0) & 0xFFFFFFFF
        w1 = w0 - 1 if w0 >= -0x7FFFFFFF else w0 + 0xFFFFFFFF
        x1 = x3
        x2 = w1
        if w1 <= 1:
            return x3


# func 1 $block_with_parameters, offset 0x8b
def f1(v0):
    x3 = v0 + 10 if v0 < 0x3FFFFFFF else (v0 + 10) & 0xFFFFFFFF
    x2 = x3
    if v0 & 1:
        return x2
    x2 = x3 + 1000 if x3 < 0x3FFFFFFF else (x3 + 1000) & 0xFFFFFFFF
    return x2


# func 2 $if_with_parameters, offset 0xa1
def f2(v0):
    x0 = v0
    if not v0:
        x1 = x0
        x2 = 5
        return x1, x2
    x1 = x0 - 1 if x0 else 0xFFFFFFFF
    x2 = 6
    return x1, x2
