# func 0 $cell, offset 0x5e
def f0(v0, v1):
    return mu8[(v0 + v1 * 2) % 0x100000000]


# func 1 $byte_of_a_hash, offset 0x6c
def f1(v0):
    v1 = (v0 * 0x9E3779B1) & 0xFFFFFFFF
    return (v1 ^ (v1 >> 15)) % 256


# func 2 $difference, offset 0x88
def f2(v0, v1):
    return (v0 - v1) % 0x100000000


# func 3 $sum, offset 0x90
def f3(v0, v1):
    return (v0 + v1) & 0xFFFFFFFF


# func 4 $halves, offset 0x98
def f4(v0, v1):
    while True:
        v2 = ((v0 + v1) % 0x100000000) >> 1
        if mu8[v2] < 100:
            v0 = v2 + 1
        else:
            v1 = v2
        if v0 >= v1:
            return v0
