uint32_t f0(w2p_instance *I, uint32_t v0)
{
    if ((int32_t)v0 >= 0)
        goto b2;
    v0 = 0u - v0;
b2:
    return v0;
}

uint32_t f1(w2p_instance *I, uint32_t v0)
{
    uint32_t v1;

    if ((int32_t)v0 <= 0)
        goto b2;
    v1 = 1u;
    goto b5;
b2:
    if ((int32_t)v0 >= 0)
        goto b4;
    v1 = -1u;
    goto b5;
b4:
    v1 = 0u;
b5:
    return v1;
}

uint32_t f2(w2p_instance *I, uint32_t v0)
{
    uint32_t x0;

    if (!(v0 & 1u))
        goto b2;
    x0 = v0 * 3u + 1u;
    goto b3;
b2:
    x0 = v0 >> 1;
b3:
    return x0;
}

uint32_t f3(w2p_instance *I, uint32_t v0)
{
    if (v0)
        goto b2;
    v0 = 99u;
b2:
    return v0;
}
