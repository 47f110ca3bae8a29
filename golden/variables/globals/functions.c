uint32_t f0(w2p_instance *I)
{
    own(I)->g0 = own(I)->g0 + 1u;
    if ((int32_t)own(I)->g0 <= (int32_t)own(I)->g1)
        goto b2;
    own(I)->g0 = 0u;
b2:
    return own(I)->g0;
}

W2P_FRAMED uint64_t f1(w2p_instance *I, double v0)
{
    own(I)->g3 = own(I)->g3 + i64_trunc_f64_s(I, v0 * own(I)->g2);
    return own(I)->g3;
}
