uint32_t f0(w2p_instance *I, uint32_t v0)
{
    switch (v0) {
    case 9: goto b1;
    case 10: goto b1;
    case 13: goto b1;
    case 32: goto b1;
    case 48: goto b2;
    case 49: goto b2;
    case 50: goto b2;
    case 51: goto b2;
    case 52: goto b2;
    case 53: goto b2;
    case 54: goto b2;
    case 55: goto b2;
    case 56: goto b2;
    case 57: goto b2;
    default: goto b3;
    }
b1:
    return 1u;
b2:
    return 2u;
b3:
    return 0u;
}
