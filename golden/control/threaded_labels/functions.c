W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v2;

b1:
    W2P_POLL(poll);
    v2 = i32_load8_u(m0, v0, 0);
    v0 = v0 + 1u;
    switch (v2) {
    case 1: goto b3;
    case 2: goto b5;
    case 3: goto b7;
    case 4: goto b8;
    case 5: goto b9;
    case 6: goto b11;
    default: break;
    }
b2:
    return v1;
b3:
    v1 = v1 + v0;
    if (v1 & 4u)
        goto b7;
    if (!(v1 & 1u))
        goto b11;
b5:
    v1 = v1 * 3u;
    if (v1 & 8u)
        goto b8;
    if (v1 & 2u)
        goto b11;
b7:
    v1 = v1 ^ 85u;
    if (v1 & 2u)
        goto b9;
b8:
    v1 = v1 >> 1;
    if (v1 & 1u)
        goto b11;
b9:
    if (v1 < 1000u)
        goto b11;
    v1 = v1 % 1000u;
b11:
    i32_store8(m0, v0, 32, v1);
    goto b1;
}
