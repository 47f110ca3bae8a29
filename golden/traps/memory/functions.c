W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i32_load8_s(m0, v0, 0);
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i32_load16_u(m0, v0, 0);
}

W2P_FRAMED uint64_t f2(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i64_load(m0, v0, 0);
}

W2P_FRAMED void f3(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    i32_store(m0, v0, 0, 1u);
    return;
}

W2P_FRAMED uint32_t f4(w2p_instance *I)
{
    uint8_t *const m0 = I->memory0;

    return i32_load(m0, -4u, 0);
}

W2P_FRAMED void f5(w2p_instance *I, uint32_t v0)
{
    memory_copy(I, 0, 0, 8u, 0u, v0);
    return;
}

W2P_FRAMED void f6(w2p_instance *I, uint32_t v0)
{
    memory_fill(I, 0, 1u, 0u, v0);
    return;
}
