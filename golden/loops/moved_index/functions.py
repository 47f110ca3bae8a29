# func 0 $counts_from_the_end, offset 0x43
def f0():
    v1 = 0
    for v0 in (1024, 1025, 1026, 1027, 1028, 1029, 1030, 1031):
        v1 = (v1 * 10 + mu8[v0]) & 0xFFFFFFFF
        mu8at8[v0] = v1 % 256
    return v1


# func 1 $run, offset 0x79
def f1(v0, v1):
    v2 = v1 - 4 if v1 >= 4 else v1 + 0xFFFFFFFC
    while True:
        v3 = mu8[v0]
        if v3 == 1:
            mu32[v2 + 4 if v2 < 0x3FFFFFFF else (v2 + 4) & 0xFFFFFFFF] = mu8at1[v0]
            v2 = v2 + 4 if v2 < 0x3FFFFFFF else (v2 + 4) & 0xFFFFFFFF
            v0 = v0 + 2
            continue
        if v3 == 2:
            v2 = v2 - 4 if v2 >= 4 else v2 + 0xFFFFFFFC
            mu32[v2] = (mu32[v2] + mu32at4[v2]) & 0xFFFFFFFF
            v0 = v0 + 1
            continue
        return mu32[v2]
