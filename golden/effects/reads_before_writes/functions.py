# func 0 $bump, offset 0x6c
def f0():
    g0.raw = (g0.raw + 10) % 0x100000000
    mu32[0] = (mu32[0] + 100) % 0x100000000
    return g0.raw


# func 1 $global, offset 0x86
def f1():
    return (g0.raw - f0()) % 0x100000000


# func 2 $memory, offset 0x8e
def f2():
    return mu32[0] + f0() * 0


# func 3 $local, offset 0x9c
def f3(v0):
    x0 = v0
    w0 = 50
    return (x0 + w0 * w0) % 0x100000000


# func 4 $stored_between, offset 0xa9
def f4():
    x0 = mu32[8]
    mu32[8] = 77
    return (x0 - mu32[8]) % 0x100000000


# func 5 $other_address, offset 0xbf
def f5(v0):
    x0 = mu32[16]
    mu32[v0] = 5
    return x0
