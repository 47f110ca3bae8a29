# func 0 $load, offset 0xb8
def f0(v0):
    return mu64[v0]


# func 1 $i32.store, offset 0xc0
def f1(v0, v1):
    mu32[v0] = v1


# func 2 $i32.store8, offset 0xca
def f2(v0, v1):
    mu8[v0] = v1 & 255


# func 3 $i32.store16, offset 0xd4
def f3(v0, v1):
    mu16[v0] = v1 & 65535


# func 4 $i64.store, offset 0xde
def f4(v0, v1):
    mu64[v0] = v1


# func 5 $i64.store8, offset 0xe8
def f5(v0, v1):
    mu8[v0] = v1 & 255


# func 6 $i64.store16, offset 0xf2
def f6(v0, v1):
    mu16[v0] = v1 & 65535


# func 7 $i64.store32, offset 0xfc
def f7(v0, v1):
    mu32[v0] = v1 & 0xFFFFFFFF


# func 8 $f32.store, offset 0x106
def f8(v0, v1):
    if v1 != v1:
        f32_store(m0, v0, v1)
    else:
        mf32[v0] = v1


# func 9 $f64.store, offset 0x110
def f9(v0, v1):
    mf64[v0] = v1
