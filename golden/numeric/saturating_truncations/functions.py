# func 0 $i32.trunc_sat_f32_s, offset 0xe2
def f0(v0):
    return (
        trunc(v0) if abs(v0) < 2147483648.0 else i32_trunc_sat_f32_s(v0)
    ) % 0x100000000


# func 1 $i32.trunc_sat_f32_u, offset 0xe9
def f1(v0):
    return trunc(v0) if 0.0 <= v0 < 4294967296.0 else i32_trunc_sat_f32_u(v0)


# func 2 $i32.trunc_sat_f64_s, offset 0xf0
def f2(v0):
    return (
        trunc(v0) if abs(v0) < 2147483648.0 else i32_trunc_sat_f64_s(v0)
    ) % 0x100000000


# func 3 $i32.trunc_sat_f64_u, offset 0xf7
def f3(v0):
    return trunc(v0) if 0.0 <= v0 < 4294967296.0 else i32_trunc_sat_f64_u(v0)


# func 4 $i64.trunc_sat_f32_s, offset 0xfe
def f4(v0):
    return (
        trunc(v0) if abs(v0) < 9.223372036854776e18 else i64_trunc_sat_f32_s(v0)
    ) % 0x10000000000000000


# func 5 $i64.trunc_sat_f32_u, offset 0x105
def f5(v0):
    return trunc(v0) if 0.0 <= v0 < 1.8446744073709552e19 else i64_trunc_sat_f32_u(v0)


# func 6 $i64.trunc_sat_f64_s, offset 0x10c
def f6(v0):
    return (
        trunc(v0) if abs(v0) < 9.223372036854776e18 else i64_trunc_sat_f64_s(v0)
    ) % 0x10000000000000000


# func 7 $i64.trunc_sat_f64_u, offset 0x113
def f7(v0):
    return trunc(v0) if 0.0 <= v0 < 1.8446744073709552e19 else i64_trunc_sat_f64_u(v0)
