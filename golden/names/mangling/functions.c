uint32_t f0(w2p_instance *I)
{
    return 1u;
}

uint32_t f1(w2p_instance *I, uint32_t v0)
{
    return v0;
}

W2P_FRAMED uint32_t f2(w2p_instance *I)
{
    W2P_CHECK_STACK(I);

    return f0(I);
}

uint32_t f3(w2p_instance *I)
{
    return 3u;
}

uint32_t f4(w2p_instance *I)
{
    return 4u;
}

uint32_t f5(w2p_instance *I)
{
    return 5u;
}

uint32_t f6(w2p_instance *I)
{
    return 6u;
}

uint32_t f7(w2p_instance *I)
{
    return 7u;
}

uint32_t f8(w2p_instance *I)
{
    return 8u;
}
