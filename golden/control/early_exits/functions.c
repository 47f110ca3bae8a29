W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v2 = 0;

b1:
    W2P_POLL(poll);
    if (v2 >= v1)
        goto b5;
    if ((v2 * v2) != v0)
        goto b4;
    return v2;
b4:
    v2 = v2 + 1u;
    goto b1;
b5:
    return -1u;
}

uint32_t f1(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    if (!v0)
        goto b2;
    return 1u;
b2:
    if (!v1)
        goto b4;
    return 2u;
b4:
    if (!v2)
        goto b6;
    return 3u;
b6:
    return 0u;
}

uint32_t f2(w2p_instance *I, uint32_t v0)
{
    return v0;
}
