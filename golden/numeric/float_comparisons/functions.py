# func 0 $eq, offset 0x68
def f0(v0, v1):
    return v0 == v1


# func 1 $ne, offset 0x70
def f1(v0, v1):
    return v0 != v1


# func 2 $lt, offset 0x78
def f2(v0, v1):
    return v0 < v1


# func 3 $gt, offset 0x80
def f3(v0, v1):
    return v0 > v1


# func 4 $le, offset 0x88
def f4(v0, v1):
    return v0 <= v1


# func 5 $ge, offset 0x90
def f5(v0, v1):
    return v0 >= v1


# func 6 $f32_lt, offset 0x98
def f6(v0, v1):
    return v0 < v1


# func 7 $not_lt, offset 0xa0
def f7(v0, v1):
    return (v0 < v1) == 0


# func 8 $is_nan, offset 0xa9
def f8(v0):
    return v0 != v0
