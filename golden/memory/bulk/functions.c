W2P_FRAMED void f0(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    memory_fill(I, 0, v0, v1, v2);
    return;
}

W2P_FRAMED void f1(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    memory_copy(I, 0, 0, v0, v1, v2);
    return;
}

W2P_FRAMED void f2(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    w2p_memory_init(I, 0, 0, v0, v1, v2);
    return;
}

void f3(w2p_instance *I)
{
    w2p_data_drop(I, 0);
    return;
}

W2P_FRAMED uint64_t f4(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i64_load(m0, v0, 0);
}
