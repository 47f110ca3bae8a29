# func 0 $eq, offset 0xaa
def f0(v0, v1):
    return v0 == v1


# func 1 $ne, offset 0xb2
def f1(v0, v1):
    return v0 != v1


# func 2 $lt_s, offset 0xba
def f2(v0, v1):
    return v0 < v1 if v0 < 0x3FFFFFFF > v1 else (v0 ^ 0x80000000) < (v1 ^ 0x80000000)


# func 3 $lt_u, offset 0xc2
def f3(v0, v1):
    return v0 < v1


# func 4 $gt_s, offset 0xca
def f4(v0, v1):
    return v0 > v1 if v0 < 0x3FFFFFFF > v1 else (v0 ^ 0x80000000) > (v1 ^ 0x80000000)


# func 5 $gt_u, offset 0xd2
def f5(v0, v1):
    return v0 > v1


# func 6 $le_s, offset 0xda
def f6(v0, v1):
    return v0 <= v1 if v0 < 0x3FFFFFFF > v1 else (v0 ^ 0x80000000) <= (v1 ^ 0x80000000)


# func 7 $le_u, offset 0xe2
def f7(v0, v1):
    return v0 <= v1


# func 8 $ge_s, offset 0xea
def f8(v0, v1):
    return v0 >= v1 if v0 < 0x3FFFFFFF > v1 else (v0 ^ 0x80000000) >= (v1 ^ 0x80000000)


# func 9 $ge_u, offset 0xf2
def f9(v0, v1):
    return v0 >= v1


# func 10 $eqz, offset 0xfa
def f10(v0):
    return v0 == 0


# func 11 $not_less, offset 0x100
def f11(v0, v1):
    x1 = v0 < v1 if v0 < 0x3FFFFFFF > v1 else (v0 ^ 0x80000000) < (v1 ^ 0x80000000)
    x0 = x1 == 0
    return x0


# func 12 $truth, offset 0x109
def f12(v0):
    return (v0 == 0) == 0


# func 13 $between, offset 0x110
def f13(v0):
    return 48 <= v0 <= 57


# func 14 $count_equal, offset 0x11b
def f14(v0, v1, v2):
    return (v0 == v1) + (v1 == v2)
