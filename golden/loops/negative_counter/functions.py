# func 0 $squares, offset 0x35
def f0():
    for v0 in range(-100, 0):
        eu32[v0 + 350] = v0 * v0


# func 1 $total, offset 0x5e
def f1():
    v1 = 0
    for x0 in each_cell(mu32, 1000, 4, 100):
        v1 = v1 ^ x0
    return v1
