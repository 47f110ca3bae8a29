# func 0 $gcd, offset 0x32
def f0(v0, v1):
    v0 = gcd(v0, v1)
    return v0


# func 1 $with_if, offset 0x55
def f1(v0):
    v1 = 0
    while v0:
        v1 = v1 + v0
        v0 = v0 - 1
    return v1 & 0xFFFFFFFF
