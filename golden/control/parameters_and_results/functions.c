W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0)
{
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t x1, x2, x3;

    x1 = 1u;
    x2 = v0;
b1:
    W2P_POLL(poll);
    v0 = x2;
    x3 = x1 * v0;
    v0 = v0 - 1u;
    x1 = x3;
    x2 = v0;
    if ((int32_t)v0 > 1)
        goto b1;
    return x3;
}

uint32_t f1(w2p_instance *I, uint32_t v0)
{
    uint32_t x2, x3;

    x3 = v0 + 10u;
    x2 = x3;
    if (v0 & 1u)
        goto b2;
    x2 = x3 + 1000u;
b2:
    return x2;
}

struct results0 f2(w2p_instance *I, uint32_t v0)
{
    uint32_t x0, x1, x2;

    x0 = v0;
    if (v0)
        goto b2;
    x1 = x0;
    x2 = 5u;
    goto b3;
b2:
    x1 = x0 - 1u;
    x2 = 6u;
b3:
    return (struct results0){x1, x2};
}
