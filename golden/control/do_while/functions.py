# func 0 $digits, offset 0x2f
def f0(v0):
    v1 = 0
    while True:
        v1 = v1 + 1
        v0 = v0 // 10
        if not v0:
            return v1 % 0x100000000


# func 1 $reverse, offset 0x49
def f1(v0):
    v1 = 0
    while True:
        v1 = (v1 * 10 + v0 % 10) & 0xFFFFFFFF
        v0 = v0 // 10
        if not v0:
            return v1
