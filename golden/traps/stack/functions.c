W2P_RECURSIVE uint32_t f0(w2p_instance *I, uint32_t v0)
{
    W2P_CHECK_STACK(I);

    return f0(I, v0 + 1u) + 1u;
}

W2P_RECURSIVE uint32_t f1(w2p_instance *I, uint32_t v0)
{
    W2P_CHECK_STACK(I);

    uint32_t x0;

    if (!v0)
        goto b2;
    x0 = f1(I, v0 - 1u) + 1u;
    goto b3;
b2:
    x0 = 0u;
b3:
    return x0;
}
