# func 1 $and_or, offset 0x4a
def f1(v0, v1, v2):
    if f0(v0):
        if f0(v1):
            return 1
    if f0(v2):
        return 1
    return 0


# func 2 $if_and, offset 0x6b
def f2(v0, v1):
    if v0:
        x0 = v1 != 3
    else:
        x0 = 0
    if x0:
        x1 = 10
        return x1
    x1 = 20
    return x1
