W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint8_t *const m0 = I->memory0;

    i32_store(m0, v0, 0, v1);
    return i32_load(m0, v0, 0);
}

W2P_FRAMED uint64_t f1(w2p_instance *I, uint32_t v0, uint64_t v1)
{
    uint8_t *const m0 = I->memory0;

    i64_store(m0, v0, 0, v1);
    return i64_load(m0, v0, 0);
}

W2P_FRAMED uint32_t f2(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint8_t *const m0 = I->memory0;

    i32_store(m0, (v0 << 2) + 1024u, 0, v1);
    return i32_load(m0, v0 << 2, 1024);
}

W2P_FRAMED uint32_t f3(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    uint32_t v1;

    v1 = (0x10000u - 24u) & 0xFFFFFFF0u;
    i32_store(m0, v1, 4, v0);
    i32_store(m0, v1, 8, 1u);
    return i32_load(m0, v1, 4) + i32_load(m0, v1, 8);
}
