# func 0 $run, offset 0x28
def f0(v0):
    v2 = 0
    v1 = 1020
    while True:
        v2 = v2 + 1
        x0 = mu8[v0]
        x1 = b"\x00\x01\x02\x03\x04\x05"[x0] if x0 < 6 else 0
        if x1 < 3:
            if not x1:
                return ((v2 & 0xFFFFFFFF) * 1000 + mu32[v1]) & 0xFFFFFFFF
            if x1 == 1:
                mu32at4[v1] = mu8at1[v0]
                v1 = v1 + 4
                v0 = v0 + 2
            else:
                v1 = v1 - 4 if v1 >= 4 else v1 + 0xFFFFFFFC
                mu32[v1] = (mu32[v1] + mu32at4[v1]) & 0xFFFFFFFF
                v0 = v0 + 1
        else:
            if x1 == 3:
                v1 = v1 - 4 if v1 >= 4 else v1 + 0xFFFFFFFC
                mu32[v1] = (mu32[v1] * mu32at4[v1]) & 0xFFFFFFFF
                v0 = v0 + 1
            else:
                if x1 == 4:
                    mu32[v1] = (mu32[v1] - 1) % 0x100000000
                    v0 = v0 + 1
                else:
                    if mu32[v1]:
                        v0 = v0 - 1 if v0 else 0xFFFFFFFF
                        continue
                    v0 = v0 + 2
