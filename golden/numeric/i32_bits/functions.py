# func 0 $and, offset 0x86
def f0(v0, v1):
    return v0 & v1


# func 1 $or, offset 0x8e
def f1(v0, v1):
    return v0 | v1


# func 2 $xor, offset 0x96
def f2(v0, v1):
    return v0 ^ v1


# func 3 $shl, offset 0x9e
def f3(v0, v1):
    return (v0 << (v1 & 31)) & 0xFFFFFFFF


# func 4 $shr_s, offset 0xa6
def f4(v0, v1):
    return ((v0 - 0x100000000 if v0 >= 0x80000000 else v0) >> (v1 & 31)) % 0x100000000


# func 5 $shr_u, offset 0xae
def f5(v0, v1):
    return v0 >> (v1 & 31)


# func 6 $rotl, offset 0xb6
def f6(v0, v1):
    return (v0 << (x0 := v1 & 31) | v0 >> (32 - x0)) & 0xFFFFFFFF


# func 7 $rotr, offset 0xbe
def f7(v0, v1):
    return (v0 >> (x0 := v1 & 31) | v0 << (32 - x0)) & 0xFFFFFFFF


# func 8 $not, offset 0xc6
def f8(v0):
    return v0 ^ 0xFFFFFFFF


# func 9 $byte1, offset 0xce
def f9(v0):
    return (v0 >> 8) & 255


# func 10 $sign_of_byte, offset 0xda
def f10(v0):
    return (x0 - 256 if (x0 := v0 & 255) >= 128 else x0) % 0x100000000


# func 11 $rotl7, offset 0xe5
def f11(v0):
    return (v0 << 7 | v0 >> 25) & 0xFFFFFFFF
