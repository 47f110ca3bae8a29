# func 1 $levels, offset 0x31
def f1(v0):
    f0(1)
    f0(2)
    f0(3)
    if v0:
        f0(4)
        if v0 == 1:
            to = 0
        else:
            f0(5)
            if v0 != 2:
                f0(6)
            f0(7)
            if v0 == 3:
                to = 1
            else:
                f0(8)
                to = 0
        if to == 0:
            f0(9)
    f0(10)
