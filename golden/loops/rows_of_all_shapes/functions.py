# func 0 $fill, offset 0x68
def f0(v0, v1, v2):
    if v2:
        store_row(m0, 1, v0, v1, v2)


# func 1 $fill_lines, offset 0x8d
def f1(v0, v1):
    if v1 < 32:
        return v0
    x0 = (((v1 - 32) | 31) + 1) % 0x100000000
    store_rows(
        m0, 8, ((0, 24), (0, 16), (0, 8), (0, 0)), v0, 32, 0x101010101010101, x0, 32
    )
    v0 = (v0 + x0) & 0xFFFFFFFF
    v1 = (v1 - x0) % 0x100000000
    return v0 - v1


# func 2 $fill_signed, offset 0xf4
def f2(v0, v1):
    x1 = ((v0 + 1 + 0x80000000) & 0xFFFFFFFF) < (v1 ^ 0x80000000)
    x0 = (v1 - v0) % 0x100000000 if x1 else 1
    store_row(m0, 2, (v0 << 1) % 0x100000000 + 16, 515, x0)
    v0 = (v0 + x0) & 0xFFFFFFFF
    return v0


# func 3 $copy, offset 0x115
def f3(v0, v1, v2):
    if v0 < v2:
        x2 = (((v2 - v0 - 1) | 3) + 1) & 0xFFFFFFFF
        copy_row(m0, 4, v0, v1, x2, 4)


# func 4 $copy_down, offset 0x13f
def f4(v0, v1, v2):
    w0 = (v0 + v2) & 0xFFFFFFFF
    w1 = (v1 + v2) & 0xFFFFFFFF
    if v2:
        x2 = w0 - 1 if w0 else 0xFFFFFFFF
        copy_row_down(m0, 1, x2, w1 - 1 if w1 else 0xFFFFFFFF, v2)
        v2 = 0


# func 5 $sum, offset 0x17c
def f5(v0, v1):
    v2 = 0
    if v1 >= 0x80000000:
        v1 = v1 - 0x100000000
    while True:
        v2 = (v2 * 3 + mu8[v0]) & 0xFFFFFFFF
        v0 = v0 + 1
        v1 = v1 - 1 if v1 >= -0x7FFFFFFF else v1 + 0xFFFFFFFF
        if v1 <= 0:
            return v2
