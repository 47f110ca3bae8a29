# func 0 $div, offset 0x72
def f0(v0, v1):
    return v0 // v1 if (v0 | v1) < 0x8000000000000000 else i64_div_s(v0, v1)


# func 1 $modulo, offset 0x7a
def f1(v0, v1):
    return v0 % v1


# func 2 $overflow, offset 0x82
def f2(v0):
    return i32_div_s(v0, 0xFFFFFFFF)


# func 3 $to_int, offset 0x8a
def f3(v0):
    return (trunc(v0) if abs(v0) < 2147483648.0 else i32_trunc_f64_s(v0)) % 0x100000000


# func 4 $constant_zero, offset 0x90
def f4():
    return 1 // 0


# func 5 $no_trap, offset 0x98
def f5(v0):
    return 100 // (v0 | 1)
