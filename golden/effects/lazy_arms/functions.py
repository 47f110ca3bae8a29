# func 1 $guarded, offset 0x43
def f1(v0, v1):
    if v1:
        x0 = v0 // v1 if (v0 | v1) < 0x80000000 else i32_div_s(v0, v1)
        return x0
    x0 = 0
    return x0


# func 2 $calls, offset 0x53
def f2(v0):
    x0 = f0(1)
    if f0(v0):
        x1 = f0(2)
    else:
        x1 = f0(3)
    return (x0 + x1) & 0xFFFFFFFF
