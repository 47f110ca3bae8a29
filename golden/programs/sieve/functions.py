# func 0 $primes_below, offset 0x2f
def f0(v0):
    v3 = 0
    memory_fill(m0, 0, 1, v0)
    v1 = 2
    while v1 < v0:
        if mu8[v1]:
            v3 = v3 + 1
            v2 = v1 * 2 % 0x100000000
            if v2 < v0:
                v2 = store_row_while(m0, 1, 0, v2, v1, v2, v1, v0, 0)
        v1 = v1 + 1
    return v3 % 0x100000000
