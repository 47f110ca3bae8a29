W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1;

    v1 = i32_load8_s(m0, v0, 0);
    i32_store(m0, 8u, 0, (uint32_t)((int32_t)v1 >> (v0 & 31)));
    v1 = v0 - 200u;
b1:
    W2P_POLL(poll);
    i32_store8(m0, v1 & 63u, 300, v1);
    v1 = v1 + 13u;
    if ((int32_t)v1 < 0)
        goto b1;
    i32_store(m0, 12u, 0, v1);
    v1 = i32_load(m0, 16u, 300);
    return v1 * (v1 ^ i32_load(m0, 12u, 0));
}
