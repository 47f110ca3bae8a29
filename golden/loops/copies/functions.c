W2P_FRAMED void f0(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);

b1:
    W2P_POLL(poll);
    i32_store(m0, v0, 0, i32_load(m0, v1, 0));
    i32_store(m0, v0, 4, i32_load(m0, v1, 4));
    v0 = v0 + 8u;
    v1 = v1 + 8u;
    v2 = v2 - 2u;
    if (v2)
        goto b1;
    return;
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v3 = 0;

b1:
    W2P_POLL(poll);
    i32_store8(m0, v0 + v3, 0, i32_load8_u(m0, v0 + v3 - v1, 0));
    v3 = v3 + 1u;
    if (v3 != v2)
        goto b1;
    return v0 + v3;
}

W2P_FRAMED uint32_t f2(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v2 = 0;

b1:
    W2P_POLL(poll);
    v2 = v2 * 3u + i32_load8_u(m0, v0, 0);
    v0 = v0 + 1u;
    v1 = v1 - 1u;
    if ((int32_t)v1 > 0)
        goto b1;
    return v2;
}
