uint32_t f0(w2p_instance *I)
{
    return 1u;
}

uint32_t f1(w2p_instance *I, uint32_t v0)
{
    return v0;
}

uint32_t f2(w2p_instance *I)
{
    return 7u;
}

uint32_t f3(w2p_instance *I, uint32_t v0)
{
    return v0;
}

W2P_FRAMED uint32_t f4(w2p_instance *I, uint32_t v0)
{
    uint32_t x0;

    if (!v0)
        goto b2;
    x0 = 1u;
    goto b3;
b2:
    w2p_trap(I, W2P_UNREACHABLE);
b3:
    return x0;
}
