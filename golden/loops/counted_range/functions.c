W2P_FRAMED uint32_t f0(w2p_instance *I)
{
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v0 = 0, v1 = 0;

b1:
    W2P_POLL(poll);
    v1 = (v1 * 5u) ^ v0;
    v0 = v0 + 1u;
    if (v0 != 100u)
        goto b1;
    return v1 + v0;
}

W2P_FRAMED uint32_t f1(w2p_instance *I)
{
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v0, v1 = 0;

    v0 = 62u;
b1:
    W2P_POLL(poll);
    v1 = v1 + v0 * v0;
    v0 = v0 - 3u;
    if (v0 != -61u)
        goto b1;
    return v1;
}

W2P_FRAMED uint32_t f2(w2p_instance *I, uint32_t v0)
{
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1 = 0, v2 = 0;

    if (!v0)
        goto b5;
b1:
    W2P_POLL(poll);
    if ((int32_t)v1 > (int32_t)v0)
        goto b5;
    v0 = v0 - 7u;
    v1 = 0u;
b3:
    W2P_POLL(poll);
    v2 = v2 * 3u + v1;
    v1 = v1 + 1u;
    if (v1 != 100u)
        goto b3;
    goto b1;
b5:
    return i32_rotl(v2, 1u);
}
