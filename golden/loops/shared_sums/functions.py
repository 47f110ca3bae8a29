# func 0 $product, offset 0x2b
def f0(v0, v1):
    v2 = v1 - 4 if v1 >= 4 else v1 + 0xFFFFFFFC
    while True:
        v4 = mu8[v0]
        v0 = v0 + 1
        if v4 < 100:
            mu32[v2 + 4 if v2 < 0x3FFFFFFF else (v2 + 4) & 0xFFFFFFFF] = v4
            v2 = v2 + 4 if v2 < 0x3FFFFFFF else (v2 + 4) & 0xFFFFFFFF
            continue
        if v4 == 100:
            v3 = v2 - 4 if v2 >= 4 else v2 + 0xFFFFFFFC
            mu32[v3] = (mu32[v3] * mu32at4[v3]) & 0xFFFFFFFF
            v2 = v3
            continue
        return mu32[v2]
