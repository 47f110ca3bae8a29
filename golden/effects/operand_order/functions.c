W2P_FRAMED uint32_t f1(w2p_instance *I)
{
    W2P_CHECK_STACK(I);

    uint32_t t0, t1, t2;

    t0 = f0(I, 1u);
    t2 = t0 * f0(I, 2u);
    t1 = f0(I, 3u);
    return t2 - (t1 + f0(I, 4u));
}

W2P_FRAMED uint32_t f2(w2p_instance *I, uint32_t v0)
{
    W2P_CHECK_STACK(I);

    uint32_t x0, x1;

    x0 = f0(I, 1u);
    x1 = f0(I, 2u);
    return f0(I, v0) ? x0 : x1;
}

uint32_t f3(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    return v1;
}

W2P_FRAMED uint32_t f4(w2p_instance *I)
{
    W2P_CHECK_STACK(I);

    uint32_t t0, t1;

    t0 = f0(I, 7u);
    t1 = f0(I, 8u);
    return f3(I, t0, t1, f0(I, 9u));
}

W2P_FRAMED uint32_t f5(w2p_instance *I)
{
    W2P_CHECK_STACK(I);

    f0(I, 1u);
    f0(I, 2u);
    return f0(I, 3u);
}

W2P_FRAMED uint32_t f6(w2p_instance *I)
{
    W2P_CHECK_STACK(I);

    uint32_t t0;

    t0 = f0(I, 5u);
    return t0 > f0(I, 6u);
}
