# func 0 $next, offset 0x62
def f0():
    g0.raw = (g0.raw + 1) & 0xFFFFFFFF
    if (g0.raw ^ 0x80000000) > (g1 ^ 0x80000000):
        g0.raw = 0
    return g0.raw


# func 1 $accumulate, offset 0x7a
def f1(v0):
    g3.raw = (g3.raw + i64_trunc_f64_s(v0 * g2)) & 0xFFFFFFFFFFFFFFFF
    return g3.raw
