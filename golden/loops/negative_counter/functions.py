# func 0 $squares, offset 0x35
def f0():
    for v0 in range(-100, 0):
        eu32[v0 + 350] = v0 * v0


# func 1 $total, offset 0x5e
def f1():
    v1 = 0
    for v0 in range(1000, 1400, 4):
        v1 = v1 ^ mu32[v0]
    return v1
