struct results0 f0(w2p_instance *I, uint64_t v0)
{
    return (struct results0){0ull - v0, (uint32_t)(1ull - v0)};
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    W2P_CHECK_STACK(I);

    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint64_t v2, x0;
    uint32_t v3, v4 = 0, x1;

b1:
    W2P_POLL(poll);
    {
        struct results0 r = f0(I, v0);
        x0 = r.e0;
        x1 = r.e1;
    }
    v3 = x1;
    v2 = x0;
    v4 = v4 + ((uint32_t)((int64_t)v2 < (int64_t)v1) + (uint32_t)((int32_t)v3 >> 1));
    if ((int32_t)v3 > (int32_t)v4)
        goto b1;
    return v4;
}
