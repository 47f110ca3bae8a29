uint32_t f0(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2, uint32_t v3, uint32_t v4,
        uint32_t v5, uint32_t v6, uint32_t v7, uint32_t v8, uint32_t v9, uint32_t v10, uint32_t v11)
{
    uint32_t x0, x1;

    x0 = v6 * 7u + v7 * 8u + (v8 * 9u + v9 + (v10 - v11));
    x1 = v0 + v1 * 2u + (v2 * 3u + v3 * 4u);
    return x1 + (v4 * 5u + v5 * 6u + x0);
}

W2P_FRAMED uint32_t f1(w2p_instance *I, uint32_t v0)
{
    W2P_CHECK_STACK(I);

    return f0(I, v0, 0x186A0u, 0x30D40u, 0x493E0u, 0x61A80u, 0x7A120u, 0x927C0u, 0xAAE60u, 0xC3500u,
            0xDBBA0u, 0xF4240u, v0);
}
