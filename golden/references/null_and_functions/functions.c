uint32_t f0(w2p_instance *I)
{
    return 5u;
}

w2p_ref f1(w2p_instance *I)
{
    return NULL;
}

w2p_ref f2(w2p_instance *I)
{
    return NULL;
}

w2p_ref f3(w2p_instance *I)
{
    return w2p_ref_func(I, 0);
}

uint32_t f4(w2p_instance *I, w2p_ref v0)
{
    return v0 == NULL;
}

uint32_t f5(w2p_instance *I)
{
    return w2p_ref_func(I, 0) == NULL;
}

w2p_ref f6(w2p_instance *I, w2p_ref v0)
{
    return v0;
}
