# func 0 $load, offset 0x27
def f0(v0):
    return mu64[v0]
