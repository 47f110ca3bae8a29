# func 0 $min, offset 0x5f
def f0(v0, v1):
    return f64_min(v0, v1)


# func 1 $max, offset 0x67
def f1(v0, v1):
    return f64_max(v0, v1)


# func 2 $copysign, offset 0x6f
def f2(v0, v1):
    return f64_copysign(v0, v1)


# func 3 $ceil, offset 0x77
def f3(v0):
    return -(-v0 // 1.0) if v0 - v0 == 0.0 else f64_ceil(v0)


# func 4 $floor, offset 0x7d
def f4(v0):
    return v0 // 1.0 if v0 - v0 == 0.0 else f64_floor(v0)


# func 5 $trunc, offset 0x83
def f5(v0):
    return f64_trunc(v0)


# func 6 $nearest, offset 0x89
def f6(v0):
    return f64_nearest(v0)
