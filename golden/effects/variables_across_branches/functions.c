uint32_t f0(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint32_t x0;

    x0 = v0;
    if (!v1)
        goto b2;
    v0 = 100u;
b2:
    return x0 - v0;
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0)
{
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1 = 0, x0;

    x0 = v0;
b1:
    W2P_POLL(poll);
    v1 = v1 + v0;
    v0 = v0 - 1u;
    if (v0)
        goto b1;
    return x0 * v1;
}

W2P_FRAMED uint32_t f2(w2p_instance *I, uint32_t v0)
{
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1 = 0, v2, x0;

    v2 = 1u;
b1:
    W2P_POLL(poll);
    if (!v0)
        goto b3;
    x0 = v2;
    v2 = v1 + v2;
    v1 = x0;
    v0 = v0 - 1u;
    goto b1;
b3:
    return v1;
}
