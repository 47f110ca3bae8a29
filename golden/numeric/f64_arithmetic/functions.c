double f0(w2p_instance *I, double v0, double v1)
{
    return v0 + v1;
}

double f1(w2p_instance *I, double v0, double v1)
{
    return v0 - v1;
}

double f2(w2p_instance *I, double v0, double v1)
{
    return v0 * v1;
}

double f3(w2p_instance *I, double v0, double v1)
{
    return v0 / v1;
}

double f4(w2p_instance *I, double v0)
{
    return f64_sqrt(v0);
}

double f5(w2p_instance *I, double v0)
{
    return f64_neg(v0);
}

double f6(w2p_instance *I, double v0)
{
    return f64_abs(v0);
}

double f7(w2p_instance *I, double v0, double v1)
{
    return f64_sqrt(v0 * v0 + v1 * v1);
}
