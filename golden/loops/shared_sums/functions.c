W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v2 = 0, v3, v4;

b1:
    W2P_POLL(poll);
    v4 = i32_load8_u(m0, v0, 0);
    v0 = v0 + 1u;
    if (v4 >= 100u)
        goto b3;
    i32_store(m0, v1 + (v2 << 2), 0, v4);
    v2 = v2 + 1u;
    goto b1;
b3:
    if (v4 != 100u)
        goto b5;
    v3 = v1 + (v2 << 2) - 8u;
    v4 = v2 - 1u;
    i32_store(m0, v3, 0, i32_load(m0, v3, 0) * i32_load(m0, v1 + (v4 << 2), 0));
    v2 = v4;
    goto b1;
b5:
    return i32_load(m0, v1 + (v2 << 2) - 4u, 0);
}
