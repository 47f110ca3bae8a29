# func 1 $run, offset 0x33
def f1(v0, v1):
    while True:
        if v0 < 2:
            if not v0:
                f0(0)
                v0 = 1
                v1 = v1 - 1 if v1 else 0xFFFFFFFF
                if not v1:
                    return
            else:
                f0(1)
                v0 = 2 if v1 & 1 else 0
        else:
            if v0 == 2:
                f0(2)
                v0 = 0
            else:
                return
