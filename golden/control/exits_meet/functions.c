W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v3 = 0, v4 = 0;

b1:
    W2P_POLL(poll);
    if (v3 >= v2)
        goto b8;
    if (i32_load8_u(m0, v0 + v3, 0) != i32_load8_u(m0, v1 + v3, 0))
        goto b8;
    if (i32_load8_u(m0, v0 + v3, 1) != i32_load8_u(m0, v1 + v3, 1))
        goto b7;
    v3 = v3 + 2u;
    v4 = v3;
    if (v3 == 8u)
        goto b6;
    goto b1;
b6:
    v4 = 999u;
    goto b8;
b7:
    v4 = v4 | 1u;
b8:
    return v4 * 10u;
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1 = 0, v2, v3 = 0;

b1:
    W2P_POLL(poll);
    v2 = 0u;
b2:
    W2P_POLL(poll);
    if (i32_load8_u(m0, v1 + v2, 0) == 100u)
        goto b5;
    v3 = v3 + 1u;
    v2 = v2 + 1u;
    if (v2 == 3u)
        goto b6;
    goto b2;
b5:
    v3 = v3 + 1000u;
b6:
    v1 = v1 + 1u;
    if (v1 < v0)
        goto b1;
    return v3;
}
