# func 2 $call, offset 0x4c
def f2(v0):
    v0 = (v0 ^ 0x80000000) - 0x80000000
    f0(v0 & 0xFFFFFFFF, float(v0))
    return (f1(v0 & 0xFFFFFFFFFFFFFFFF) + 1) & 0xFFFFFFFFFFFFFFFF
