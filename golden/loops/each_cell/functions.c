W2P_FRAMED void f0(w2p_instance *I)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v0 = 0;

b1:
    W2P_POLL(poll);
    i32_store16(m0, v0, 0, v0 * 40503u);
    v0 = v0 + 2u;
    if (v0 < 0x10000u)
        goto b1;
    return;
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1, v2, v3 = 0;

    v2 = 1u;
    v1 = 500u;
b1:
    W2P_POLL(poll);
    v2 = (v2 + i32_load8_u(m0, v0, 0)) % 65521u;
    v3 = (v3 + v2) % 65521u;
    v0 = v0 + 1u;
    v1 = v1 - 1u;
    if (v1)
        goto b1;
    return (v3 << 16) | v2;
}

W2P_FRAMED uint32_t f2(w2p_instance *I)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v0, v1, v2 = 0;

    v0 = 400u;
b1:
    W2P_POLL(poll);
    v1 = i32_load16_s(m0, v0, 0) + i32_load(m0, v0, 4);
    if ((int32_t)v1 <= (int32_t)v2)
        goto b3;
    v2 = v1;
    i32_store(m0, 0u, 0, v0);
b3:
    v0 = v0 - 4u;
    if (v0)
        goto b1;
    return v2;
}
