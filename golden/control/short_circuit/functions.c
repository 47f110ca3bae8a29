W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    W2P_CHECK_STACK(I);

    if (!f0(I, v0))
        goto b2;
    if (f0(I, v1))
        goto b4;
b2:
    if (f0(I, v2))
        goto b4;
    return 0u;
b4:
    return 1u;
}

uint32_t f2(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint32_t x0, x1;

    if (!v0)
        goto b2;
    x0 = v1 != 3u;
    goto b3;
b2:
    x0 = 0u;
b3:
    if (!x0)
        goto b5;
    x1 = 10u;
    goto b6;
b5:
    x1 = 20u;
b6:
    return x1;
}
