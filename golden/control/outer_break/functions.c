W2P_FRAMED struct results0 f0(w2p_instance *I, uint32_t v0)
{
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1, v2;

    v1 = 2u;
b1:
    W2P_POLL(poll);
    v2 = 2u;
b2:
    W2P_POLL(poll);
    if ((v1 * v2) == v0)
        goto b6;
    v2 = v2 + 1u;
    if (v2 <= v0)
        goto b2;
    v1 = v1 + 1u;
    if (v1 <= v0)
        goto b1;
    v1 = 0u;
    v2 = 0u;
b6:
    return (struct results0){v1, v2};
}
