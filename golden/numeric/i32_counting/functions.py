# func 0 $clz, offset 0x64
def f0(v0):
    return 32 - v0.bit_length()


# func 1 $ctz, offset 0x6a
def f1(v0):
    return (v0 & -v0).bit_length() - 1 if v0 else 32


# func 2 $popcnt, offset 0x70
def f2(v0):
    return i32_popcnt(v0)


# func 3 $log2, offset 0x76
def f3(v0):
    return (31 - (32 - v0.bit_length())) % 0x100000000


# func 4 $is_power_of_two, offset 0x7f
def f4(v0):
    return i32_popcnt(v0) == 1


# func 5 $clz_of_constant, offset 0x88
def f5():
    return 64 - (5).bit_length()
