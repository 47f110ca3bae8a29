# func 0 $step, offset 0x27
def f0(v0):
    v3 = 0
    while True:
        mu32at4[v0] = (mu32[v0] + 0x1010101) % 0x100000000
        w0 = mu32at4[v0]
        mu32at4[v0] = 5
        mu32at8[v0] = w0
        v0 = v0 + 8
        v3 = v3 + 1
        if v3 >= 10:
            return mu32[v0]
