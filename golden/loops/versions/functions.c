W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v3 = 0, v4 = 0;

b1:
    W2P_POLL(poll);
    v4 = v4 + ((i32_load8_u(m0, v0 + v3, 0) ^ i32_load8_u(m0, v0 + v3, 2)) + i32_load8_u(m0, v0 + v1
            + v3, 0));
    v3 = v3 + 1u;
    if (v3 != v2)
        goto b1;
    return v4;
}

W2P_FRAMED double f1(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v3, v4;
    double v5 = f64_const(0.0);

    v4 = 2u;
b1:
    W2P_POLL(poll);
    v3 = 0u;
b2:
    W2P_POLL(poll);
    v5 = v5 * 0.5 + (double)i32_load(m0, v0, 0) / (double)i32_load(m0, v0 + v1, 0);
    v0 = v0 + v1;
    v3 = v3 + 1u;
    if (v3 != v2)
        goto b2;
    v4 = v4 - 1u;
    if (v4)
        goto b1;
    return v5 + (double)v0;
}

W2P_FRAMED uint32_t f2(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v2 = 0;

b1:
    W2P_POLL(poll);
    v2 = v2 + 1u;
    if (i32_load8_u(m0, v0 + v2, 0) != i32_load8_u(m0, v1 + v2, 0))
        goto b1;
    return v2;
}

W2P_FRAMED uint32_t f3(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v2 = 0, v3 = 0;

b1:
    W2P_POLL(poll);
    v3 = v3 + i32_load8_u(m0, v0 + v2, 0);
    v2 = v2 + 1u;
    if (v2 != v1)
        goto b1;
    return v3;
}
