W2P_FRAMED void f1(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    W2P_CHECK_STACK(I);

    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);

b1:
    W2P_POLL(poll);
    switch (v0) {
    case 0: goto b2;
    case 1: goto b4;
    case 2: goto b5;
    default: goto b6;
    }
b2:
    f0(I, 0u);
    v0 = 1u;
    v1 = v1 - 1u;
    if (!v1)
        goto b6;
    goto b1;
b4:
    f0(I, 1u);
    v0 = v1 & 1u ? 2u : 0u;
    goto b1;
b5:
    f0(I, 2u);
    v0 = 0u;
    goto b1;
b6:
    return;
}
