# func 0 $parse, offset 0x33
def f0(v0):
    v3 = 0.0
    v2 = 1.0
    v4 = 1.0
    if mu8[v0] == 45:
        v2 = -1.0
        v0 = v0 + 1
    while True:
        v1 = mu8[v0]
        if not v1:
            to = 1
            break
        if v1 == 46:
            to = 0
            break
        if not 48 <= v1 <= 57:
            return nan
        v3 = v3 * 10.0 + (v1 - 48)
        v0 = v0 + 1
    if to == 0:
        while True:
            v0 = v0 + 1
            w0 = mu8[v0]
            if not w0:
                break
            if not 48 <= w0 <= 57:
                return nan
            v4 = v4 / 10.0
            v3 = v3 + v4 * (w0 - 48)
    return v2 * v3
