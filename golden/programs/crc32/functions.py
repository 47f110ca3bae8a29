# func 0 $build, offset 0x37
def f0():
    v0 = 0
    while True:
        v2 = v0
        for v1 in (8, 7, 6, 5, 4, 3, 2, 1):
            v2 = (v2 >> 1) ^ 0xEDB88320 if v2 % 2 else v2 >> 1
        eu32[v0] = v2
        v0 = v0 + 1
        if v0 >= 256:
            return


# func 1 $crc32, offset 0x81
def f1(v0, v1):
    if not mu32[4]:
        f0()
    v2 = 0xFFFFFFFF
    while v1:
        v2 = eu32[(v2 ^ mu8[v0]) % 256] ^ (v2 >> 8)
        v0 = v0 + 1
        v1 = v1 - 1
    return v2 ^ 0xFFFFFFFF
