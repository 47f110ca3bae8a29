# func 0 $i32.trunc_f32_s, offset 0xc2
def f0(v0):
    return i32_trunc_f32_s(v0)


# func 1 $i32.trunc_f32_u, offset 0xc8
def f1(v0):
    return i32_trunc_f32_u(v0)


# func 2 $i32.trunc_f64_s, offset 0xce
def f2(v0):
    return i32_trunc_f64_s(v0)


# func 3 $i32.trunc_f64_u, offset 0xd4
def f3(v0):
    return i32_trunc_f64_u(v0)


# func 4 $i64.trunc_f32_s, offset 0xda
def f4(v0):
    return i64_trunc_f32_s(v0)


# func 5 $i64.trunc_f32_u, offset 0xe0
def f5(v0):
    return i64_trunc_f32_u(v0)


# func 6 $i64.trunc_f64_s, offset 0xe6
def f6(v0):
    return i64_trunc_f64_s(v0)


# func 7 $i64.trunc_f64_u, offset 0xec
def f7(v0):
    return i64_trunc_f64_u(v0)
