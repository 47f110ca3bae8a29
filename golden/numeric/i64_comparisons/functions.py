# func 0 $eq, offset 0x73
def f0(v0, v1):
    return v0 == v1


# func 1 $ne, offset 0x7b
def f1(v0, v1):
    return v0 != v1


# func 2 $lt_s, offset 0x83
def f2(v0, v1):
    return (
        v0 < v1
        if v0 < 0x8000000000000000 > v1
        else (v0 ^ 0x8000000000000000) < (v1 ^ 0x8000000000000000)
    )


# func 3 $lt_u, offset 0x8b
def f3(v0, v1):
    return v0 < v1


# func 4 $gt_s, offset 0x93
def f4(v0, v1):
    return (
        v0 > v1
        if v0 < 0x8000000000000000 > v1
        else (v0 ^ 0x8000000000000000) > (v1 ^ 0x8000000000000000)
    )


# func 5 $gt_u, offset 0x9b
def f5(v0, v1):
    return v0 > v1


# func 6 $le_s, offset 0xa3
def f6(v0, v1):
    return (
        v0 <= v1
        if v0 < 0x8000000000000000 > v1
        else (v0 ^ 0x8000000000000000) <= (v1 ^ 0x8000000000000000)
    )


# func 7 $le_u, offset 0xab
def f7(v0, v1):
    return v0 <= v1


# func 8 $ge_s, offset 0xb3
def f8(v0, v1):
    return (
        v0 >= v1
        if v0 < 0x8000000000000000 > v1
        else (v0 ^ 0x8000000000000000) >= (v1 ^ 0x8000000000000000)
    )


# func 9 $ge_u, offset 0xbb
def f9(v0, v1):
    return v0 >= v1


# func 10 $eqz, offset 0xc3
def f10(v0):
    return v0 == 0
