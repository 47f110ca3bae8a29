void f0(w2p_instance *I)
{
    return;
}

W2P_FRAMED void f1(w2p_instance *I, uint32_t v0)
{
    W2P_CHECK_STACK(I);

    call0(w2p_callee(I, 0, v0, 0));
    return;
}

W2P_FRAMED uint32_t f2(w2p_instance *I, uint32_t v0)
{
    W2P_CHECK_STACK(I);

    return call1(w2p_callee(I, 0, v0, 1));
}

W2P_FRAMED void f3(w2p_instance *I, uint32_t v0)
{
    w2p_table_get(I, 0, v0);
    return;
}

W2P_FRAMED void f4(w2p_instance *I, uint32_t v0)
{
    w2p_table_set(I, 0, v0, NULL);
    return;
}
