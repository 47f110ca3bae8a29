# func 2 $call, offset 0x4c
def f2(v0):
    f0(v0, float(v0 - 0x100000000 if v0 >= 0x80000000 else v0))
    x1 = f1((v0 - 0x100000000 if v0 >= 0x80000000 else v0) % 0x10000000000000000)
    x0 = x1 + 1 if x1 < 0x3FFFFFFF else (x1 + 1) & 0xFFFFFFFFFFFFFFFF
    return x0
