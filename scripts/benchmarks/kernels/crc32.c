/* Bytes looked up in a table of words. */
static unsigned table[256];
static unsigned char message[4096];

unsigned run(unsigned n) {
    for (unsigned i = 0; i < 256; i++) {
        unsigned c = i;
        for (int bit = 0; bit < 8; bit++)
            c = c & 1 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
        table[i] = c;
    }
    for (unsigned i = 0; i < sizeof message; i++)
        message[i] = (unsigned char)(i * 7 + (i >> 5));
    unsigned crc = ~0u;
    while (n--)
        for (unsigned i = 0; i < sizeof message; i++)
            crc = table[(crc ^ message[i]) & 255] ^ (crc >> 8);
    return ~crc;
}
