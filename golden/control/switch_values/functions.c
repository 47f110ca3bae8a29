uint32_t f0(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint32_t x0, x1, x2, x3, x4;

    x0 = v0;
    x1 = v1;
    x2 = x1;
    x3 = x1;
    x4 = x1;
    switch (x0) {
    case 0: goto b1;
    case 1: goto b2;
    default: goto b3;
    }
b1:
    x3 = 2u * x2;
b2:
    x4 = x3 + 100u;
b3:
    return x4;
}
