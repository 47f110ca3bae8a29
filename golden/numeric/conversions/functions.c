uint32_t f0(w2p_instance *I, uint64_t v0)
{
    return (uint32_t)v0;
}

uint64_t f1(w2p_instance *I, uint32_t v0)
{
    return (uint64_t)(int32_t)v0;
}

uint64_t f2(w2p_instance *I, uint32_t v0)
{
    return (uint64_t)v0;
}

float f3(w2p_instance *I, uint32_t v0)
{
    return (float)(int32_t)v0;
}

float f4(w2p_instance *I, uint32_t v0)
{
    return (float)v0;
}

float f5(w2p_instance *I, uint64_t v0)
{
    return (float)(int64_t)v0;
}

float f6(w2p_instance *I, uint64_t v0)
{
    return (float)v0;
}

double f7(w2p_instance *I, uint32_t v0)
{
    return (double)(int32_t)v0;
}

double f8(w2p_instance *I, uint32_t v0)
{
    return (double)v0;
}

double f9(w2p_instance *I, uint64_t v0)
{
    return (double)(int64_t)v0;
}

double f10(w2p_instance *I, uint64_t v0)
{
    return (double)v0;
}

float f11(w2p_instance *I, double v0)
{
    return f32_demote_f64(v0);
}

double f12(w2p_instance *I, float v0)
{
    return (double)v0;
}
