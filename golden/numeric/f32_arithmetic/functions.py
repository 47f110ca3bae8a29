# func 0 $add, offset 0xa0
def f0(v0, v1):
    return fround(v0 + v1)


# func 1 $sub, offset 0xa8
def f1(v0, v1):
    return fround(v0 - v1)


# func 2 $mul, offset 0xb0
def f2(v0, v1):
    return fround(v0 * v1)


# func 3 $div, offset 0xb8
def f3(v0, v1):
    return fround(v0 / v1 if v1 else f64_div(v0, v1))


# func 4 $min, offset 0xc0
def f4(v0, v1):
    return f32_min(v0, v1)


# func 5 $max, offset 0xc8
def f5(v0, v1):
    return f32_max(v0, v1)


# func 6 $copysign, offset 0xd0
def f6(v0, v1):
    return f32_copysign(v0, v1)


# func 7 $sqrt, offset 0xd8
def f7(v0):
    return fround(sqrt(v0) if v0 >= 0.0 else f64_sqrt(v0))


# func 8 $neg, offset 0xde
def f8(v0):
    return -v0


# func 9 $abs, offset 0xe4
def f9(v0):
    return abs(v0)


# func 10 $ceil, offset 0xea
def f10(v0):
    return -(-v0 // 1.0) if v0 - v0 == 0.0 else f32_ceil(v0)


# func 11 $floor, offset 0xf0
def f11(v0):
    return v0 // 1.0 if v0 - v0 == 0.0 else f32_floor(v0)


# func 12 $trunc, offset 0xf6
def f12(v0):
    return f32_trunc(v0)


# func 13 $nearest, offset 0xfc
def f13(v0):
    return f32_nearest(v0)


# func 14 $dot, offset 0x102
def f14(v0, v1, v2, v3):
    return fround(fround(v0 * v1) + fround(v2 * v3))
