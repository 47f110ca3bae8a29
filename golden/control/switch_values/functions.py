# func 0 $pick, offset 0x23
def f0(v0, v1):
    x0 = v0
    x1 = v1
    x2 = x1
    x3 = x1
    x4 = x1
    if not x0:
        x3 = (2 * x2) & 0xFFFFFFFF
    else:
        if x0 >= 2:
            return x4
    x4 = x3 + 100 if x3 < 0x3FFFFFFF else (x3 + 100) & 0xFFFFFFFF
    return x4
