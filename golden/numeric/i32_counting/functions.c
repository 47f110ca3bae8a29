uint32_t f0(w2p_instance *I, uint32_t v0)
{
    return i32_clz(v0);
}

uint32_t f1(w2p_instance *I, uint32_t v0)
{
    return i32_ctz(v0);
}

uint32_t f2(w2p_instance *I, uint32_t v0)
{
    return i32_popcnt(v0);
}

uint32_t f3(w2p_instance *I, uint32_t v0)
{
    return 31u - i32_clz(v0);
}

uint32_t f4(w2p_instance *I, uint32_t v0)
{
    return i32_popcnt(v0) == 1u;
}

uint64_t f5(w2p_instance *I)
{
    return i64_clz((uint64_t)5u);
}
