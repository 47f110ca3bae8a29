W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint32_t x0;

    if (!v1)
        goto b2;
    x0 = i32_div_s(I, v0, v1);
    goto b3;
b2:
    x0 = 0u;
b3:
    return x0;
}

W2P_FRAMED uint32_t f2(w2p_instance *I, uint32_t v0)
{
    W2P_CHECK_STACK(I);

    uint32_t x0, x1;

    x0 = f0(I, 1u);
    if (!f0(I, v0))
        goto b2;
    x1 = f0(I, 2u);
    goto b3;
b2:
    x1 = f0(I, 3u);
b3:
    return x0 + x1;
}
