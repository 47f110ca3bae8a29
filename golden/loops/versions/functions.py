# func 0 $around, offset 0x54
def f0(v0, v1, v2):
    v3 = v4 = 0
    if (v0 | v1 | v2) < 0x1000000 and v2 > 0:
        w0 = v3
        for w0 in range(w0, v2):
            v4 = v4 + ((mu8[v0 + w0] ^ mu8at2[v0 + w0]) + mu8[v0 + v1 + w0])
        return v4 & 0xFFFFFFFF
    w1 = v3 + v0
    while True:
        v4 = v4 + ((mu8[w1] ^ mu8at2[w1]) + mu8[(v0 + v1 + v3) % 0x100000000])
        v3 = v3 + 1 if v3 < 0x3FFFFFFF else (v3 + 1) & 0xFFFFFFFF
        w1 = w1 + 1
        if v3 == v2:
            return v4 & 0xFFFFFFFF


# func 1 $columns, offset 0x8c
def f1(v0, v1, v2):
    v5 = 0.0
    v4 = 2
    while True:
        v3 = 0
        if (v0 | v1 | v2) >= 0x1000000 or v2 <= 0:
            while True:
                x1 = float(mu32[v0])
                x6 = float(mu32[(v0 + v1) % 0x100000000])
                x4 = x1 / x6 if x6 else f64_div(x1, x6)
                v5 = v5 * 0.5 + x4
                v0 = (v0 + v1) % 0x100000000
                v3 = v3 + 1 if v3 < 0x3FFFFFFF else (v3 + 1) & 0xFFFFFFFF
                if v3 == v2:
                    break
        else:
            w0 = v3
            for w0 in range(w0, v2):
                x2 = float(mu32[v0])
                v5 = v5 * 0.5 + (x2 / x7 if (x7 := mu32[v0 + v1]) else f64_div(x2, x7))
                v0 = v0 + v1
        v4 = v4 - 1
        if not v4:
            return v5 + v0


# func 2 $found, offset 0xe2
def f2(v0, v1):
    v2 = 0
    while True:
        v2 = v2 + 1
        if mu8[(v0 + v2) % 0x100000000] == mu8[(v1 + v2) % 0x100000000]:
            return v2 % 0x100000000


# func 3 $sum, offset 0x106
def f3(v0, v1):
    v2 = v3 = 0
    x0 = sum_cells(mu8, (v0 + v2) & 0xFFFFFFFF, 1, (v1 - v2) % 0x100000000)
    v3 = (v3 + x0) & 0xFFFFFFFF
    return v3
