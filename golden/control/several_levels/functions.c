W2P_FRAMED void f1(w2p_instance *I, uint32_t v0)
{
    W2P_CHECK_STACK(I);

    f0(I, 1u);
    f0(I, 2u);
    f0(I, 3u);
    if (v0 == 0u)
        goto b7;
    f0(I, 4u);
    if (v0 == 1u)
        goto b6;
    f0(I, 5u);
    if (v0 == 2u)
        goto b4;
    f0(I, 6u);
b4:
    f0(I, 7u);
    if (v0 == 3u)
        goto b7;
    f0(I, 8u);
b6:
    f0(I, 9u);
b7:
    f0(I, 10u);
    return;
}
