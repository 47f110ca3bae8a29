uint32_t f0(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return v0 & v1;
}

uint32_t f1(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return v0 | v1;
}

uint32_t f2(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return v0 ^ v1;
}

uint32_t f3(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return v0 << (v1 & 31);
}

uint32_t f4(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return (uint32_t)((int32_t)v0 >> (v1 & 31));
}

uint32_t f5(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return v0 >> (v1 & 31);
}

uint32_t f6(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return i32_rotl(v0, v1);
}

uint32_t f7(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return i32_rotr(v0, v1);
}

uint32_t f8(w2p_instance *I, uint32_t v0)
{
    return v0 ^ 0xFFFFFFFFu;
}

uint32_t f9(w2p_instance *I, uint32_t v0)
{
    return (v0 >> 8) & 255u;
}

uint32_t f10(w2p_instance *I, uint32_t v0)
{
    return (uint32_t)((int32_t)(v0 << 24) >> 24);
}

uint32_t f11(w2p_instance *I, uint32_t v0)
{
    return i32_rotl(v0, 7u);
}
