# func 1 $start, offset 0x43
def f1():
    f0(g0.raw)
    g0.raw = 42


# func 2 $state, offset 0x4e
def f2():
    return g0.raw
