# func 1 $run, offset 0x33
def f1(v0):
    v1 = v2 = 0
    while True:
        v1 = v1 + 1
        if v1 & 1:
            v2 = v2 + 1
            if v2 > 4:
                return v1
        else:
            if v1 < 3:
                continue
            f0(v1)
        if v1 >= v0:
            f0(100)
            return v1
