uint32_t f0(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return v0 + v1;
}

uint32_t f1(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return v0 - v1;
}

uint32_t f2(w2p_instance *I, uint32_t v0)
{
    return 0u - v0;
}

W2P_FRAMED uint32_t f3(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    W2P_CHECK_STACK(I);

    return call0(w2p_callee(I, 0, v0, 0), v1, v2);
}

W2P_FRAMED uint32_t f4(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    W2P_CHECK_STACK(I);

    return call1(w2p_callee(I, 0, v0, 1), v1);
}

W2P_FRAMED uint32_t f5(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    W2P_CHECK_STACK(I);

    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v2 = 0;

b1:
    W2P_POLL(poll);
    if (!v1)
        goto b3;
    v2 = call0(w2p_callee(I, 0, v0, 0), v2, v1);
    v1 = v1 - 1u;
    goto b1;
b3:
    return v2;
}
