W2P_FRAMED void f0(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);

b1:
    W2P_POLL(poll);
    if (!v2)
        goto b3;
    i32_store8(m0, v0, 0, v1);
    v0 = v0 + 1u;
    v2 = v2 - 1u;
    goto b1;
b3:
    return;
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);

    if (v1 >= 32u)
        goto b2;
    return v0;
b2:
    W2P_POLL(poll);
    i64_store(m0, v0, 24, 0x101010101010101ull);
    i64_store(m0, v0, 16, 0x101010101010101ull);
    i64_store(m0, v0, 8, 0x101010101010101ull);
    i64_store(m0, v0, 0, 0x101010101010101ull);
    v0 = v0 + 32u;
    v1 = v1 - 32u;
    if (v1 > 31u)
        goto b2;
    return v0 - v1;
}

W2P_FRAMED uint32_t f2(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);

b1:
    W2P_POLL(poll);
    i32_store16(m0, v0 << 1, 16, 515u);
    v0 = v0 + 1u;
    if ((int32_t)v0 < (int32_t)v1)
        goto b1;
    return v0;
}

W2P_FRAMED void f3(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);

b1:
    W2P_POLL(poll);
    if (v0 >= v2)
        goto b3;
    i32_store(m0, v0, 0, i32_load(m0, v1, 0));
    v0 = v0 + 4u;
    v1 = v1 + 4u;
    goto b1;
b3:
    return;
}

W2P_FRAMED void f4(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);

    v0 = v0 + v2;
    v1 = v1 + v2;
b1:
    W2P_POLL(poll);
    if (!v2)
        goto b3;
    v0 = v0 - 1u;
    v1 = v1 - 1u;
    v2 = v2 - 1u;
    i32_store8(m0, v0, 0, i32_load8_u(m0, v1, 0));
    goto b1;
b3:
    return;
}

W2P_FRAMED uint32_t f5(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v2 = 0;

b1:
    W2P_POLL(poll);
    v2 = v2 * 3u + i32_load8_u(m0, v0, 0);
    v0 = v0 + 1u;
    v1 = v1 - 1u;
    if ((int32_t)v1 > 0)
        goto b1;
    return v2;
}
