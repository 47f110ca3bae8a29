W2P_FRAMED uint64_t f0(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return i64_div_s(I, v0, v1);
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return i32_rem_u(I, v0, v1);
}

W2P_FRAMED uint32_t f2(w2p_instance *I, uint32_t v0)
{
    return i32_div_s(I, v0, -1u);
}

W2P_FRAMED uint32_t f3(w2p_instance *I, double v0)
{
    return i32_trunc_f64_s(I, v0);
}

W2P_FRAMED uint32_t f4(w2p_instance *I)
{
    return i32_div_u(I, 1u, 0u);
}

W2P_FRAMED uint32_t f5(w2p_instance *I, uint32_t v0)
{
    return i32_div_u(I, 100u, v0 | 1u);
}
