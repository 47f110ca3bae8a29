# func 0 $add, offset 0x60
def f0(v0, v1):
    return v0 + v1


# func 1 $sub, offset 0x68
def f1(v0, v1):
    return v0 - v1


# func 2 $mul, offset 0x70
def f2(v0, v1):
    return v0 * v1


# func 3 $div, offset 0x78
def f3(v0, v1):
    return v0 / v1 if v1 else f64_div(v0, v1)


# func 4 $sqrt, offset 0x80
def f4(v0):
    return sqrt(v0) if v0 >= 0.0 else f64_sqrt(v0)


# func 5 $neg, offset 0x86
def f5(v0):
    return -v0


# func 6 $abs, offset 0x8c
def f6(v0):
    return abs(v0)


# func 7 $hypotenuse, offset 0x92
def f7(v0, v1):
    return sqrt(x0) if (x0 := v0 * v0 + v1 * v1) >= 0.0 else f64_sqrt(x0)
