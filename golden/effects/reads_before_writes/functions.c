W2P_FRAMED uint32_t f0(w2p_instance *I)
{
    uint8_t *const m0 = I->memory0;

    own(I)->g0 = own(I)->g0 + 10u;
    i32_store(m0, 0u, 0, i32_load(m0, 0u, 0) + 100u);
    return own(I)->g0;
}

W2P_FRAMED uint32_t f1(w2p_instance *I)
{
    W2P_CHECK_STACK(I);

    uint32_t t0;

    t0 = own(I)->g0;
    return t0 - f0(I);
}

W2P_FRAMED uint32_t f2(w2p_instance *I)
{
    W2P_CHECK_STACK(I);

    uint8_t *const m0 = I->memory0;
    uint32_t t0;

    t0 = i32_load(m0, 0u, 0);
    return t0 + f0(I) * 0u;
}

uint32_t f3(w2p_instance *I, uint32_t v0)
{
    uint32_t x0;

    x0 = v0;
    v0 = 50u;
    return x0 + v0 * v0;
}

W2P_FRAMED uint32_t f4(w2p_instance *I)
{
    uint8_t *const m0 = I->memory0;
    uint32_t x0;

    x0 = i32_load(m0, 8u, 0);
    i32_store(m0, 8u, 0, 77u);
    return x0 - i32_load(m0, 8u, 0);
}

W2P_FRAMED uint32_t f5(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    uint32_t x0;

    x0 = i32_load(m0, 16u, 0);
    i32_store(m0, v0, 0, 5u);
    return x0;
}
