/* memory.copy and memory.fill, and the loops that programs without them write instead. */
static unsigned char page[8192], other[8192];

unsigned run(unsigned n) {
    unsigned hash = 0;
    for (unsigned i = 0; i < 8192; i++)
        page[i] = (unsigned char)(i * 13);
    for (unsigned round = 0; round < n; round++) {
        __builtin_memcpy(other, page + (round & 63), 4096);
        __builtin_memset(other + 4096, (int)round, 2048);
        __builtin_memmove(page + 16, page, 4000);
        for (unsigned i = 0; i < 256; i++)
            page[i] = other[4096 + i * 8] + (unsigned char)i;
        for (volatile unsigned char *p = other + 6144; p < other + 6400; p++)
            *p = 1;
        for (unsigned i = 0; i < 8; i++)
            hash = hash * 31 + other[(hash >> 3 & 4095) + i];
    }
    return hash;
}
