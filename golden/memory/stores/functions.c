W2P_FRAMED uint64_t f0(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i64_load(m0, v0, 0);
}

W2P_FRAMED void f1(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint8_t *const m0 = I->memory0;

    i32_store(m0, v0, 0, v1);
    return;
}

W2P_FRAMED void f2(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint8_t *const m0 = I->memory0;

    i32_store8(m0, v0, 0, v1);
    return;
}

W2P_FRAMED void f3(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint8_t *const m0 = I->memory0;

    i32_store16(m0, v0, 0, v1);
    return;
}

W2P_FRAMED void f4(w2p_instance *I, uint32_t v0, uint64_t v1)
{
    uint8_t *const m0 = I->memory0;

    i64_store(m0, v0, 0, v1);
    return;
}

W2P_FRAMED void f5(w2p_instance *I, uint32_t v0, uint64_t v1)
{
    uint8_t *const m0 = I->memory0;

    i64_store8(m0, v0, 0, v1);
    return;
}

W2P_FRAMED void f6(w2p_instance *I, uint32_t v0, uint64_t v1)
{
    uint8_t *const m0 = I->memory0;

    i64_store16(m0, v0, 0, v1);
    return;
}

W2P_FRAMED void f7(w2p_instance *I, uint32_t v0, uint64_t v1)
{
    uint8_t *const m0 = I->memory0;

    i64_store32(m0, v0, 0, v1);
    return;
}

W2P_FRAMED void f8(w2p_instance *I, uint32_t v0, float v1)
{
    uint8_t *const m0 = I->memory0;

    f32_store(m0, v0, 0, v1);
    return;
}

W2P_FRAMED void f9(w2p_instance *I, uint32_t v0, double v1)
{
    uint8_t *const m0 = I->memory0;

    f64_store(m0, v0, 0, v1);
    return;
}
