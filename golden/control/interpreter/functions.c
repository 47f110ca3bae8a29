W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1, v2 = 0, x0;

    v1 = 1024u;
b1:
    W2P_POLL(poll);
    v2 = v2 + 1u;
    x0 = i32_load8_u(m0, v0, 0);
    switch (x0) {
    case 1: goto b2;
    case 2: goto b3;
    case 3: goto b4;
    case 4: goto b5;
    case 5: goto b6;
    default: goto b9;
    }
b2:
    i32_store(m0, v1, 0, i32_load8_u(m0, v0, 1));
    v1 = v1 + 4u;
    v0 = v0 + 2u;
    goto b1;
b3:
    v1 = v1 - 4u;
    i32_store(m0, v1 - 4u, 0, i32_load(m0, v1 - 4u, 0) + i32_load(m0, v1, 0));
    v0 = v0 + 1u;
    goto b1;
b4:
    v1 = v1 - 4u;
    i32_store(m0, v1 - 4u, 0, i32_load(m0, v1 - 4u, 0) * i32_load(m0, v1, 0));
    v0 = v0 + 1u;
    goto b1;
b5:
    i32_store(m0, v1 - 4u, 0, i32_load(m0, v1 - 4u, 0) - 1u);
    v0 = v0 + 1u;
    goto b1;
b6:
    if (!i32_load(m0, v1 - 4u, 0))
        goto b8;
    v0 = v0 - 1u;
    goto b1;
b8:
    v0 = v0 + 2u;
    goto b1;
b9:
    return v2 * 1000u + i32_load(m0, v1 - 4u, 0);
}
