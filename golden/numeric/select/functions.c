uint32_t f0(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return (int32_t)v0 > (int32_t)v1 ? v0 : v1;
}

uint32_t f1(w2p_instance *I, uint32_t v0)
{
    v0 = (int32_t)v0 >= 0 ? v0 : 0u;
    return (int32_t)v0 <= 255 ? v0 : 255u;
}

W2P_FRAMED uint32_t f2(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint32_t x0;

    x0 = i32_div_u(I, v0, v1);
    return !v1 ? 1u : x0;
}

w2p_ref f3(w2p_instance *I, w2p_ref v0, w2p_ref v1, uint32_t v2)
{
    return v2 ? v0 : v1;
}
