W2P_FRAMED uint32_t f0(w2p_instance *I, double v0)
{
    uint8_t *const m0 = I->memory0;
    double v1;
    uint32_t v2;

    v1 = v0 * 2.0;
    if (!(f64_abs(v1) < 2147483648.0))
        goto b2;
    v2 = i32_trunc_f64_s(I, v1);
    goto b3;
b2:
    v2 = 0x80000000u;
b3:
    i32_store(m0, 0u, 0, v2);
    return v2;
}

W2P_FRAMED uint64_t f1(w2p_instance *I, float v0)
{
    float v1;

    v1 = v0 + 0.5f;
    if (f32_abs(v1) < 9.223372e+18f)
        goto b2;
    return 0x8000000000000000ull;
b2:
    return i64_trunc_f32_s(I, v1);
}

W2P_FRAMED uint32_t f2(w2p_instance *I, double v0)
{
    double v1;
    uint32_t x0;

    v1 = v0 + 0.5;
    if (!((v1 < 4294967296.0) & (v1 >= f64_const(0.0))))
        goto b2;
    x0 = i32_trunc_f64_u(I, v1) & 255u;
    goto b3;
b2:
    x0 = 0u;
b3:
    return x0;
}
