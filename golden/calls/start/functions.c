W2P_FRAMED void f1(w2p_instance *I)
{
    W2P_CHECK_STACK(I);

    f0(I, own(I)->g0);
    own(I)->g0 = 42u;
    return;
}

uint32_t f2(w2p_instance *I)
{
    return own(I)->g0;
}
