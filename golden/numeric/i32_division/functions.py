# func 0 $div_s, offset 0x82
def f0(v0, v1):
    return v0 // v1 if (v0 | v1) < 0x80000000 else i32_div_s(v0, v1)


# func 1 $div_u, offset 0x8a
def f1(v0, v1):
    return v0 // v1


# func 2 $rem_s, offset 0x92
def f2(v0, v1):
    return v0 % v1 if (v0 | v1) < 0x80000000 else i32_rem_s(v0, v1)


# func 3 $rem_u, offset 0x9a
def f3(v0, v1):
    return v0 % v1


# func 4 $tenth_s, offset 0xa2
def f4(v0):
    return (v0 // 10 if v0 < 0x80000000 else -((0x100000000 - v0) // 10)) % 0x100000000


# func 5 $tenth_u, offset 0xaa
def f5(v0):
    return v0 // 10


# func 6 $last_digit, offset 0xb2
def f6(v0):
    return v0 % 10


# func 7 $remainder_by_minus_one, offset 0xba
def f7(v0):
    return i32_rem_s(v0, 0xFFFFFFFF)
