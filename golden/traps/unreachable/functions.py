# func 0 $always, offset 0x4b
def f0():
    raise unreachable()


# func 1 $sometimes, offset 0x4f
def f1(v0):
    if v0 > 10:
        raise unreachable()
    return v0 * 2


# func 2 $as_value, offset 0x60
def f2(v0):
    raise unreachable()


# func 3 $default, offset 0x67
def f3(v0):
    if not v0:
        return 1
    raise unreachable()
