# func 0 $mix, offset 0x23
def f0(v0, v1, v2):
    while True:
        x0 = v0 * 0x100000001
        v0 = (v1 + ((x0 >> 6) ^ (x0 >> 11) ^ (x0 >> 25))) & 0xFFFFFFFF
        v1 = (v1 ^ (v0 << 5 | v0 >> 27)) & 0xFFFFFFFF
        v2 = v2 - 1 if v2 else 0xFFFFFFFF
        if not v2:
            return v0
