uint32_t f0(w2p_instance *I, uint32_t v0)
{
    uint32_t v1;

    v1 = v0;
    return v1 + v0;
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0)
{
    W2P_CHECK_STACK(I);

    return f0(I, v0);
}

uint32_t f2(w2p_instance *I, uint32_t v0)
{
    return 0u;
}
