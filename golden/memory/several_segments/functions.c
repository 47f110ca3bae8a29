W2P_FRAMED uint64_t f0(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    return i64_load(m0, v0, 0);
}
