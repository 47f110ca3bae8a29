W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v2 = 0;

b1:
    W2P_POLL(poll);
    if (v2 >= v1)
        goto b4;
    if (i32_load8_u(m0, v2, 0) == v0)
        goto b5;
    v2 = v2 + 1u;
    goto b1;
b4:
    return -1u;
b5:
    return v2 + 1000u;
}
