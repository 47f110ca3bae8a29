W2P_FRAMED double f0(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1;
    double v2, v3 = f64_const(0.0), v4;

    v2 = f64_const(1.0);
    v4 = f64_const(1.0);
    if (i32_load8_u(m0, v0, 0) != 45u)
        goto b2;
    v2 = f64_const(-1.0);
    v0 = v0 + 1u;
b2:
    W2P_POLL(poll);
    v1 = i32_load8_u(m0, v0, 0);
    if (!v1)
        goto b9;
    if (v1 == 46u)
        goto b6;
    if ((v1 - 48u) > 9u)
        goto b10;
    v3 = v3 * 10.0 + (double)(v1 - 48u);
    v0 = v0 + 1u;
    goto b2;
b6:
    W2P_POLL(poll);
    v0 = v0 + 1u;
    v1 = i32_load8_u(m0, v0, 0);
    if (!v1)
        goto b9;
    if ((v1 - 48u) > 9u)
        goto b10;
    v4 = v4 / 10.0;
    v3 = v3 + v4 * (double)(v1 - 48u);
    goto b6;
b9:
    return v2 * v3;
b10:
    return f64_const(f64_reinterpret_i64(0x7FF8000000000000ull));
}
