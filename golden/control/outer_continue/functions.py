# func 0 $count_primes, offset 0x2a
def f0(v0):
    v3 = 0
    v1 = 1
    while True:
        v1 = v1 + 1
        if v1 >= v0:
            return v3 % 0x100000000
        v2 = 2
        while True:
            if v2 * v2 % 0x100000000 > v1:
                v3 = v3 + 1
                break
            if not v1 % v2:
                break
            v2 = v2 + 1 if v2 < 0x3FFFFFFF else (v2 + 1) & 0xFFFFFFFF
