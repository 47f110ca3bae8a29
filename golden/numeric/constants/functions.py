# func 0 $i32_min, offset 0x168
def f0():
    return 0x80000000


# func 1 $i32_max_unsigned, offset 0x171
def f1():
    return 0xFFFFFFFF


# func 2 $i64_min, offset 0x176
def f2():
    return 0x8000000000000000


# func 3 $f64_smallest, offset 0x184
def f3():
    return 5e-324


# func 4 $f64_largest, offset 0x190
def f4():
    return 1.7976931348623157e308


# func 5 $f64_negative_zero, offset 0x19c
def f5():
    return -0.0


# func 6 $f64_infinity, offset 0x1a8
def f6():
    return inf


# func 7 $f64_negative_infinity, offset 0x1b4
def f7():
    return -inf


# func 8 $f64_nan, offset 0x1c0
def f8():
    return nan


# func 9 $f64_nan_payload, offset 0x1cc
def f9():
    return i64_reinterpret_f64(f64_reinterpret_i64(0xFFF4000000000001))


# func 10 $f32_tenth, offset 0x1d9
def f10():
    return 0.10000000149011612


# func 11 $f32_signalling_nan, offset 0x1e1
def f11():
    return i32_reinterpret_f32(f32_reinterpret_i32(0x7FA00000))


# func 12 $negated_constant, offset 0x1ea
def f12():
    return -0.0


# func 13 $f64_least_of_i64, offset 0x1f7
def f13():
    return -1.0 * 9.223372036854776e18


# func 14 $f32_least_of_i64, offset 0x203
def f14():
    return -1.0 * 9.223372036854776e18


# func 15 $negated_to_least_of_i64, offset 0x20b
def f15():
    return -1.0 * 9.223372036854776e18


# func 16 $least_of_i64_in_a_product, offset 0x218
def f16(v0):
    return v0 * (-1.0 * 9.223372036854776e18 - -1.0 * 9.223372036854776e18)
