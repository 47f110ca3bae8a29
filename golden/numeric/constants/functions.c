uint32_t f0(w2p_instance *I)
{
    return 0x80000000u;
}

uint32_t f1(w2p_instance *I)
{
    return -1u;
}

uint64_t f2(w2p_instance *I)
{
    return 0x8000000000000000ull;
}

double f3(w2p_instance *I)
{
    return 5e-324;
}

double f4(w2p_instance *I)
{
    return 1.7976931348623157e+308;
}

double f5(w2p_instance *I)
{
    return f64_const(-0.0);
}

double f6(w2p_instance *I)
{
    return f64_reinterpret_i64(0x7FF0000000000000ull);
}

double f7(w2p_instance *I)
{
    return f64_reinterpret_i64(0xFFF0000000000000ull);
}

double f8(w2p_instance *I)
{
    return f64_const(f64_reinterpret_i64(0x7FF8000000000000ull));
}

uint64_t f9(w2p_instance *I)
{
    return i64_reinterpret_f64(f64_const(f64_reinterpret_i64(0xFFF4000000000001ull)));
}

float f10(w2p_instance *I)
{
    return 0.1f;
}

uint32_t f11(w2p_instance *I)
{
    return i32_reinterpret_f32(f32_const(f32_reinterpret_i32(0x7FA00000u)));
}

double f12(w2p_instance *I)
{
    return f64_neg(f64_const(0.0));
}

double f13(w2p_instance *I)
{
    return -9.223372036854776e+18;
}

float f14(w2p_instance *I)
{
    return -9.223372e+18f;
}

double f15(w2p_instance *I)
{
    return f64_neg(9.223372036854776e+18);
}

double f16(w2p_instance *I, double v0)
{
    return v0 * (-9.223372036854776e+18 - -9.223372036854776e+18);
}
