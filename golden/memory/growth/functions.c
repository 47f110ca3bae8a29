uint32_t f0(w2p_instance *I)
{
    uint32_t x0;

    x0 = (uint32_t)memory_size(I, 0);
    return x0;
}

uint32_t f1(w2p_instance *I, uint32_t v0)
{
    uint32_t x0;

    x0 = (uint32_t)w2p_memory_grow(I, 0, v0);
    return x0;
}

W2P_FRAMED void f2(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint8_t *const m0 = I->memory0;

    i32_store(m0, v0, 0, v1);
    return;
}

W2P_FRAMED uint32_t f3(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i32_load(m0, v0, 0);
}

W2P_FRAMED uint32_t f4(w2p_instance *I)
{
    uint8_t *const m0 = I->memory0;
    uint32_t x0;

    i32_store(m0, 65532u, 0, 5u);
    x0 = (uint32_t)w2p_memory_grow(I, 0, 1u);
    i32_store(m0, 0x10000u, 0, 6u);
    return i32_load(m0, 65532u, 0) + i32_load(m0, 0x10000u, 0);
}
