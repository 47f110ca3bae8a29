W2P_FRAMED void f0(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1 = 0;

b1:
    W2P_POLL(poll);
    i32_store(m0, v1, 64, v0);
    v1 = v1 + 4u;
    if (v1 != 256u)
        goto b1;
    return;
}

W2P_FRAMED void f1(w2p_instance *I)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v0 = 0;

b1:
    W2P_POLL(poll);
    i64_store(m0, v0 + 1008u, 0, 0x102030405060708ull);
    i64_store(m0, v0 + 1000u, 0, 0x102030405060708ull);
    v0 = v0 + 16u;
    if (v0 != 320u)
        goto b1;
    return;
}

W2P_FRAMED void f2(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1;

    v1 = 65500u;
b1:
    W2P_POLL(poll);
    i32_store8(m0, v1, 0, 7u);
    v1 = v1 + 1u;
    if (v1 < v0)
        goto b1;
    i32_store(m0, 0u, 0, v1);
    return;
}

W2P_FRAMED uint32_t f3(w2p_instance *I, uint32_t v0, uint32_t v1)
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
