# func 0 $words, offset 0x52
def f0(v0):
    v1 = 0
    store_row(m0, 4, (64,), v1, (256 - v1) % 0x100000000, 4, v0)


# func 1 $unrolled, offset 0x70
def f1():
    store_row(m0, 8, (8, 0), 1000, 320, 16, 0x102030405060708)


# func 2 $to_the_end, offset 0xad
def f2(v0):
    v1 = 65500
    while True:
        mu8[v1] = 7
        v1 = v1 + 1
        if v1 >= v0:
            mu32[0] = v1
            return


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
