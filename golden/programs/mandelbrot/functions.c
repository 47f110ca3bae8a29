W2P_FRAMED uint32_t f0(w2p_instance *I, double v0, double v1, uint32_t v2)
{
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    double v3 = f64_const(0.0), v4 = f64_const(0.0), v5;
    uint32_t v6 = 0;

b1:
    W2P_POLL(poll);
    if (v6 >= v2)
        goto b4;
    if ((v3 * v3 + v4 * v4) > 4.0)
        goto b4;
    v5 = v3 * v3 - v4 * v4 + v0;
    v4 = v3 * v4 * 2.0 + v1;
    v3 = v5;
    v6 = v6 + 1u;
    goto b1;
b4:
    return v6;
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0)
{
    W2P_CHECK_STACK(I);

    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1 = 0, v2, v3 = 0;
    double x0;

b1:
    W2P_POLL(poll);
    v2 = 0u;
b2:
    W2P_POLL(poll);
    x0 = (double)v1 * 2.0 / (double)v0 - f64_const(1.0);
    if (f0(I, (double)v2 * 3.0 / (double)v0 - 2.0, x0, 50u) != 50u)
        goto b4;
    v3 = v3 + 1u;
b4:
    v2 = v2 + 1u;
    if (v2 < v0)
        goto b2;
    v1 = v1 + 1u;
    if (v1 < v0)
        goto b1;
    return v3;
}
