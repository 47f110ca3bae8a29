# func 0 $sum_of_bytes, offset 0x6a
def f0():
    return mu8[0] + mu8[1] + (mu8[2] + mu8[3])


# func 1 $low_bits, offset 0x84
def f1(v0, v1):
    return (v0 + v1) & 255


# func 2 $difference, offset 0x90
def f2(v0, v1):
    return ((v0 & 15) - (v1 & 15)) % 0x100000000


# func 3 $chain, offset 0x9e
def f3(v0, v1, v2):
    return (v0 + v1 + v2 + 7) & 0xFFFFFFFF


# func 4 $shift_in, offset 0xac
def f4(v0, v1):
    return (((v0 << 5) + v0) ^ v1 & 255) & 0xFFFFFFFF
