# func 0 $fill, offset 0x40
def f0(v0):
    v1 = 0
    while True:
        eu32at1024[v1] = (v1 * 0x9E3779B1) & 0xFFFFFFFF
        v1 = v1 + 1
        if v1 >= v0:
            return


# func 1 $reversed, offset 0x68
def f1(v0):
    v1 = 1024
    v2 = (v0 * 4 + 1020) % 0x100000000
    while v1 < v2:
        v3 = mu32[v1]
        mu32[v1] = mu32[v2]
        mu32[v2] = v3
        v1 = v1 + 4
        v2 = v2 - 4
    return mu32at4[v1]


# func 2 $word, offset 0xb7
def f2(v0):
    return eu32[v0 % 0x40000000 + 256]
