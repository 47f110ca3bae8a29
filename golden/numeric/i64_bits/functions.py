# func 0 $and, offset 0x81
def f0(v0, v1):
    return v0 & v1


# func 1 $or, offset 0x89
def f1(v0, v1):
    return v0 | v1


# func 2 $xor, offset 0x91
def f2(v0, v1):
    return v0 ^ v1


# func 3 $shl, offset 0x99
def f3(v0, v1):
    return (v0 << (v1 & 63)) & 0xFFFFFFFFFFFFFFFF


# func 4 $shr_s, offset 0xa1
def f4(v0, v1):
    return (
        (v0 - 0x10000000000000000 if v0 >= 0x8000000000000000 else v0) >> (v1 & 63)
    ) % 0x10000000000000000


# func 5 $shr_u, offset 0xa9
def f5(v0, v1):
    return v0 >> (v1 & 63)


# func 6 $rotl, offset 0xb1
def f6(v0, v1):
    return (v0 << (x0 := v1 & 63) | v0 >> (64 - x0)) & 0xFFFFFFFFFFFFFFFF


# func 7 $rotr, offset 0xb9
def f7(v0, v1):
    return (v0 >> (x0 := v1 & 63) | v0 << (64 - x0)) & 0xFFFFFFFFFFFFFFFF


# func 8 $clz, offset 0xc1
def f8(v0):
    return 64 - v0.bit_length()


# func 9 $ctz, offset 0xc7
def f9(v0):
    return (v0 & -v0).bit_length() - 1 if v0 else 64


# func 10 $popcnt, offset 0xcd
def f10(v0):
    return i64_popcnt(v0)


# func 11 $xorshift, offset 0xd3
def f11(v0):
    w0 = (v0 ^ (v0 << 13)) & 0xFFFFFFFFFFFFFFFF
    w1 = w0 ^ (w0 >> 7)
    return (w1 ^ (w1 << 17)) & 0xFFFFFFFFFFFFFFFF
