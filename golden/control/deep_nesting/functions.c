uint32_t f0(w2p_instance *I, uint32_t v0)
{
    uint32_t v1 = 0;

    if (v0 == 29u)
        goto b31;
    if (v0 == 28u)
        goto b32;
    if (v0 == 27u)
        goto b33;
    if (v0 == 26u)
        goto b34;
    if (v0 == 25u)
        goto b35;
    if (v0 == 24u)
        goto b36;
    if (v0 == 23u)
        goto b37;
    if (v0 == 22u)
        goto b38;
    if (v0 == 21u)
        goto b39;
    if (v0 == 20u)
        goto b40;
    if (v0 == 19u)
        goto b41;
    if (v0 == 18u)
        goto b42;
    if (v0 == 17u)
        goto b43;
    if (v0 == 16u)
        goto b44;
    if (v0 == 15u)
        goto b45;
    if (v0 == 14u)
        goto b46;
    if (v0 == 13u)
        goto b47;
    if (v0 == 12u)
        goto b48;
    if (v0 == 11u)
        goto b49;
    if (v0 == 10u)
        goto b50;
    if (v0 == 9u)
        goto b51;
    if (v0 == 8u)
        goto b52;
    if (v0 == 7u)
        goto b53;
    if (v0 == 6u)
        goto b54;
    if (v0 == 5u)
        goto b55;
    if (v0 == 4u)
        goto b56;
    if (v0 == 3u)
        goto b57;
    if (v0 == 2u)
        goto b58;
    if (v0 == 1u)
        goto b59;
    if (v0 == 0u)
        goto b60;
    return -1u;
b31:
    v1 = v1 * 3u + 29u;
b32:
    v1 = v1 * 3u + 28u;
b33:
    v1 = v1 * 3u + 27u;
b34:
    v1 = v1 * 3u + 26u;
b35:
    v1 = v1 * 3u + 25u;
b36:
    v1 = v1 * 3u + 24u;
b37:
    v1 = v1 * 3u + 23u;
b38:
    v1 = v1 * 3u + 22u;
b39:
    v1 = v1 * 3u + 21u;
b40:
    v1 = v1 * 3u + 20u;
b41:
    v1 = v1 * 3u + 19u;
b42:
    v1 = v1 * 3u + 18u;
b43:
    v1 = v1 * 3u + 17u;
b44:
    v1 = v1 * 3u + 16u;
b45:
    v1 = v1 * 3u + 15u;
b46:
    v1 = v1 * 3u + 14u;
b47:
    v1 = v1 * 3u + 13u;
b48:
    v1 = v1 * 3u + 12u;
b49:
    v1 = v1 * 3u + 11u;
b50:
    v1 = v1 * 3u + 10u;
b51:
    v1 = v1 * 3u + 9u;
b52:
    v1 = v1 * 3u + 8u;
b53:
    v1 = v1 * 3u + 7u;
b54:
    v1 = v1 * 3u + 6u;
b55:
    v1 = v1 * 3u + 5u;
b56:
    v1 = v1 * 3u + 4u;
b57:
    v1 = v1 * 3u + 3u;
b58:
    v1 = v1 * 3u + 2u;
b59:
    v1 = v1 * 3u + 1u;
b60:
    v1 = v1 * 3u;
    return v1;
}
