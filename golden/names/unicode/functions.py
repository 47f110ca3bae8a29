# func 0 $gr__e, offset 0x42
def f0():
    return 1


# func 1 $__, offset 0x47
def f1():
    return 2


# func 2 $_, offset 0x4c
def f2():
    return 3


# func 3 $kelvin, offset 0x51
def f3():
    return 4


# func 4 $k, offset 0x56
def f4():
    return 5
