# func 0 $old_value, offset 0x4a
def f0(v0, v1):
    x0 = v0
    if v1:
        v0 = 100
    return (x0 - v0) % 0x100000000


# func 1 $sum_on_stack, offset 0x5c
def f1(v0):
    v1 = 0
    x0 = v0
    while True:
        v1 = v1 + v0
        v0 = v0 - 1 if v0 else 0xFFFFFFFF
        if not v0:
            return (x0 * (v1 & 0xFFFFFFFF)) & 0xFFFFFFFF


# func 2 $fibonacci, offset 0x79
def f2(v0):
    v1 = 0
    v2 = 1
    while v0:
        x0 = v2
        v2 = (v1 + v2) & 0xFFFFFFFF
        v1 = x0
        v0 = v0 - 1
    return v1
