W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1 = 0, v2 = 0;

    if (!v0)
        goto b2;
b1:
    W2P_POLL(poll);
    v2 = v2 + (i32_load(m0, v1 << 2, 0) ^ v0);
    v1 = v1 + 1u;
    if (v1 < v0)
        goto b1;
b2:
    return i32_rotl(v2, 1u);
}

W2P_FRAMED uint64_t f1(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1 = 0;
    uint64_t v2 = 0;

    if (!v0)
        goto b2;
b1:
    W2P_POLL(poll);
    v2 = v2 - (i64_load(m0, v1 << 3, 0) ^ (uint64_t)v0);
    v1 = v1 + 1u;
    if (v1 < v0)
        goto b1;
b2:
    return i64_rotl(v2, 1ull);
}

W2P_FRAMED uint32_t f2(w2p_instance *I, uint32_t v0)
{
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1;

    v1 = 3u;
b1:
    W2P_POLL(poll);
    v1 = v1 + v1;
    v0 = v0 - 1u;
    if (v0)
        goto b1;
    return v1;
}
