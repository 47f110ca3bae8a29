W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint8_t *const m0 = I->memory0;
    uint32_t t0;

    t0 = i32_div_u(I, 1u, v0);
    return t0 + i32_load(m0, v1, 0);
}

W2P_FRAMED uint32_t f2(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint8_t *const m0 = I->memory0;
    uint32_t t0;

    t0 = i32_load(m0, v1, 0);
    return t0 + i32_div_u(I, 1u, v0);
}

W2P_FRAMED void f3(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    touch(m0, v0, 0, 4);
    return;
}

W2P_FRAMED void f4(w2p_instance *I, uint32_t v0)
{
    i32_rem_s(I, 5u, v0);
    return;
}

W2P_FRAMED void f5(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    i32_store(m0, 0x10000u, 0, i32_div_s(I, 1u, v0));
    return;
}

W2P_FRAMED uint32_t f6(w2p_instance *I, uint32_t v0)
{
    W2P_CHECK_STACK(I);

    f0(I, 1u);
    f0(I, i32_div_u(I, 8u, v0));
    return 3u;
}

W2P_FRAMED uint32_t f7(w2p_instance *I)
{
    uint8_t *const m0 = I->memory0;

    i64_store(m0, 65532u, 0, -1ull);
    return 0u;
}

W2P_FRAMED uint32_t f8(w2p_instance *I)
{
    uint8_t *const m0 = I->memory0;

    return i32_load(m0, 65532u, 0);
}
