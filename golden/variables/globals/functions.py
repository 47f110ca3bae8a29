# func 0 $next, offset 0x62
def f0():
    g0.raw = (g0.raw + 1) % 0x100000000
    if (g0.raw ^ 0x80000000) > (g1 ^ 0x80000000):
        g0.raw = 0
    return g0.raw


# func 1 $accumulate, offset 0x7a
def f1(v0):
    x1 = trunc(x2) if abs(x2 := v0 * g2) < 9.223372036854776e18 else i64_trunc_f64_s(x2)
    g3.raw = (g3.raw + x1) & 0xFFFFFFFFFFFFFFFF
    return g3.raw
