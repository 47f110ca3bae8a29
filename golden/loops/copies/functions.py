# func 0 $words, offset 0x47
def f0(v0, v1, v2):
    copy_row(m0, 4, v0, v1, v2, 2, 2)


# func 1 $match, offset 0x78
def f1(v0, v1, v2):
    copy_row(m0, 1, v0, (v0 - v1) % 0x100000000, v2)
    v3 = (v0 + v2) & 0xFFFFFFFF
    return v3


# func 2 $sum, offset 0xa6
def f2(v0, v1):
    v2 = 0
    if v1 >= 0x80000000:
        v1 = v1 - 0x100000000
    while True:
        v2 = (v2 * 3 + mu8[v0]) & 0xFFFFFFFF
        v0 = v0 + 1
        v1 = v1 - 1 if v1 >= -0x7FFFFFFF else v1 + 0xFFFFFFFF
        if v1 <= 0:
            return v2
