# func 0 $column, offset 0x4a
def f0():
    v0 = 0
    x0 = (v0 << 4) & 0xFFFFFFFF
    store_rows(m0, 2, ((0, 6),), x0, 16, 258, (40 - v0) % 0x100000000)


# func 1 $primes_below, offset 0x6b
def f1(v0):
    v3 = 0
    v1 = 2
    while True:
        if not mu8at1024[v1]:
            v3 = v3 + 1
            v2 = v1
            x0 = v2 + 1024 if v2 < 0x3FFFFFFF else (v2 + 1024) & 0xFFFFFFFF
            v2 = store_row_while(m0, 1, 0, x0, v1, v2, v1, v0, 1)
        v1 = v1 + 1
        if v1 >= v0:
            return v3 % 0x100000000


# func 2 $sum, offset 0xb8
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
