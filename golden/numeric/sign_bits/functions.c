uint32_t f0(w2p_instance *I, uint32_t v0)
{
    uint32_t x0;

    x0 = ((0u - (v0 & 1u)) & 0xEDB88320u) ^ ((uint32_t)((int32_t)(v0 << 30) >> 31) & 0x76DC419u);
    return x0 ^ (((uint32_t)((int32_t)v0 >> 31) & 99u) ^ (v0 >> 3));
}

uint32_t f1(w2p_instance *I, uint32_t v0)
{
    return ((v0 << 1) ^ (((uint32_t)(int8_t)v0 >> 7) & 27u)) & 255u;
}

uint64_t f2(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return ((uint64_t)((int64_t)(uint64_t)(int32_t)v0 >> 40) & 1000ull) + ((0ull -
            (uint64_t)((int64_t)v0 < (int64_t)v1)) & 0xFFFFFFFFFFFFFFF0ull);
}

uint32_t f3(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return (0u - (uint32_t)((int32_t)v0 < (int32_t)v1)) & 0xFFFFFFFEu;
}

uint32_t f4(w2p_instance *I, uint32_t v0)
{
    uint32_t x0;

    x0 = (((uint32_t)(int8_t)v0 >> 8) & 0x3000000u) ^ ((0u - (v0 & 3u)) & 5u);
    return ((uint32_t)((int32_t)(uint32_t)(int8_t)v0 >> 6) & 27u) ^ x0;
}

W2P_FRAMED uint32_t f5(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    uint32_t v1 = 0;

    if ((int32_t)(uint32_t)(int8_t)v0 >= 0)
        goto b2;
    v1 = 1u;
b2:
    if ((int32_t)(uint32_t)(int16_t)v0 <= -1)
        goto b4;
    v1 = v1 + 2u;
b4:
    if ((int32_t)(v0 << 3) < 0)
        goto b6;
    v1 = v1 + 4u;
b6:
    if ((int32_t)(uint32_t)(int8_t)i32_load8_u(m0, v0, 0) > -1)
        goto b8;
    v1 = v1 + 8u;
b8:
    return v1;
}

W2P_FRAMED uint32_t f6(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    i32_store8(m0, 0u, 0, (v0 * 0x41C64E6Du + 12345u) >> 16);
    i32_store8(m0, 1u, 0, (v0 * 0x41C64E6Du + 12345u) >> 26);
    return i32_load16_u(m0, 0u, 0);
}
