# func 0 $byte_wise, offset 0x60
def f0(v0, v1):
    mu32[v0] = v1
    return mu32[v0]


# func 1 $natural, offset 0x6f
def f1(v0, v1):
    mu64[v0] = v1
    return mu64[v0]


# func 2 $array_item, offset 0x7e
def f2(v0, v1):
    eu32[(v0 + 256) % 0x40000000] = v1
    return eu32[v0 % 0x40000000 + 256]


# func 3 $stack_frame, offset 0x98
def f3(v0):
    v1 = (0x10000 - 24) & 0xFFFFFFF0
    mu32at4[v1] = v0
    mu32at8[v1] = 1
    return (mu32at4[v1] + mu32at8[v1]) & 0xFFFFFFFF
