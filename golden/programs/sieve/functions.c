W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1, v2, v3 = 0;

    memory_fill(I, 0, 0u, 1u, v0);
    v1 = 2u;
b1:
    W2P_POLL(poll);
    if (v1 >= v0)
        goto b7;
    if (!i32_load8_u(m0, v1, 0))
        goto b6;
    v3 = v3 + 1u;
    v2 = v1 << 1;
b4:
    W2P_POLL(poll);
    if (v2 >= v0)
        goto b6;
    i32_store8(m0, v2, 0, 0u);
    v2 = v2 + v1;
    goto b4;
b6:
    v1 = v1 + 1u;
    goto b1;
b7:
    return v3;
}
