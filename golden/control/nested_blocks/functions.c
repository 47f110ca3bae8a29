uint32_t f0(w2p_instance *I, uint32_t v0)
{
    uint32_t v1;

    if (v0 < 10u)
        goto b3;
    if (v0 < 100u)
        goto b4;
    v1 = 3u;
    goto b5;
b3:
    v1 = 1u;
    goto b5;
b4:
    v1 = 2u;
b5:
    return v1 * 10u;
}
