# func 0 $run, offset 0x32
def f0(v0, v1):
    while True:
        v2 = mu8[v0]
        v0 = v0 + 1
        x0 = b"\x00\x01\x02\x03\x04\x05\x06"[v2] if v2 < 7 else 0
        if x0 < 3:
            if not x0:
                return v1
            if x0 == 1:
                v1 = (v1 + v0) & 0xFFFFFFFF
                if v1 & 4:
                    to = 1
                elif not v1 % 2:
                    mu8at32[v0] = v1 % 256
                    continue
                else:
                    to = 0
            else:
                to = 0
        else:
            if x0 < 5:
                if x0 == 3:
                    to = 1
                else:
                    to = 2
            else:
                if x0 == 5:
                    to = 3
                else:
                    mu8at32[v0] = v1 % 256
                    continue
        if to == 0:
            v1 = (v1 * 3) & 0xFFFFFFFF
            if v1 & 8:
                to = 2
            elif v1 & 2:
                to = 4
            else:
                to = 1
        if to == 1:
            v1 = v1 ^ 85
            if v1 & 2:
                to = 3
            else:
                to = 2
        if to == 2:
            v1 = v1 >> 1
            if v1 % 2:
                to = 4
            else:
                to = 3
        if to == 3:
            if v1 >= 1000:
                v1 = v1 % 1000
        mu8at32[v0] = v1 % 256
