uint32_t f1(w2p_instance *I)
{
    return 1u;
}

uint32_t f2(w2p_instance *I)
{
    return 2u;
}

uint32_t f3(w2p_instance *I)
{
    return 3u;
}

W2P_FRAMED uint32_t f4(w2p_instance *I)
{
    W2P_CHECK_STACK(I);

    f0(I, 5u);
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

uint32_t f9(w2p_instance *I)
{
    return 9u;
}

uint32_t f10(w2p_instance *I)
{
    return 10u;
}
