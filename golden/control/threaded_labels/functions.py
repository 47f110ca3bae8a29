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
                    to = 7
                elif not v1 % 2:
                    mu8at32[v0] = v1 % 256
                    continue
                else:
                    to = 5
            else:
                to = 5
        else:
            if x0 < 5:
                if x0 == 3:
                    to = 7
                else:
                    to = 8
            else:
                if x0 == 5:
                    to = 9
                else:
                    mu8at32[v0] = v1 % 256
                    continue
        if to == 5:
            v1 = (v1 * 3) & 0xFFFFFFFF
            if v1 & 8:
                to = 8
            elif v1 & 2:
                to = 11
            else:
                to = 7
        if to == 7:
            v1 = v1 ^ 85
            if v1 & 2:
                to = 9
            else:
                to = 8
        if to == 8:
            v1 = v1 >> 1
            if v1 % 2:
                to = 11
            else:
                to = 9
        if to == 9:
            if v1 >= 1000:
                v1 = v1 % 1000
        mu8at32[v0] = v1 % 256
