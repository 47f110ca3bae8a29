void f0(w2p_instance *I)
{
    return;
}

uint32_t f1(w2p_instance *I, uint32_t v0)
{
    return v0;
}

uint32_t f2(w2p_instance *I, uint32_t v0)
{
    v0 = v0 + 1u;
    return v0;
}

void f3(w2p_instance *I, uint32_t v0)
{
    if (!v0)
        goto b2;
    return;
b2:
    return;
}
