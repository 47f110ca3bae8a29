W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1, v2, v3 = 0;

b1:
    W2P_POLL(poll);
    v1 = i32_load(m0, v0, 0);
    v2 = v1 + 0x1010101u;
    i32_store(m0, v0, 4, v2);
    v1 = i32_load(m0, v0, 4);
    i32_store(m0, v0, 4, 5u);
    i32_store(m0, v0, 8, v1);
    v0 = v0 + 8u;
    v3 = v3 + 1u;
    if (v3 < 10u)
        goto b1;
    return i32_load(m0, v0, 0);
}
