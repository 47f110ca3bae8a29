# func 0 $run, offset 0x40
def f0(v0):
    g0.raw = (g0.raw + 1) % 0x100000000
    mu32[0] = g0.raw
    return 10 // v0


# func 1 $state, offset 0x56
def f1():
    return g0.raw, mu32[0]
