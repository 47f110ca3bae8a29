# func 0 $i32, offset 0x47
def f0(v0):
    v1 = v2 = 0
    if v0:
        while True:
            v2 = v2 + (eu32[v1] ^ v0)
            v1 = v1 + 1
            if v1 >= v0:
                break
    return ((x0 := v2 & 0xFFFFFFFF) << 1 | x0 >> 31) & 0xFFFFFFFF


# func 1 $i64, offset 0x77
def f1(v0):
    v1 = v2 = 0
    if v0:
        while True:
            v2 = v2 - (eu64[v1] ^ v0)
            v1 = v1 + 1
            if v1 >= v0:
                break
    return ((x0 := v2 & 0xFFFFFFFFFFFFFFFF) << 1 | x0 >> 63) & 0xFFFFFFFFFFFFFFFF


# func 2 $doubled, offset 0xaa
def f2(v0):
    v1 = 3
    while True:
        v1 = (v1 + v1) & 0xFFFFFFFF
        v0 = v0 - 1 if v0 else 0xFFFFFFFF
        if not v0:
            return v1
