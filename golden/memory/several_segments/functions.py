# func 0 $load, offset 0x27
def f0(v0):
    return pu64[v0 & 7][v0 >> 3]
