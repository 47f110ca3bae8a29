W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0)
{
    W2P_CHECK_STACK(I);

    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1 = 0, v2 = 0;

b1:
    W2P_POLL(poll);
    v1 = v1 + 1u;
    if (!(v1 & 1u))
        goto b3;
    v2 = v2 + 1u;
    if (v2 > 4u)
        goto b7;
    goto b5;
b3:
    if (v1 < 3u)
        goto b1;
    f0(I, v1);
b5:
    if (v1 < v0)
        goto b1;
    f0(I, 100u);
b7:
    return v1;
}
