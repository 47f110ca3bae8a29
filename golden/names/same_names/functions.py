# func 0 $f, offset 0x31
def f0(v0):
    v1 = v0
    return (v1 + v0) & 0xFFFFFFFF


# func 1 $and, offset 0x3f
def f1(v0):
    return f0(v0)


# func 2 $And, offset 0x46
def f2(v0):
    return 0
