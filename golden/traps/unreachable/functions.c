W2P_FRAMED void f0(w2p_instance *I)
{
    w2p_trap(I, W2P_UNREACHABLE);
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0)
{
    if (v0 <= 10u)
        goto b2;
    w2p_trap(I, W2P_UNREACHABLE);
b2:
    return v0 * 2u;
}

W2P_FRAMED uint32_t f2(w2p_instance *I, uint32_t v0)
{
    w2p_trap(I, W2P_UNREACHABLE);
}

W2P_FRAMED uint32_t f3(w2p_instance *I, uint32_t v0)
{
    switch (v0) {
    case 0: goto b2;
    default: break;
    }
    w2p_trap(I, W2P_UNREACHABLE);
b2:
    return 1u;
}
