# func 0 $classify, offset 0x26
def f0(v0):
    if v0 < 10:
        v1 = 1
    elif v0 < 100:
        v1 = 2
    else:
        v1 = 3
    return v1 * 10
