uint32_t f0(w2p_instance *I, float v0)
{
    return i32_reinterpret_f32(v0);
}

uint64_t f1(w2p_instance *I, double v0)
{
    return i64_reinterpret_f64(v0);
}

float f2(w2p_instance *I, uint32_t v0)
{
    return f32_reinterpret_i32(v0);
}

double f3(w2p_instance *I, uint64_t v0)
{
    return f64_reinterpret_i64(v0);
}

uint32_t f4(w2p_instance *I, uint32_t v0)
{
    return i32_reinterpret_f32(f32_reinterpret_i32(v0));
}

uint32_t f5(w2p_instance *I, uint32_t v0)
{
    float v1;

    v1 = f32_reinterpret_i32(v0);
    return i32_reinterpret_f32(f32_neg(v1));
}
