uint64_t f0(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return v0 + v1;
}

uint64_t f1(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return v0 - v1;
}

uint64_t f2(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return v0 * v1;
}

W2P_FRAMED uint64_t f3(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return i64_div_s(I, v0, v1);
}

W2P_FRAMED uint64_t f4(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return i64_div_u(I, v0, v1);
}

W2P_FRAMED uint64_t f5(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return i64_rem_s(I, v0, v1);
}

W2P_FRAMED uint64_t f6(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return i64_rem_u(I, v0, v1);
}

uint32_t f7(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return (uint32_t)(((uint64_t)v0 * (uint64_t)v1) >> 32);
}
