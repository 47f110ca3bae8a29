# func 0 $words, offset 0x52
def f0(v0):
    v1 = 0
    store_row(m0, 4, v1 + 64, v0, (256 - v1) % 0x100000000, 4)


# func 1 $unrolled, offset 0x70
def f1():
    store_rows(m0, 8, ((8, 0), (0, 0)), 1000, 16, 0x102030405060708, 20)


# func 2 $to_the_end, offset 0xad
def f2(v0):
    x0 = (v0 - 65500 if v0 >= 65500 else v0 + 0xFFFF0024) if 65500 < v0 else 1
    store_row(m0, 1, 65500, 7, x0)
    v1 = x0 + 65500 if x0 < 0x3FFFFFFF else (x0 + 65500) & 0xFFFFFFFF
    mu32[0] = v1


# func 3 $sum, offset 0xd7
def f3(v0, v1):
    v2 = 0
    if v1 >= 0x80000000:
        v1 = v1 - 0x100000000
    while True:
        v2 = (v2 * 3 + mu8[v0]) & 0xFFFFFFFF
        v0 = v0 + 1
        v1 = v1 - 1 if v1 >= -0x7FFFFFFF else v1 + 0xFFFFFFFF
        if v1 <= 0:
            return v2
