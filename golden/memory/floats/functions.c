W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    i32_store(m0, 0u, 0, v0);
    f32_store(m0, 4u, 0, f32_load(m0, 0u, 0));
    return i32_load(m0, 4u, 0);
}

W2P_FRAMED uint64_t f1(w2p_instance *I, uint64_t v0)
{
    uint8_t *const m0 = I->memory0;

    i64_store(m0, 8u, 0, v0);
    f64_store(m0, 16u, 0, f64_load(m0, 8u, 0));
    return i64_load(m0, 16u, 0);
}

W2P_FRAMED double f2(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1 = 0;
    double v2 = f64_const(0.0);

b1:
    W2P_POLL(poll);
    f64_store(m0, v1 << 3, 0, (double)v1);
    v2 = v2 + f64_load(m0, v1 << 3, 0);
    v1 = v1 + 1u;
    if (v1 < v0)
        goto b1;
    return v2;
}
