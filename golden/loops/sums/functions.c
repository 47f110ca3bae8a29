W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v2 = 0, v3 = 0, v4, x0, x1;

    v1 = v1 & 0xFFFFFFFCu;
b1:
    W2P_POLL(poll);
    v4 = v0 + v2;
    x0 = i32_load8_u(m0, v4 + 3u, 0);
    x1 = i32_load8_u(m0, v4 + 2u, 0) + (i32_load8_u(m0, v4 + 1u, 0) + (i32_load8_u(m0, v4, 0) +
            v3));
    v3 = x0 + x1;
    v2 = v2 + 4u;
    if (v2 != v1)
        goto b1;
    return v3;
}

W2P_FRAMED struct results0 f1(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v3;
    uint64_t v4 = 0;

    v3 = v2 << 1;
b1:
    W2P_POLL(poll);
    v4 = v4 + i64_load16_s(m0, v0, 0) * i64_load16_u(m0, v1, 4);
    v0 = v0 + 2u;
    v1 = v1 + v3;
    v2 = v2 - 1u;
    if (v2)
        goto b1;
    return (struct results0){v4, v0};
}

W2P_FRAMED struct results1 f2(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1 = 0, v2 = 0, v3 = 0;

b1:
    W2P_POLL(poll);
    v2 = v2 + i32_load(m0, v1, 0);
    v3 = v3 - i32_load(m0, v1, 4);
    v1 = v1 + 8u;
    if (v1 != v0)
        goto b1;
    return (struct results1){v2, v3};
}
