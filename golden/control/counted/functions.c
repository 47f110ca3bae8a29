W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0)
{
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1 = 0, v2 = 0;

b1:
    W2P_POLL(poll);
    if ((int32_t)v1 >= (int32_t)v0)
        goto b3;
    v2 = v2 + v1;
    v1 = v1 + 1u;
    goto b1;
b3:
    return v2;
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1 = 0, v2, v3 = 0;

b1:
    W2P_POLL(poll);
    v2 = 0u;
b2:
    W2P_POLL(poll);
    i32_store(m0, (v1 * v0 + v2) << 2, 0, (v1 + 1u) * (v2 + 1u));
    v2 = v2 + 1u;
    if ((int32_t)v2 < (int32_t)v0)
        goto b2;
    v1 = v1 + 1u;
    if ((int32_t)v1 < (int32_t)v0)
        goto b1;
    v1 = 0u;
b5:
    W2P_POLL(poll);
    v3 = v3 + i32_load(m0, (v1 * (v0 + 1u)) << 2, 0);
    v1 = v1 + 1u;
    if ((int32_t)v1 < (int32_t)v0)
        goto b5;
    return v3;
}
