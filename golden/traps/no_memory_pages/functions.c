W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i32_load(m0, v0, 0);
}

W2P_FRAMED uint32_t f1(w2p_instance *I)
{
    uint8_t *const m0 = I->memory0;
    uint32_t x0;

    x0 = (uint32_t)w2p_memory_grow(I, 0, 1u);
    return i32_load(m0, 0u, 0);
}
