W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return i32_div_s(I, v0, v1);
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return i32_div_u(I, v0, v1);
}

W2P_FRAMED uint32_t f2(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return i32_rem_s(I, v0, v1);
}

W2P_FRAMED uint32_t f3(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return i32_rem_u(I, v0, v1);
}

uint32_t f4(w2p_instance *I, uint32_t v0)
{
    return (uint32_t)((int32_t)v0 / 10);
}

uint32_t f5(w2p_instance *I, uint32_t v0)
{
    return v0 / 10u;
}

uint32_t f6(w2p_instance *I, uint32_t v0)
{
    return v0 % 10u;
}

W2P_FRAMED uint32_t f7(w2p_instance *I, uint32_t v0)
{
    return i32_rem_s(I, v0, -1u);
}
