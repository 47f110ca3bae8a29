uint32_t f0(w2p_instance *I, uint32_t v0)
{
    return v0 * v0;
}

uint32_t f1(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    W2P_CHECK_STACK(I);

    uint32_t t0;

    t0 = f0(I, v0);
    return t0 + f0(I, v1);
}

W2P_RECURSIVE uint64_t f2(w2p_instance *I, uint64_t v0)
{
    W2P_CHECK_STACK(I);

    uint64_t x0;

    if (v0)
        goto b2;
    x0 = 1ull;
    goto b3;
b2:
    x0 = v0 * f2(I, v0 - 1ull);
b3:
    return x0;
}

uint32_t f3(w2p_instance *I, uint32_t v0)
{
    W2P_CHECK_STACK(I);

    uint32_t x0;

    if (v0)
        goto b2;
    x0 = 1u;
    goto b3;
b2:
    x0 = f4(I, v0 - 1u);
b3:
    return x0;
}

uint32_t f4(w2p_instance *I, uint32_t v0)
{
    W2P_CHECK_STACK(I);

    uint32_t x0;

    if (v0)
        goto b2;
    x0 = 0u;
    goto b3;
b2:
    x0 = f3(I, v0 - 1u);
b3:
    return x0;
}

void f5(w2p_instance *I)
{
    return;
}

void f6(w2p_instance *I)
{
    W2P_CHECK_STACK(I);

    f5(I);
    f0(I, 3u);
    return;
}
