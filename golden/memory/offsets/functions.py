# func 0 $field, offset 0x57
def f0(v0):
    return mu32at8[v0]


# func 1 $far, offset 0x5f
def f1(v0):
    return mu8[v0 + 0xFFFFFFFF]


# func 2 $constant, offset 0x6b
def f2():
    return mu8[10]


# func 3 $added, offset 0x73
def f3(v0):
    return mu8[v0 + 8 if v0 < 0x3FFFFFFF else (v0 + 8) & 0xFFFFFFFF]


# func 4 $record, offset 0x7e
def f4(v0):
    return (mu32[v0] + mu64at4[v0]) % 0x10000000000000000
