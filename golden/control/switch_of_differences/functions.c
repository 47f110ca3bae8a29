W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    uint32_t x0;

    x0 = i32_load8_u(m0, v0, 0) - 5u;
    switch (x0) {
    case 0: goto b4;
    case 1: goto b3;
    case 2: goto b4;
    case 3: goto b3;
    case 4: goto b4;
    case 5: goto b3;
    case 6: goto b4;
    case 7: goto b3;
    case 8: goto b2;
    case 9: goto b2;
    case 10: goto b4;
    case 11: goto b4;
    case 12: goto b4;
    case 13: goto b4;
    case 14: goto b4;
    case 15: goto b4;
    case 16: goto b4;
    case 17: goto b4;
    case 18: goto b4;
    case 19: goto b4;
    case 20: goto b4;
    case 21: goto b4;
    case 22: goto b4;
    case 23: goto b4;
    case 24: goto b4;
    case 25: goto b4;
    case 26: goto b4;
    case 27: goto b4;
    case 28: goto b4;
    case 29: goto b4;
    case 30: goto b4;
    case 31: goto b3;
    default: break;
    }
    return 40u;
b2:
    return 30u;
b3:
    return 20u;
b4:
    return 10u;
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    uint32_t x0;

    x0 = i32_load8_u(m0, v0, 0) - 5u;
    switch (x0) {
    case 0: goto b2;
    case 2: goto b2;
    default: break;
    }
b1:
    return 20u;
b2:
    return 10u;
}

W2P_FRAMED uint32_t f2(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;
    uint32_t x0;

    x0 = i32_load8_u(m0, v0, 0) - 2u;
    switch (x0) {
    case 0: goto b5;
    case 1: goto b4;
    case 2: goto b3;
    case 3: goto b2;
    default: break;
    }
    return 50u;
b2:
    return 40u;
b3:
    return 30u;
b4:
    return 20u;
b5:
    return 10u;
}
