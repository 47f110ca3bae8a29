# func 0 $run, offset 0x28
def f0(v0):
    v2 = 0
    v1 = 1024
    while True:
        v2 = (v2 + 1) & 0xFFFFFFFF
        x0 = mu8[v0]
        x1 = b"\x00\x01\x02\x03\x04\x05\x00"[min(x0, 6)]
        if x1 < 3:
            if not x1:
                x5 = (v2 * 1000) & 0xFFFFFFFF
                x6 = pu32[(x7 := (v1 - 4) & 0xFFFFFFFF) & 3][x7 >> 2]
                x3 = (x5 + x6) & 0xFFFFFFFF
                return x3
            if x1 == 1:
                pu32[v1 & 3][v1 >> 2] = mu8[v0 + 1]
                v1 = (v1 + 4) & 0xFFFFFFFF
                v0 = (v0 + 2) & 0xFFFFFFFF
            else:
                v1 = (v1 - 4) & 0xFFFFFFFF
                x8 = (v1 - 4) & 0xFFFFFFFF
                x12 = pu32[(x13 := (v1 - 4) & 0xFFFFFFFF) & 3][x13 >> 2]
                x14 = pu32[v1 & 3][v1 >> 2]
                x10 = (x12 + x14) & 0xFFFFFFFF
                pu32[x8 & 3][x8 >> 2] = x10
                v0 = (v0 + 1) & 0xFFFFFFFF
        else:
            if x1 == 3:
                v1 = (v1 - 4) & 0xFFFFFFFF
                x15 = (v1 - 4) & 0xFFFFFFFF
                x19 = pu32[(x20 := (v1 - 4) & 0xFFFFFFFF) & 3][x20 >> 2]
                x21 = pu32[v1 & 3][v1 >> 2]
                x17 = (x19 * x21) & 0xFFFFFFFF
                pu32[x15 & 3][x15 >> 2] = x17
                v0 = (v0 + 1) & 0xFFFFFFFF
            else:
                if x1 == 4:
                    x22 = (v1 - 4) & 0xFFFFFFFF
                    x26 = pu32[(x27 := (v1 - 4) & 0xFFFFFFFF) & 3][x27 >> 2]
                    x24 = (x26 - 1) & 0xFFFFFFFF
                    pu32[x22 & 3][x22 >> 2] = x24
                    v0 = (v0 + 1) & 0xFFFFFFFF
                else:
                    if pu32[(x28 := (v1 - 4) & 0xFFFFFFFF) & 3][x28 >> 2]:
                        v0 = (v0 - 1) & 0xFFFFFFFF
                        continue
                    v0 = (v0 + 2) & 0xFFFFFFFF
