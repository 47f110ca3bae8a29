uint32_t f0(w2p_instance *I, uint32_t v0)
{
    return v0;
}

W2P_FRAMED uint32_t f1(w2p_instance *I)
{
    uint8_t *const m0 = I->memory0;
    uint32_t x0;

    x0 = (uint32_t)w2p_memory_grow(I, 0, 1u);
    i32_store(m0, 8u, 0, 42u);
    return 8u;
}

W2P_FRAMED uint32_t f2(w2p_instance *I)
{
    W2P_CHECK_STACK(I);

    uint8_t *const m0 = I->memory0;
    uint32_t x0;

    x0 = f1(I);
    return i32_load(m0, x0, 0);
}

W2P_FRAMED uint32_t f3(w2p_instance *I)
{
    W2P_CHECK_STACK(I);

    uint8_t *const m0 = I->memory0;
    uint32_t x0;

    x0 = f1(I);
    return i32_load8_u(m0, x0, 1);
}

W2P_FRAMED uint32_t f4(w2p_instance *I)
{
    W2P_CHECK_STACK(I);

    uint8_t *const m0 = I->memory0;
    uint32_t x0, x1;

    x0 = (uint32_t)memory_size(I, 0);
    x1 = (x0 << 16) - f1(I);
    return i32_load(m0, x1, 0);
}

W2P_FRAMED uint32_t f5(w2p_instance *I)
{
    W2P_CHECK_STACK(I);

    uint8_t *const m0 = I->memory0;
    uint32_t x0;

    x0 = f1(I);
    i32_store(m0, x0, 0, 7u);
    return i32_load(m0, 8u, 0);
}

W2P_FRAMED float f6(w2p_instance *I)
{
    W2P_CHECK_STACK(I);

    uint8_t *const m0 = I->memory0;
    uint32_t x0;

    x0 = f1(I);
    f32_store(m0, x0, 0, 7.0f);
    return f32_load(m0, 8u, 0);
}

uint32_t f7(w2p_instance *I)
{
    own(I)->g0 = 9u;
    return 1u;
}

W2P_FRAMED uint32_t f8(w2p_instance *I)
{
    W2P_CHECK_STACK(I);

    uint32_t x0;

    x0 = own(I)->g0;
    return call0(w2p_callee(I, 0, f7(I), 0), x0);
}
