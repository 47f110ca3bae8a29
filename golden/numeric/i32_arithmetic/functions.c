uint32_t f0(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return v0 + v1;
}

uint32_t f1(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return v0 - v1;
}

uint32_t f2(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return v0 * v1;
}

uint32_t f3(w2p_instance *I, uint32_t v0)
{
    return v0 * v0 * 3u + v0 * 5u - 7u;
}

uint32_t f4(w2p_instance *I, uint32_t v0)
{
    return 0u - v0;
}
