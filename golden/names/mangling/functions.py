# func 0 $class, offset 0x7a
def f0():
    return 1


# func 1 $operator::new(unsigned_long), offset 0x7f
def f1(v0):
    return v0


# func 2 $core::fmt::Formatter<__>::pad, offset 0x84
def f2():
    return f0()


# func 3 $print, offset 0x89
def f3():
    return 3


# func 4 $f0, offset 0x8e
def f4():
    return 4


# func 5 $m0, offset 0x93
def f5():
    return 5


# func 6 $__init__, offset 0x98
def f6():
    return 6


# func 7 $keys, offset 0x9d
def f7():
    return 7


# func 8 $, offset 0xa2
def f8():
    return 8
