# func 0 $forever, offset 0x2e
def f0(v0):
    return (f0(v0 + 1 if v0 < 0x3FFFFFFF else (v0 + 1) & 0xFFFFFFFF) + 1) % 0x100000000


# func 1 $depth, offset 0x3b
def f1(v0):
    if v0:
        x0 = (f1(v0 - 1) + 1) % 0x100000000
        return x0
    x0 = 0
    return x0
