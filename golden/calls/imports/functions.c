W2P_FRAMED uint64_t f2(w2p_instance *I, uint32_t v0)
{
    W2P_CHECK_STACK(I);

    f0(I, v0, (double)(int32_t)v0);
    return f1(I, (uint64_t)(int32_t)v0) + 1ull;
}
