# func 0 $index_of, offset 0x2c
def f0(v0, v1):
    v2 = 0
    while v2 < v1:
        if mu8[v2] == v0:
            return v2 + 1000
        v2 = v2 + 1
    return 0xFFFFFFFF
