# func 0 $escape, offset 0x34
def f0(v0, v1, v2):
    v3 = v4 = 0.0
    v6 = 0
    while v6 < v2:
        if v3 * v3 + v4 * v4 > 4.0:
            return v6
        v5 = v3 * v3 - v4 * v4 + v0
        v4 = v3 * v4 * 2.0 + v1
        v3 = v5
        v6 = v6 + 1
    return v6


# func 1 $area, offset 0x92
def f1(v0):
    v1 = v3 = 0
    while True:
        v2 = 0
        while True:
            x1 = v1 * 2.0
            x0 = (x1 / v0 if v0 else f64_div(x1, v0)) - 1.0
            x2 = v2 * 3.0
            if f0((x2 / v0 if v0 else f64_div(x2, v0)) - 2.0, x0, 50) == 50:
                v3 = v3 + 1
            v2 = v2 + 1
            if v2 >= v0:
                break
        v1 = v1 + 1
        if v1 >= v0:
            return v3 % 0x100000000
