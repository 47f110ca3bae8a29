# func 0 $match, offset 0x38
def f0(v0, v1, v2):
    v3 = v4 = 0
    w0 = v3 + v0
    w1 = v3 + v1
    while v3 < v2:
        if mu8[w0] != mu8[w1]:
            break
        if mu8at1[w0] != mu8at1[w1]:
            v4 = v4 | 1
            break
        v3 = v3 + 2
        w0 = w0 + 2
        w1 = w1 + 2
        v4 = v3
        if v3 == 8:
            v4 = 999
            break
    return v4 * 10


# func 1 $rows, offset 0x9b
def f1(v0):
    v1 = v3 = 0
    while True:
        v2 = 0
        w0 = v2 + v1
        while True:
            if mu8[w0] == 100:
                v3 = v3 + 1000
                break
            v3 = v3 + 1
            v2 = v2 + 1
            w0 = w0 + 1
            if v2 == 3:
                break
        v1 = v1 + 1
        if v1 >= v0:
            return v3 % 0x100000000
