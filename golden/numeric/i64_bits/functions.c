uint64_t f0(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return v0 & v1;
}

uint64_t f1(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return v0 | v1;
}

uint64_t f2(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return v0 ^ v1;
}

uint64_t f3(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return v0 << (v1 & 63);
}

uint64_t f4(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return (uint64_t)((int64_t)v0 >> (v1 & 63));
}

uint64_t f5(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return v0 >> (v1 & 63);
}

uint64_t f6(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return i64_rotl(v0, v1);
}

uint64_t f7(w2p_instance *I, uint64_t v0, uint64_t v1)
{
    return i64_rotr(v0, v1);
}

uint64_t f8(w2p_instance *I, uint64_t v0)
{
    return i64_clz(v0);
}

uint64_t f9(w2p_instance *I, uint64_t v0)
{
    return i64_ctz(v0);
}

uint64_t f10(w2p_instance *I, uint64_t v0)
{
    return i64_popcnt(v0);
}

uint64_t f11(w2p_instance *I, uint64_t v0)
{
    v0 = v0 ^ (v0 << 13);
    v0 = v0 ^ (v0 >> 7);
    return v0 ^ (v0 << 17);
}
