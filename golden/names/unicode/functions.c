uint32_t f0(w2p_instance *I)
{
    return 1u;
}

uint32_t f1(w2p_instance *I)
{
    return 2u;
}

uint32_t f2(w2p_instance *I)
{
    return 3u;
}

uint32_t f3(w2p_instance *I)
{
    return 4u;
}

uint32_t f4(w2p_instance *I)
{
    return 5u;
}
