# func 2 $call, offset 0x4c
def f2(v0):
    f0(v0, float((v0 ^ 0x80000000) - 0x80000000))
    x1 = f1(((v0 ^ 0x80000000) - 0x80000000) & 0xFFFFFFFFFFFFFFFF)
    x0 = x1 + 1 if x1 < 0xFFFFFFFFFFFFFFFF else x1 - 0xFFFFFFFFFFFFFFFF
    return x0
