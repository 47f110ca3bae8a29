W2P_FRAMED void f1(w2p_instance *I, uint32_t v0)
{
    W2P_CHECK_STACK(I);

    switch (v0) {
    case 0: goto b4;
    case 1: goto b3;
    case 2: goto b2;
    default: break;
    }
b1:
    f0(I, 3u);
b2:
    f0(I, 2u);
b3:
    f0(I, 1u);
b4:
    f0(I, 0u);
    return;
}

uint32_t f2(w2p_instance *I, uint32_t v0)
{
    uint32_t v1 = 0;

    switch (v0) {
    case 0: goto b1;
    case 1: goto b2;
    case 2: goto b3;
    default: goto b4;
    }
b1:
    v1 = v1 + 100u;
b2:
    v1 = v1 + 10u;
    goto b4;
b3:
    v1 = 1u;
b4:
    return v1;
}
