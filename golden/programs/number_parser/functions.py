# func 0 $parse, offset 0x33
def f0(v0):
    v3 = 0.0
    v2 = 1.0
    v4 = 1.0
    if mu8[v0] != 45:
        to = 2
    else:
        v2 = -1.0
        v0 = (v0 + 1) & 0xFFFFFFFF
        to = 2
    while True:
        v1 = mu8[v0]
        if not v1:
            to = 9
            break
        if v1 == 46:
            to = 6
            break
        if ((v1 - 48) & 0xFFFFFFFF) > 9:
            return nan
        v3 = v3 * 10.0 + float((v1 - 48) & 0xFFFFFFFF)
        v0 = (v0 + 1) & 0xFFFFFFFF
    if to == 6:
        while True:
            v0 = (v0 + 1) & 0xFFFFFFFF
            v1 = mu8[v0]
            if not v1:
                to = 9
                break
            if ((v1 - 48) & 0xFFFFFFFF) > 9:
                return nan
            v4 = v4 / 10.0
            v3 = v3 + v4 * float((v1 - 48) & 0xFFFFFFFF)
    return v2 * v3
