# func 1 $division_first, offset 0xc3
def f1(v0, v1):
    return (1 // v0 + mu32[v1]) % 0x100000000


# func 2 $load_first, offset 0xd1
def f2(v0, v1):
    return (mu32[v1] + 1 // v0) % 0x100000000


# func 3 $dropped_load, offset 0xdf
def f3(v0):
    mu32[v0]


# func 4 $dropped_division, offset 0xe8
def f4(v0):
    5 % v0 if v0 < 0x80000000 else i32_rem_s(5, v0)


# func 5 $store_value_traps, offset 0xf1
def f5(v0):
    mu32[0x10000] = 1 // v0 if v0 < 0x80000000 else i32_div_s(1, v0)


# func 6 $log_then_trap, offset 0x100
def f6(v0):
    f0(1)
    f0(8 // v0)
    return 3


# func 7 $half_written, offset 0x110
def f7():
    mu64[65532] = 0xFFFFFFFFFFFFFFFF
    return 0


# func 8 $last_word, offset 0x11e
def f8():
    return mu32[65532]
