# func 0 $void, offset 0x5f
def f0():
    pass


# func 1 $call_void, offset 0x62
def f1(v0):
    t0_0[v0]()


# func 2 $call_number, offset 0x6a
def f2(v0):
    return t0_1[v0]()


# func 3 $get, offset 0x72
def f3(v0):
    table_get(t0, v0)


# func 4 $set, offset 0x7a
def f4(v0):
    table_set(t0, v0, None)
