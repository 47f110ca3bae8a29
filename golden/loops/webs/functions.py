# func 0 $reused, offset 0x29
def f0(v0):
    mi32[8] = mi8[v0] >> (v0 & 31)
    w0 = (v0 - 200) % 0x100000000
    if w0 >= 0x80000000:
        w0 = w0 - 0x100000000
    while True:
        mu8at300[w0 & 63] = w0 & 255
        w0 = w0 + 13 if w0 < 0x7FFFFFF3 else w0 - 0xFFFFFFF3
        if w0 >= 0:
            mu32[12] = w0
            w1 = mu32[316]
            return (w1 * (w1 ^ mu32[12])) & 0xFFFFFFFF
