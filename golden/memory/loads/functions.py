# func 0 $i32.load, offset 0xfb
def f0(v0):
    return mu32[v0]


# func 1 $i32.load8_s, offset 0x103
def f1(v0):
    return mi8[v0] % 0x100000000


# func 2 $i32.load8_u, offset 0x10b
def f2(v0):
    return mu8[v0]


# func 3 $i32.load16_s, offset 0x113
def f3(v0):
    return mi16[v0] % 0x100000000


# func 4 $i32.load16_u, offset 0x11b
def f4(v0):
    return mu16[v0]


# func 5 $i64.load, offset 0x123
def f5(v0):
    return mu64[v0]


# func 6 $i64.load8_s, offset 0x12b
def f6(v0):
    return mi8[v0] % 0x10000000000000000


# func 7 $i64.load8_u, offset 0x133
def f7(v0):
    return mu8[v0]


# func 8 $i64.load16_s, offset 0x13b
def f8(v0):
    return mi16[v0] % 0x10000000000000000


# func 9 $i64.load16_u, offset 0x143
def f9(v0):
    return mu16[v0]


# func 10 $i64.load32_s, offset 0x14b
def f10(v0):
    return mi32[v0] % 0x10000000000000000


# func 11 $i64.load32_u, offset 0x153
def f11(v0):
    return mu32[v0]


# func 12 $f32.load, offset 0x15b
def f12(v0):
    return f32_load(m0, v0)


# func 13 $f64.load, offset 0x163
def f13(v0):
    return mf64[v0]
