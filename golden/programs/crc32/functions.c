W2P_FRAMED void f0(w2p_instance *I)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v0 = 0, v1, v2;

b1:
    W2P_POLL(poll);
    v2 = v0;
    v1 = 8u;
b2:
    W2P_POLL(poll);
    v2 = (v2 >> 1) ^ ((0u - (v2 & 1u)) & 0xEDB88320u);
    v1 = v1 - 1u;
    if (v1)
        goto b2;
    i32_store(m0, v0 << 2, 0, v2);
    v0 = v0 + 1u;
    if (v0 < 256u)
        goto b1;
    return;
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    W2P_CHECK_STACK(I);

    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v2;

    if (i32_load(m0, 4u, 0))
        goto b2;
    f0(I);
b2:
    v2 = -1u;
b3:
    W2P_POLL(poll);
    if (!v1)
        goto b5;
    v2 = i32_load(m0, ((v2 ^ i32_load8_u(m0, v0, 0)) & 255u) << 2, 0) ^ (v2 >> 8);
    v0 = v0 + 1u;
    v1 = v1 - 1u;
    goto b3;
b5:
    return v2 ^ 0xFFFFFFFFu;
}
