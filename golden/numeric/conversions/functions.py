# func 0 $i32.wrap_i64, offset 0x143
def f0(v0):
    return v0 & 0xFFFFFFFF


# func 1 $i64.extend_i32_s, offset 0x149
def f1(v0):
    return (v0 - 0x100000000 if v0 >= 0x80000000 else v0) % 0x10000000000000000


# func 2 $i64.extend_i32_u, offset 0x14f
def f2(v0):
    return v0


# func 3 $f32.convert_i32_s, offset 0x155
def f3(v0):
    return fround(float(v0 - 0x100000000 if v0 >= 0x80000000 else v0))


# func 4 $f32.convert_i32_u, offset 0x15b
def f4(v0):
    return fround(float(v0))


# func 5 $f32.convert_i64_s, offset 0x161
def f5(v0):
    return f32_convert_i64_s(v0)


# func 6 $f32.convert_i64_u, offset 0x167
def f6(v0):
    return f32_convert_i64_u(v0)


# func 7 $f64.convert_i32_s, offset 0x16d
def f7(v0):
    return float(v0 - 0x100000000 if v0 >= 0x80000000 else v0)


# func 8 $f64.convert_i32_u, offset 0x173
def f8(v0):
    return float(v0)


# func 9 $f64.convert_i64_s, offset 0x179
def f9(v0):
    return float(v0 - 0x10000000000000000 if v0 >= 0x8000000000000000 else v0)


# func 10 $f64.convert_i64_u, offset 0x17f
def f10(v0):
    return float(v0)


# func 11 $f32.demote_f64, offset 0x185
def f11(v0):
    return fround(v0)


# func 12 $f64.promote_f32, offset 0x18b
def f12(v0):
    return v0 * 1.0
