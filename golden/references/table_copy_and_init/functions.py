# func 0 $one, offset 0x79
def f0():
    return 1


# func 1 $two, offset 0x7e
def f1():
    return 2


# func 2 $three, offset 0x83
def f2():
    return 3


# func 3 $call_a, offset 0x88
def f3(v0):
    return t0_0[v0]()


# func 4 $call_b, offset 0x90
def f4(v0):
    return t1_0[v0]()


# func 5 $init, offset 0x98
def f5(v0, v1, v2):
    table_init(t1, e0, v0, v1, v2)


# func 6 $copy, offset 0xa5
def f6(v0, v1, v2):
    table_copy(t0, t1, v0, v1, v2)


# func 7 $move, offset 0xb2
def f7(v0, v1, v2):
    table_copy(t0, t0, v0, v1, v2)


# func 8 $drop, offset 0xbf
def f8():
    elem_drop(e0)
