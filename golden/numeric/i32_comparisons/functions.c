uint32_t f0(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return v0 == v1;
}

uint32_t f1(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return v0 != v1;
}

uint32_t f2(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return (int32_t)v0 < (int32_t)v1;
}

uint32_t f3(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return v0 < v1;
}

uint32_t f4(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return (int32_t)v0 > (int32_t)v1;
}

uint32_t f5(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return v0 > v1;
}

uint32_t f6(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return (int32_t)v0 <= (int32_t)v1;
}

uint32_t f7(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return v0 <= v1;
}

uint32_t f8(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return (int32_t)v0 >= (int32_t)v1;
}

uint32_t f9(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return v0 >= v1;
}

uint32_t f10(w2p_instance *I, uint32_t v0)
{
    return v0 == 0;
}

uint32_t f11(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    return ((int32_t)v0 < (int32_t)v1) == 0;
}

uint32_t f12(w2p_instance *I, uint32_t v0)
{
    return (v0 == 0) == 0;
}

uint32_t f13(w2p_instance *I, uint32_t v0)
{
    return (v0 - 48u) < 10u;
}

uint32_t f14(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    return (uint32_t)(v0 == v1) + (uint32_t)(v1 == v2);
}
