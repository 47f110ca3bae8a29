# func 0 $after_return, offset 0x5d
def f0():
    return 1


# func 1 $after_br, offset 0x68
def f1(v0):
    return v0


# func 2 $polymorphic, offset 0x77
def f2():
    return 7


# func 3 $dead_loop, offset 0x81
def f3(v0):
    return v0


# func 4 $arm, offset 0x90
def f4(v0):
    if not v0:
        raise unreachable()
    x0 = 1
    return x0
