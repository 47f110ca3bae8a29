# func 0 $step, offset 0x27
def f0(v0):
    v3 = 0
    while True:
        v2 = (pu32[v0 & 3][v0 >> 2] + 0x1010101) & 0xFFFFFFFF
        pu32[v0 & 3][(v0 + 4) >> 2] = v2
        w0 = pu32[v0 & 3][(v0 + 4) >> 2]
        pu32[v0 & 3][(v0 + 4) >> 2] = 5
        pu32[v0 & 3][(v0 + 8) >> 2] = w0
        v0 = v0 + 8
        v3 = v3 + 1
        if v3 >= 10:
            return pu32[v0 & 3][v0 >> 2]
