W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    own(I)->g0 = own(I)->g0 + 1u;
    i32_store(m0, 0u, 0, own(I)->g0);
    return i32_div_u(I, 10u, v0);
}

W2P_FRAMED struct results0 f1(w2p_instance *I)
{
    uint8_t *const m0 = I->memory0;

    return (struct results0){own(I)->g0, i32_load(m0, 0u, 0)};
}
