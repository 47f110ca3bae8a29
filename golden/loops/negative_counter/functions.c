W2P_FRAMED void f0(w2p_instance *I)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v0;

    v0 = -100u;
b1:
    W2P_POLL(poll);
    i32_store(m0, (v0 << 2) + 1400u, 0, v0 * v0);
    v0 = v0 + 1u;
    if (v0)
        goto b1;
    return;
}

W2P_FRAMED uint32_t f1(w2p_instance *I)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v0, v1 = 0;

    v0 = -400u;
b1:
    W2P_POLL(poll);
    v1 = v1 ^ i32_load(m0, v0 + 1400u, 0);
    v0 = v0 + 4u;
    if (v0 != 0u)
        goto b1;
    return v1;
}
