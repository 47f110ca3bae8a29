W2P_FRAMED w2p_ref f0(w2p_instance *I, uint32_t v0)
{
    return w2p_table_get(I, 0, v0);
}

W2P_FRAMED void f1(w2p_instance *I, uint32_t v0, w2p_ref v1)
{
    w2p_table_set(I, 0, v0, v1);
    return;
}

uint32_t f2(w2p_instance *I)
{
    return (uint32_t)w2p_table_size(I, 0);
}

uint32_t f3(w2p_instance *I, w2p_ref v0, uint32_t v1)
{
    uint32_t x0;

    x0 = (uint32_t)w2p_table_grow(I, 0, v0, v1);
    return x0;
}

W2P_FRAMED void f4(w2p_instance *I, uint32_t v0, w2p_ref v1, uint32_t v2)
{
    w2p_table_fill(I, 0, v0, v1, v2);
    return;
}
