uint32_t f0(w2p_instance *I, uint32_t v0)
{
    uint32_t v1, x0;

    x0 = v0 - 1u;
    switch (x0) {
    case 0: goto b3;
    case 1: goto b1;
    case 2: goto b3;
    case 3: goto b2;
    case 4: goto b3;
    case 5: goto b2;
    case 6: goto b3;
    case 7: goto b3;
    case 8: goto b2;
    case 9: goto b3;
    case 10: goto b2;
    case 11: goto b3;
    default: goto b4;
    }
b1:
    v1 = 28u;
    goto b5;
b2:
    v1 = 30u;
    goto b5;
b3:
    v1 = 31u;
    goto b5;
b4:
    v1 = -1u;
b5:
    return v1;
}

uint32_t f1(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    switch (v0) {
    case 0: goto b1;
    case 1: goto b2;
    case 2: goto b3;
    case 3: goto b4;
    default: goto b5;
    }
b1:
    return v1 + v2;
b2:
    return v1 - v2;
b3:
    return v1 * v2;
b4:
    return v1 ^ v2;
b5:
    return 0u;
}
