W2P_FRAMED void f0(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1 = 0;

b1:
    W2P_POLL(poll);
    i32_store(m0, v1 << 2, 1024, v1 * 0x9E3779B1u);
    v1 = v1 + 1u;
    if (v1 < v0)
        goto b1;
    return;
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1, v2, v3;

    v1 = 1024u;
    v2 = (v0 << 2) + 1020u;
b1:
    W2P_POLL(poll);
    if (v1 >= v2)
        goto b3;
    v3 = i32_load(m0, v1, 0);
    i32_store(m0, v1, 0, i32_load(m0, v2, 0));
    i32_store(m0, v2, 0, v3);
    v1 = v1 + 4u;
    v2 = v2 - 4u;
    goto b1;
b3:
    return i32_load(m0, v1, 4);
}

W2P_FRAMED uint32_t f2(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i32_load(m0, v0 << 2, 1024);
}
