# func 0 $weighted, offset 0x3e
def f0(v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11):
    x0 = v6 * 7 + v7 * 8 + (v8 * 9 + v9 + (v10 - v11))
    x1 = v0 + v1 * 2 + (v2 * 3 + v3 * 4)
    return (x1 + (v4 * 5 + v5 * 6 + x0)) & 0xFFFFFFFF


# func 1 $call, offset 0x7c
def f1(v0):
    return f0(
        v0,
        0x186A0,
        0x30D40,
        0x493E0,
        0x61A80,
        0x7A120,
        0x927C0,
        0xAAE60,
        0xC3500,
        0xDBBA0,
        0xF4240,
        v0,
    )
