uint32_t f0(w2p_instance *I, double v0, double v1)
{
    return v0 == v1;
}

uint32_t f1(w2p_instance *I, double v0, double v1)
{
    return v0 != v1;
}

uint32_t f2(w2p_instance *I, double v0, double v1)
{
    return v0 < v1;
}

uint32_t f3(w2p_instance *I, double v0, double v1)
{
    return v0 > v1;
}

uint32_t f4(w2p_instance *I, double v0, double v1)
{
    return v0 <= v1;
}

uint32_t f5(w2p_instance *I, double v0, double v1)
{
    return v0 >= v1;
}

uint32_t f6(w2p_instance *I, float v0, float v1)
{
    return v0 < v1;
}

uint32_t f7(w2p_instance *I, double v0, double v1)
{
    return (v0 < v1) == 0;
}

uint32_t f8(w2p_instance *I, double v0)
{
    return v0 != v0;
}
