# func 1 $count_down, offset 0x44
def f1(v0):
    if v0 < 2:
        if not v0:
            to = 2
        else:
            to = 1
    else:
        if v0 == 2:
            to = 0
        else:
            f0(3)
            to = 0
    if to == 0:
        f0(2)
        to = 1
    if to == 1:
        f0(1)
    f0(0)


# func 2 $partly, offset 0x6c
def f2(v0):
    v1 = 0
    if v0 < 2:
        if not v0:
            v1 = v1 + 100
    else:
        if v0 == 2:
            v1 = 1
            return v1
        return v1
    v1 = v1 + 10
    return v1
