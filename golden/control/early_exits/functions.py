# func 0 $find, offset 0x55
def f0(v0, v1):
    v2 = 0
    while v2 < v1:
        if v2 * v2 % 0x100000000 == v0:
            return v2
        v2 = v2 + 1
    return 0xFFFFFFFF


# func 1 $first_set, offset 0x80
def f1(v0, v1, v2):
    if v0:
        return 1
    if v1:
        return 2
    if v2:
        return 3
    return 0


# func 2 $return_drops_the_rest, offset 0x9d
def f2(v0):
    return v0
