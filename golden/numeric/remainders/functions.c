W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint8_t *const m0 = I->memory0;

    return i32_load8_u(m0, v0 + (v1 << 1), 0);
}

uint32_t f1(w2p_instance *I, uint32_t v0)
{
    uint32_t v1;

    v1 = v0 * 0x9E3779B1u;
    return (v1 ^ (v1 >> 15)) & 255u;
}

uint32_t f2(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return v0 - v1;
}

uint32_t f3(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return v0 + v1;
}

W2P_FRAMED uint32_t f4(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v2;

b1:
    W2P_POLL(poll);
    v2 = (v0 + v1) >> 1;
    if (i32_load8_u(m0, v2, 0) >= 100u)
        goto b3;
    v0 = v2 + 1u;
    goto b4;
b3:
    v1 = v2;
b4:
    if (v0 < v1)
        goto b1;
    return v0;
}
