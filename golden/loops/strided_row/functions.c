W2P_FRAMED void f0(w2p_instance *I)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v0 = 0;

b1:
    W2P_POLL(poll);
    i32_store16(m0, v0 << 4, 6, 258u);
    v0 = v0 + 1u;
    if (v0 != 40u)
        goto b1;
    return;
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1, v2, v3 = 0;

    v1 = 2u;
b1:
    W2P_POLL(poll);
    if (i32_load8_u(m0, v1, 1024))
        goto b4;
    v3 = v3 + 1u;
    v2 = v1;
b3:
    W2P_POLL(poll);
    i32_store8(m0, v2 + 1024u, 0, 1u);
    v2 = v2 + v1;
    if (v2 < v0)
        goto b3;
b4:
    v1 = v1 + 1u;
    if (v1 < v0)
        goto b1;
    return v3;
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
