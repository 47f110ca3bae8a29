W2P_FRAMED uint32_t f0(w2p_instance *I)
{
    uint8_t *const m0 = I->memory0;

    return i32_load8_u(m0, 0u, 0) + i32_load8_u(m0, 1u, 0) + (i32_load8_u(m0, 2u, 0) +
            i32_load8_u(m0, 3u, 0));
}

uint32_t f1(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return (v0 + v1) & 255u;
}

uint32_t f2(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return (v0 & 15u) - (v1 & 15u);
}

uint32_t f3(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    return v0 + v1 + v2 + 7u;
}

W2P_FRAMED uint32_t f4(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    uint8_t *const m0 = I->memory0;

    i32_store8(m0, 8u, 0, i32_load8_u(m0, 8u, 0) | ((v2 & 1u) << (v1 & 7u & 31)));
    return i32_load8_u(m0, 8u, 0);
}

uint32_t f5(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return ((v0 << 5) + v0) ^ (v1 & 255u);
}
