# func 0 $nothing, offset 0x5e
def f0():
    pass


# func 1 $empty_blocks, offset 0x61
def f1(v0):
    v0
    v0
    return v0


# func 2 $straight_loop, offset 0x81
def f2(v0):
    w0 = v0 + 1 if v0 < 0x3FFFFFFF else (v0 + 1) & 0xFFFFFFFF
    return w0


# func 3 $branch_to_end, offset 0x90
def f3(v0):
    if v0:
        return
