W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0)
{
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1 = 0;

b1:
    W2P_POLL(poll);
    v1 = v1 + 1u;
    v0 = v0 / 10u;
    if (v0)
        goto b1;
    return v1;
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0)
{
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1 = 0;

b1:
    W2P_POLL(poll);
    v1 = v1 * 10u + v0 % 10u;
    v0 = v0 / 10u;
    if (v0 != 0u)
        goto b1;
    return v1;
}
