# func 0 $add, offset 0x70
def f0(v0, v1):
    return (v0 + v1) & 0xFFFFFFFFFFFFFFFF


# func 1 $sub, offset 0x78
def f1(v0, v1):
    return (v0 - v1) % 0x10000000000000000


# func 2 $mul, offset 0x80
def f2(v0, v1):
    return (v0 * v1) & 0xFFFFFFFFFFFFFFFF


# func 3 $div_s, offset 0x88
def f3(v0, v1):
    return v0 // v1 if (v0 | v1) < 0x8000000000000000 else i64_div_s(v0, v1)


# func 4 $div_u, offset 0x90
def f4(v0, v1):
    return v0 // v1


# func 5 $rem_s, offset 0x98
def f5(v0, v1):
    return v0 % v1 if (v0 | v1) < 0x8000000000000000 else i64_rem_s(v0, v1)


# func 6 $rem_u, offset 0xa0
def f6(v0, v1):
    return v0 % v1


# func 7 $multiply_high_half, offset 0xa8
def f7(v0, v1):
    return (v0 * v1) >> 32
