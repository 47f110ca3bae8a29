# func 0 $f, offset 0x8e
def f0():
    return 5


# func 1 $null_function, offset 0x93
def f1():
    return None


# func 2 $null_extern, offset 0x98
def f2():
    return None


# func 3 $function, offset 0x9d
def f3():
    return ref_func(0)


# func 4 $is_null, offset 0xa2
def f4(v0):
    return v0 is None


# func 5 $function_is_null, offset 0xa8
def f5():
    return ref_func(0) is None


# func 6 $identity, offset 0xae
def f6(v0):
    return v0
