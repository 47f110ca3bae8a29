# func 0 $product_pair, offset 0x2b
def f0(v0):
    v1 = 2
    while True:
        v2 = 2
        while True:
            if v1 * v2 % 0x100000000 == v0:
                return v1, v2
            v2 = v2 + 1 if v2 < 0x3FFFFFFF else (v2 + 1) & 0xFFFFFFFF
            if v2 > v0:
                break
        v1 = v1 + 1
        if v1 > v0:
            v1 = 0
            v2 = 0
            return v1, v2
