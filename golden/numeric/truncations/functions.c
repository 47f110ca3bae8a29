W2P_FRAMED uint32_t f0(w2p_instance *I, float v0)
{
    return i32_trunc_f32_s(I, v0);
}

W2P_FRAMED uint32_t f1(w2p_instance *I, float v0)
{
    return i32_trunc_f32_u(I, v0);
}

W2P_FRAMED uint32_t f2(w2p_instance *I, double v0)
{
    return i32_trunc_f64_s(I, v0);
}

W2P_FRAMED uint32_t f3(w2p_instance *I, double v0)
{
    return i32_trunc_f64_u(I, v0);
}

W2P_FRAMED uint64_t f4(w2p_instance *I, float v0)
{
    return i64_trunc_f32_s(I, v0);
}

W2P_FRAMED uint64_t f5(w2p_instance *I, float v0)
{
    return i64_trunc_f32_u(I, v0);
}

W2P_FRAMED uint64_t f6(w2p_instance *I, double v0)
{
    return i64_trunc_f64_s(I, v0);
}

W2P_FRAMED uint64_t f7(w2p_instance *I, double v0)
{
    return i64_trunc_f64_u(I, v0);
}
