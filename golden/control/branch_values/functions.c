uint32_t f0(w2p_instance *I, uint32_t v0)
{
    uint32_t x1;

    x1 = 10u;
    if (!v0)
        goto b2;
    x1 = v0 + 10u;
b2:
    return x1;
}

struct results0 f1(w2p_instance *I, uint32_t v0)
{
    uint32_t x1, x2;

    x1 = 1u;
    x2 = 2u;
    if (v0)
        goto b2;
    x1 = 3u;
    x2 = 4u;
b2:
    return (struct results0){x1, x2};
}

W2P_FRAMED uint32_t f2(w2p_instance *I, uint32_t v0)
{
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);

b1:
    W2P_POLL(poll);
    v0 = v0 - 3u;
    if ((int32_t)v0 > 0)
        goto b1;
    return v0;
}
