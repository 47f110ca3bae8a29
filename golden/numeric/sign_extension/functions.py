# func 0 $extend8_s, offset 0x6f
def f0(v0):
    return (x0 - 256 if (x0 := v0 & 255) >= 128 else x0) % 0x100000000


# func 1 $extend16_s, offset 0x75
def f1(v0):
    return (x0 - 0x10000 if (x0 := v0 & 65535) >= 32768 else x0) % 0x100000000


# func 2 $i64_extend8_s, offset 0x7b
def f2(v0):
    return (x0 - 256 if (x0 := v0 & 255) >= 128 else x0) % 0x10000000000000000


# func 3 $i64_extend16_s, offset 0x81
def f3(v0):
    return (x0 - 0x10000 if (x0 := v0 & 65535) >= 32768 else x0) % 0x10000000000000000


# func 4 $i64_extend32_s, offset 0x87
def f4(v0):
    return (
        x0 - 0x100000000 if (x0 := v0 & 0xFFFFFFFF) >= 0x80000000 else x0
    ) % 0x10000000000000000
