W2P_FRAMED void f0(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1 = 0;
    float v2;

b1:
    W2P_POLL(poll);
    v2 = f32_load(m0, v1, 0);
    if (!(v2 > 100.0f))
        goto b3;
    v2 = 100.0f;
b3:
    f32_store(m0, v1, 64, v2);
    v1 = v1 + 4u;
    if (v1 < v0)
        goto b1;
    return;
}

W2P_FRAMED void f1(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);
    uint32_t v1 = 0;
    float v2 = f32_const(0.0f);

b1:
    W2P_POLL(poll);
    v2 = v2 * 0.9f + (float)(int32_t)v1;
    f32_store(m0, v1, 96, v2);
    v1 = v1 + 4u;
    if (v1 < v0)
        goto b1;
    return;
}

W2P_FRAMED uint32_t f2(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i32_load(m0, v0, 0);
}
