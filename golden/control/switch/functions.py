# func 0 $days, offset 0x34
def f0(v0):
    x0 = v0 - 1 if v0 else 0xFFFFFFFF
    x1 = b"\x00\x01\x00\x02\x00\x02\x00\x00\x02\x00\x02\x00"[x0] if x0 < 12 else 3
    if x1 < 2:
        if not x1:
            v1 = 31
            return v1
        v1 = 28
        return v1
    if x1 == 2:
        v1 = 30
        return v1
    v1 = 0xFFFFFFFF
    return v1


# func 1 $operate, offset 0x74
def f1(v0, v1, v2):
    if v0 < 2:
        if not v0:
            return (v1 + v2) & 0xFFFFFFFF
        return (v1 - v2) % 0x100000000
    if v0 == 2:
        return (v1 * v2) & 0xFFFFFFFF
    if v0 == 3:
        return v1 ^ v2
    return 0
