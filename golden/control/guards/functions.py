# func 0 $is_get, offset 0x41
def f0(v0):
    if mu8[v0] != 71:
        return 0
    if mu8at1[v0] != 69:
        return 0
    if mu8at2[v0] != 84:
        return 0
    if mu8at3[v0] != 32:
        return 0
    return 1


# func 1 $all_or_nothing, offset 0x77
def f1(v0, v1):
    v2 = 0
    if not v0:
        return v2
    if not v1:
        return v2
    v2 = (v0 // v1 + 1) % 0x100000000
    return v2
