# func 0 $i32.reinterpret_f32, offset 0xad
def f0(v0):
    return i32_reinterpret_f32(v0)


# func 1 $i64.reinterpret_f64, offset 0xb3
def f1(v0):
    return i64_reinterpret_f64(v0)


# func 2 $f32.reinterpret_i32, offset 0xb9
def f2(v0):
    return f32_reinterpret_i32(v0)


# func 3 $f64.reinterpret_i64, offset 0xbf
def f3(v0):
    return f64_reinterpret_i64(v0)


# func 4 $f32_round_trip, offset 0xc5
def f4(v0):
    return i32_reinterpret_f32(f32_reinterpret_i32(v0))


# func 5 $through_local, offset 0xcc
def f5(v0):
    v1 = f32_reinterpret_i32(v0)
    return i32_reinterpret_f32(-v1)
