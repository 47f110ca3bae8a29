# func 0 $bytes, offset 0x4b
def f0(v0, v1):
    v2 = v3 = 0
    w0 = v1 & 0xFFFFFFFC
    x3 = sum_cells(mu8, (v0 + v2) & 0xFFFFFFFF, 1, (w0 - v2) % 0x100000000)
    v3 = (v3 + x3) & 0xFFFFFFFF
    return v3


# func 1 $product, offset 0x96
def f1(v0, v1, v2):
    v4 = 0
    v3 = (v2 << 1) & 0xFFFFFFFF
    v4 = (v4 + sum_products(mi16, v0, 2, mu16at4, v1, v3, v2)) & 0xFFFFFFFFFFFFFFFF
    v0 = (v0 + (v2 << 1)) & 0xFFFFFFFF
    v2 = 0
    return v4, v0


# func 2 $both, offset 0xd2
def f2(v0):
    v1 = v2 = v3 = 0
    v2 = (v2 + sum_cells(mi32, v1, 8, (v0 - v1) % 0x100000000, 8)) & 0xFFFFFFFF
    v3 = (v3 - sum_cells(mi32at4, v1, 8, (v0 - v1) % 0x100000000, 8)) & 0xFFFFFFFF
    return v2, v3
