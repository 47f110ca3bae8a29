# func 0 $extend8_s, offset 0x6f
def f0(v0):
    return (((v0 & 255) ^ 128) - 128) & 0xFFFFFFFF


# func 1 $extend16_s, offset 0x75
def f1(v0):
    return (((v0 & 65535) ^ 32768) - 32768) & 0xFFFFFFFF


# func 2 $i64_extend8_s, offset 0x7b
def f2(v0):
    return (((v0 & 255) ^ 128) - 128) & 0xFFFFFFFFFFFFFFFF


# func 3 $i64_extend16_s, offset 0x81
def f3(v0):
    return (((v0 & 65535) ^ 32768) - 32768) & 0xFFFFFFFFFFFFFFFF


# func 4 $i64_extend32_s, offset 0x87
def f4(v0):
    return (((v0 & 0xFFFFFFFF) ^ 0x80000000) - 0x80000000) & 0xFFFFFFFFFFFFFFFF
