# func 0 $defaults, offset 0x55
def f0():
    v0 = v1 = 0
    v2 = v3 = 0.0
    v4 = None
    return v0, v1, v2, v3, v4


# func 1 $swap, offset 0x6c
def f1(v0, v1):
    v2 = v0
    w0 = v1
    return w0, v2


# func 2 $swap_on_stack, offset 0x81
def f2(v0, v1):
    x0 = v0
    w0 = v1
    return w0, x0


# func 3 $tee, offset 0x90
def f3(v0):
    v1 = v0 + 1
    return (v1 * v1) & 0xFFFFFFFF
