uint32_t f0(w2p_instance *I)
{
    return 1u;
}

uint32_t f1(w2p_instance *I)
{
    return 2u;
}

uint32_t f2(w2p_instance *I)
{
    return 3u;
}

W2P_FRAMED uint32_t f3(w2p_instance *I, uint32_t v0)
{
    W2P_CHECK_STACK(I);

    return call0(w2p_callee(I, 0, v0, 0));
}

W2P_FRAMED uint32_t f4(w2p_instance *I, uint32_t v0)
{
    W2P_CHECK_STACK(I);

    return call0(w2p_callee(I, 1, v0, 0));
}

W2P_FRAMED void f5(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    w2p_table_init(I, 1, 0, v0, v1, v2);
    return;
}

W2P_FRAMED void f6(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    w2p_table_copy(I, 0, 1, v0, v1, v2);
    return;
}

W2P_FRAMED void f7(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    w2p_table_copy(I, 0, 0, v0, v1, v2);
    return;
}

void f8(w2p_instance *I)
{
    w2p_elem_drop(I, 0);
    return;
}
