float f0(w2p_instance *I, float v0, float v1)
{
    return v0 + v1;
}

float f1(w2p_instance *I, float v0, float v1)
{
    return v0 - v1;
}

float f2(w2p_instance *I, float v0, float v1)
{
    return v0 * v1;
}

float f3(w2p_instance *I, float v0, float v1)
{
    return v0 / v1;
}

float f4(w2p_instance *I, float v0, float v1)
{
    return f32_min(v0, v1);
}

float f5(w2p_instance *I, float v0, float v1)
{
    return f32_max(v0, v1);
}

float f6(w2p_instance *I, float v0, float v1)
{
    return f32_copysign(v0, v1);
}

float f7(w2p_instance *I, float v0)
{
    return f32_sqrt(v0);
}

float f8(w2p_instance *I, float v0)
{
    return f32_neg(v0);
}

float f9(w2p_instance *I, float v0)
{
    return f32_abs(v0);
}

float f10(w2p_instance *I, float v0)
{
    return f32_ceil(v0);
}

float f11(w2p_instance *I, float v0)
{
    return f32_floor(v0);
}

float f12(w2p_instance *I, float v0)
{
    return f32_trunc(v0);
}

float f13(w2p_instance *I, float v0)
{
    return f32_nearest(v0);
}

float f14(w2p_instance *I, float v0, float v1, float v2, float v3)
{
    return v0 * v1 + v2 * v3;
}
