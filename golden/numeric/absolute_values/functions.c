uint32_t f0(w2p_instance *I, uint32_t v0)
{
    uint32_t v1;

    v1 = (uint32_t)((int32_t)v0 >> 31);
    return (v0 + v1) ^ v1;
}

uint32_t f1(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    uint32_t v3, v4, v5, v6;

    v3 = v0 - v2;
    v4 = v1 - v2;
    v5 = (uint32_t)((int32_t)v3 >> 31);
    v6 = (uint32_t)((int32_t)v4 >> 31);
    return ((v3 ^ v5) - v5) < ((v6 ^ v4) - v6);
}

uint64_t f2(w2p_instance *I, uint64_t v0)
{
    uint64_t v1;

    v1 = (uint64_t)((int64_t)v0 >> 63);
    return v1 - (v0 ^ v1);
}

W2P_FRAMED uint64_t f3(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint64_t v1, v2, v3 = 0;

b1:
    W2P_POLL(poll);
    v2 = i64_load(m0, v0 << 3, 0) - i64_load(m0, v0 << 3, 8);
    v1 = (uint64_t)((int64_t)v2 >> 63);
    v3 = v3 + ((v2 ^ v1) - v1);
    v0 = v0 - 1u;
    if (v0)
        goto b1;
    return v3;
}
