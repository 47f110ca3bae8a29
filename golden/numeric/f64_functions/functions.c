double f0(w2p_instance *I, double v0, double v1)
{
    return f64_min(v0, v1);
}

double f1(w2p_instance *I, double v0, double v1)
{
    return f64_max(v0, v1);
}

double f2(w2p_instance *I, double v0, double v1)
{
    return f64_copysign(v0, v1);
}

double f3(w2p_instance *I, double v0)
{
    return f64_ceil(v0);
}

double f4(w2p_instance *I, double v0)
{
    return f64_floor(v0);
}

double f5(w2p_instance *I, double v0)
{
    return f64_trunc(v0);
}

double f6(w2p_instance *I, double v0)
{
    return f64_nearest(v0);
}
