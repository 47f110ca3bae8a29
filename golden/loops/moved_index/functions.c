W2P_FRAMED uint32_t f0(w2p_instance *I)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v0, v1 = 0;

    v0 = -8u;
b1:
    W2P_POLL(poll);
    v1 = v1 * 10u + i32_load8_u(m0, v0 + 1032u, 0);
    i32_store8(m0, v0 + 1040u, 0, v1);
    v0 = v0 + 1u;
    if (v0)
        goto b1;
    return v1;
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v2 = 0, v3;

b1:
    W2P_POLL(poll);
    v3 = i32_load8_u(m0, v0, 0);
    if (v3 != 1u)
        goto b3;
    i32_store(m0, v1 + (v2 << 2), 0, i32_load8_u(m0, v0, 1));
    v2 = v2 + 1u;
    v0 = v0 + 2u;
    goto b1;
b3:
    if (v3 != 2u)
        goto b5;
    v2 = v2 - 1u;
    i32_store(m0, v1 + (v2 << 2) - 4u, 0, i32_load(m0, v1 + (v2 << 2) - 4u, 0) + i32_load(m0, v1 +
            (v2 << 2), 0));
    v0 = v0 + 1u;
    goto b1;
b5:
    return i32_load(m0, v1 + (v2 << 2) - 4u, 0);
}
