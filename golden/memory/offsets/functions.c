W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i32_load(m0, v0, 8);
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i32_load8_u(m0, v0, 0xFFFFFFFF);
}

W2P_FRAMED uint32_t f2(w2p_instance *I)
{
    uint8_t *const m0 = I->memory0;

    return i32_load8_u(m0, 5u, 5);
}

W2P_FRAMED uint32_t f3(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i32_load8_u(m0, v0 + 8u, 0);
}

W2P_FRAMED uint64_t f4(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i64_load32_u(m0, v0, 0) + i64_load(m0, v0, 4);
}
