uint32_t f0(w2p_instance *I, uint32_t v0)
{
    return (uint32_t)(int8_t)v0;
}

uint32_t f1(w2p_instance *I, uint32_t v0)
{
    return (uint32_t)(int16_t)v0;
}

uint64_t f2(w2p_instance *I, uint64_t v0)
{
    return (uint64_t)(int8_t)v0;
}

uint64_t f3(w2p_instance *I, uint64_t v0)
{
    return (uint64_t)(int16_t)v0;
}

uint64_t f4(w2p_instance *I, uint64_t v0)
{
    return (uint64_t)(int32_t)v0;
}
