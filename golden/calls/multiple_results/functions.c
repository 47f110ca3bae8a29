W2P_FRAMED struct results0 f0(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint32_t t0;

    t0 = i32_div_u(I, v0, v1);
    return (struct results0){t0, i32_rem_u(I, v0, v1)};
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0)
{
    W2P_CHECK_STACK(I);

    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1 = 0, x0, x1;

b1:
    W2P_POLL(poll);
    {
        struct results0 r = f0(I, v0, 10u);
        x0 = r.e0;
        x1 = r.e1;
    }
    v1 = x1 + v1;
    v0 = x0;
    if (v0)
        goto b1;
    return v1;
}

W2P_FRAMED uint32_t f2(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    W2P_CHECK_STACK(I);

    uint32_t x0, x1;

    {
        struct results0 r = f0(I, v0, v1);
        x0 = r.e0;
        x1 = r.e1;
    }
    return x0 - x1;
}

struct results0 f3(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint32_t x0, x1;

    if ((int32_t)v0 <= (int32_t)v1)
        goto b2;
    x0 = v1;
    x1 = v0;
    goto b3;
b2:
    x0 = v0;
    x1 = v1;
b3:
    return (struct results0){x0, x1};
}

struct results1 f4(w2p_instance *I)
{
    return (struct results1){-1u, -2ull, 0.5f, -0.5};
}
