# func 0 $i32_min, offset 0x103
def f0():
    return 0x80000000


# func 1 $i32_max_unsigned, offset 0x10c
def f1():
    return 0xFFFFFFFF


# func 2 $i64_min, offset 0x111
def f2():
    return 0x8000000000000000


# func 3 $f64_smallest, offset 0x11f
def f3():
    return 5e-324


# func 4 $f64_largest, offset 0x12b
def f4():
    return 1.7976931348623157e308


# func 5 $f64_negative_zero, offset 0x137
def f5():
    return -0.0


# func 6 $f64_infinity, offset 0x143
def f6():
    return inf


# func 7 $f64_negative_infinity, offset 0x14f
def f7():
    return -inf


# func 8 $f64_nan, offset 0x15b
def f8():
    return nan


# func 9 $f64_nan_payload, offset 0x167
def f9():
    return i64_reinterpret_f64(f64_reinterpret_i64(0xFFF4000000000001))


# func 10 $f32_tenth, offset 0x174
def f10():
    return 0.10000000149011612


# func 11 $f32_signalling_nan, offset 0x17c
def f11():
    return i32_reinterpret_f32(f32_reinterpret_i32(0x7FA00000))


# func 12 $negated_constant, offset 0x185
def f12():
    return -0.0
