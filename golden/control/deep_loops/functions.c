W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0)
{
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1 = 0, v2 = 0;

b1:
    W2P_POLL(poll);
    v2 = v2 + 1u;
b2:
    W2P_POLL(poll);
    v2 = v2 + 2u;
b3:
    W2P_POLL(poll);
    v2 = v2 + 3u;
b4:
    W2P_POLL(poll);
    v2 = v2 + 4u;
b5:
    W2P_POLL(poll);
    v2 = v2 + 5u;
b6:
    W2P_POLL(poll);
    v2 = v2 + 6u;
b7:
    W2P_POLL(poll);
    v2 = v2 + 7u;
b8:
    W2P_POLL(poll);
    v2 = v2 + 8u;
b9:
    W2P_POLL(poll);
    v2 = v2 + 9u;
b10:
    W2P_POLL(poll);
    v2 = v2 + 10u;
b11:
    W2P_POLL(poll);
    v2 = v2 + 11u;
b12:
    W2P_POLL(poll);
    v2 = v2 + 12u;
b13:
    W2P_POLL(poll);
    v2 = v2 + 13u;
b14:
    W2P_POLL(poll);
    v2 = v2 + 14u;
b15:
    W2P_POLL(poll);
    v2 = v2 + 15u;
b16:
    W2P_POLL(poll);
    v2 = v2 + 16u;
b17:
    W2P_POLL(poll);
    v2 = v2 + 17u;
b18:
    W2P_POLL(poll);
    v2 = v2 + 18u;
b19:
    W2P_POLL(poll);
    v2 = v2 + 19u;
b20:
    W2P_POLL(poll);
    v2 = v2 + 20u;
b21:
    W2P_POLL(poll);
    v2 = v2 + 21u;
b22:
    W2P_POLL(poll);
    v2 = v2 + 22u;
b23:
    W2P_POLL(poll);
    v2 = v2 + 23u;
b24:
    W2P_POLL(poll);
    v2 = v2 + 24u;
    v1 = v1 + 1u;
    if (v1 < (v0 * 1u))
        goto b24;
    if (v1 < (v0 * 2u))
        goto b23;
    if (v1 < (v0 * 3u))
        goto b22;
    if (v1 < (v0 * 4u))
        goto b21;
    if (v1 < (v0 * 5u))
        goto b20;
    if (v1 < (v0 * 6u))
        goto b19;
    if (v1 < (v0 * 7u))
        goto b18;
    if (v1 < (v0 * 8u))
        goto b17;
    if (v1 < (v0 * 9u))
        goto b16;
    if (v1 < (v0 * 10u))
        goto b15;
    if (v1 < (v0 * 11u))
        goto b14;
    if (v1 < (v0 * 12u))
        goto b13;
    if (v1 < (v0 * 13u))
        goto b12;
    if (v1 < (v0 * 14u))
        goto b11;
    if (v1 < (v0 * 15u))
        goto b10;
    if (v1 < (v0 * 16u))
        goto b9;
    if (v1 < (v0 * 17u))
        goto b8;
    if (v1 < (v0 * 18u))
        goto b7;
    if (v1 < (v0 * 19u))
        goto b6;
    if (v1 < (v0 * 20u))
        goto b5;
    if (v1 < (v0 * 21u))
        goto b4;
    if (v1 < (v0 * 22u))
        goto b3;
    if (v1 < (v0 * 23u))
        goto b2;
    if (v1 < (v0 * 24u))
        goto b1;
    return v1 * 0x186A0u + v2;
}
