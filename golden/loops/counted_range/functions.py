# func 0 $up, offset 0x51
def f0():
    v0 = v1 = 0
    for v0 in range(v0, 100):
        v1 = ((v1 * 5) ^ v0) & 0xFFFFFFFF
    v0 = 100
    return (v1 + v0) % 0x100000000


# func 1 $down_by_three, offset 0x77
def f1():
    v1 = 0
    for v0 in range(62, -61, -3):
        v1 = v1 + v0 * v0
    return v1 % 0x100000000


# func 2 $read_by_the_loop_around, offset 0x9d
def f2(v0):
    v1 = v2 = 0
    if v0 >= 0x80000000:
        v0 = v0 - 0x100000000
    if v0:
        while v1 <= v0:
            v0 = v0 - 7
            for v1 in range(100):
                v2 = (v2 * 3 + v1) & 0xFFFFFFFF
            v1 = 100
    return (v2 << 1 | v2 >> 31) & 0xFFFFFFFF
