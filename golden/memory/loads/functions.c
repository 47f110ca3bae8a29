W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i32_load(m0, v0, 0);
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i32_load8_s(m0, v0, 0);
}

W2P_FRAMED uint32_t f2(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i32_load8_u(m0, v0, 0);
}

W2P_FRAMED uint32_t f3(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i32_load16_s(m0, v0, 0);
}

W2P_FRAMED uint32_t f4(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i32_load16_u(m0, v0, 0);
}

W2P_FRAMED uint64_t f5(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i64_load(m0, v0, 0);
}

W2P_FRAMED uint64_t f6(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i64_load8_s(m0, v0, 0);
}

W2P_FRAMED uint64_t f7(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i64_load8_u(m0, v0, 0);
}

W2P_FRAMED uint64_t f8(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i64_load16_s(m0, v0, 0);
}

W2P_FRAMED uint64_t f9(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i64_load16_u(m0, v0, 0);
}

W2P_FRAMED uint64_t f10(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i64_load32_s(m0, v0, 0);
}

W2P_FRAMED uint64_t f11(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i64_load32_u(m0, v0, 0);
}

W2P_FRAMED float f12(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return f32_load(m0, v0, 0);
}

W2P_FRAMED double f13(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return f64_load(m0, v0, 0);
}
