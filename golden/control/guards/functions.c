W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0)
{
    uint8_t *const m0 = I->memory0;

    if (i32_load8_u(m0, v0, 0) != 71u)
        goto b5;
    if (i32_load8_u(m0, v0, 1) != 69u)
        goto b5;
    if (i32_load8_u(m0, v0, 2) != 84u)
        goto b5;
    if (i32_load8_u(m0, v0, 3) != 32u)
        goto b5;
    return 1u;
b5:
    return 0u;
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0, uint32_t v1)
{
    uint32_t v2 = 0;

    if (!v0)
        goto b3;
    if (!v1)
        goto b3;
    v2 = i32_div_u(I, v0, v1);
    v2 = v2 + 1u;
b3:
    return v2;
}
