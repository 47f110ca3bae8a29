uint32_t f0(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return v0 == v1;
}

uint32_t f1(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return v0 != v1;
}

uint32_t f2(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return (int64_t)v0 < (int64_t)v1;
}

uint32_t f3(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return v0 < v1;
}

uint32_t f4(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return (int64_t)v0 > (int64_t)v1;
}

uint32_t f5(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return v0 > v1;
}

uint32_t f6(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return (int64_t)v0 <= (int64_t)v1;
}

uint32_t f7(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return v0 <= v1;
}

uint32_t f8(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return (int64_t)v0 >= (int64_t)v1;
}

uint32_t f9(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return v0 >= v1;
}

uint32_t f10(w2p_instance *I, uint64_t v0)
{
    return v0 == 0;
}
