# func 0 $sum_of_bytes, offset 0x75
def f0():
    return mu8[0] + mu8[1] + (mu8[2] + mu8[3])


# func 1 $low_bits, offset 0x8f
def f1(v0, v1):
    return (v0 + v1) & 255


# func 2 $difference, offset 0x9b
def f2(v0, v1):
    return ((v0 & 15) - (v1 & 15)) % 0x100000000


# func 3 $chain, offset 0xa9
def f3(v0, v1, v2):
    return (v0 + v1 + v2 + 7) & 0xFFFFFFFF


# func 4 $set_bit, offset 0xb7
def f4(v0, v1, v2):
    mu8[8] = mu8[8] | ((v2 & 1) << (v1 & 7))
    return mu8[8]


# func 5 $shift_in, offset 0xd5
def f5(v0, v1):
    return (((v0 << 5) + v0) ^ v1 & 255) & 0xFFFFFFFF
