W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v2;

b1:
    W2P_POLL(poll);
    if (!v1)
        goto b3;
    v2 = v1;
    v1 = i32_rem_u(I, v0, v1);
    v0 = v2;
    goto b1;
b3:
    return v0;
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0)
{
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1 = 0;

b1:
    W2P_POLL(poll);
    if (!v0)
        goto b3;
    v1 = v1 + v0;
    v0 = v0 - 1u;
    goto b1;
b3:
    return v1;
}
