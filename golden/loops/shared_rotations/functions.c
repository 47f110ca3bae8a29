W2P_FRAMED uint32_t f0(w2p_instance *I, uint32_t v0, uint32_t v1, uint32_t v2)
{
    const volatile uint8_t *const poll = W2P_POLL_PAGE(I);

b1:
    W2P_POLL(poll);
    v0 = v1 + (i32_rotr(v0, 6u) ^ i32_rotr(v0, 11u) ^ i32_rotl(v0, 7u));
    v1 = v1 ^ i32_rotl(v0, 5u);
    v2 = v2 - 1u;
    if (v2)
        goto b1;
    return v0;
}
