W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0)
{
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1, v2, v3 = 0;

    v1 = 1u;
b1:
    W2P_POLL(poll);
    v1 = v1 + 1u;
    if (v1 >= v0)
        goto b7;
    v2 = 2u;
b3:
    W2P_POLL(poll);
    if ((v2 * v2) > v1)
        goto b6;
    if (!i32_rem_u(I, v1, v2))
        goto b1;
    v2 = v2 + 1u;
    goto b3;
b6:
    v3 = v3 + 1u;
    goto b1;
b7:
    return v3;
}
