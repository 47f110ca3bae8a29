# func 1 $arguments, offset 0x77
def f1():
    return (f0(1) * f0(2) - (f0(3) + f0(4))) % 0x100000000


# func 2 $selected, offset 0x8d
def f2(v0):
    x0 = f0(1)
    x1 = f0(2)
    return x0 if f0(v0) else x1


# func 3 $f, offset 0x9d
def f3(v0, v1, v2):
    return v1


# func 4 $call, offset 0xa2
def f4():
    return f3(f0(7), f0(8), f0(9))


# func 5 $dropped, offset 0xb3
def f5():
    f0(1)
    f0(2) + 5
    return f0(3)


# func 6 $compared_backwards, offset 0xc7
def f6():
    return f0(5) > f0(6)
