# func 0 $fill, offset 0x45
def f0():
    v0 = 0
    while True:
        mu16[v0] = (v0 * 40503) & 65535
        v0 = v0 + 2
        if v0 >= 0x10000:
            return


# func 1 $adler32, offset 0x69
def f1(v0):
    v3 = 0
    v2 = 1
    for x0 in each_cell(mu8, v0, 1, 500):
        v2 = (v2 + x0) % 65521
        v3 = (v3 + v2) % 65521
    return (v3 * 0x10000) | v2


# func 2 $largest, offset 0xad
def f2():
    v2 = 0
    v0 = 400
    for x0, x1 in zip(each_cell(mi16, 400, -4, 100), each_cell(mu32at4, 400, -4, 100)):
        v1 = (x0 + x1) % 0x100000000
        if v1 >= 0x80000000:
            v1 = v1 - 0x100000000
        if v1 > v2:
            v2 = v1
            mu32[0] = v0
        v0 = v0 - 4
    return v2
