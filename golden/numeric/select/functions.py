# func 0 $max, offset 0x52
def f0(v0, v1):
    x1 = v0 > v1 if v0 < 0x3FFFFFFF > v1 else (v0 ^ 0x80000000) > (v1 ^ 0x80000000)
    x0 = v0 if x1 else v1
    return x0


# func 1 $clamp, offset 0x5f
def f1(v0):
    w0 = v0 if v0 <= 0x7FFFFFFF else 0
    return w0 if not 256 <= w0 <= 0x7FFFFFFF else 255


# func 2 $chosen_or_trap, offset 0x7a
def f2(v0, v1):
    x0 = v0 // v1
    return 1 if not v1 else x0


# func 3 $typed, offset 0x88
def f3(v0, v1, v2):
    return v0 if v2 else v1
