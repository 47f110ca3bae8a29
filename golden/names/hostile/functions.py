# func 1 $x_____raise_SystemExit(1)___, offset 0xc7
def f1():
    return 1


# func 2 $___, offset 0xcc
def f2():
    return 2


# func 3 $___, offset 0xd1
def f3():
    return 3


# func 4 $_, offset 0xd6
def f4():
    f0(5)
    return 4


# func 5 $__type:_ignore, offset 0xdf
def f5():
    return 5


# func 6 $_gnitset, offset 0xe4
def f6():
    return 6


# func 7 $nul, offset 0xe9
def f7():
    return 7


# func 8 ${0}%s{x!r}, offset 0xee
def f8():
    return 8


# func 9 $____, offset 0xf3
def f9():
    return 9


# func 10 $../../etc/passwd, offset 0xf8
def f10():
    return 10
