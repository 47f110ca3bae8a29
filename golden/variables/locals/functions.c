struct results0 f0(w2p_instance *I)
{
    uint32_t v0 = 0;
    uint64_t v1 = 0;
    float v2 = f32_const(0.0f);
    double v3 = f64_const(0.0);
    w2p_ref v4 = 0;

    return (struct results0){v0, v1, v2, v3, v4};
}

struct results1 f1(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint32_t v2;

    v2 = v0;
    v0 = v1;
    v1 = v2;
    return (struct results1){v0, v1};
}

struct results1 f2(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint32_t x0;

    x0 = v0;
    v0 = v1;
    v1 = x0;
    return (struct results1){v0, v1};
}

uint32_t f3(w2p_instance *I, uint32_t v0)
{
    uint32_t v1;

    v1 = v0 + 1u;
    return v1 * v1;
}
