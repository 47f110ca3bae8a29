/* Compression: hash chains, overlapping copies, unaligned reads of memory. */
typedef unsigned char u8;
static u8 source[65536], packed[131072], unpacked[65536];
static unsigned short head[1024];

static unsigned word(const u8 *p) {
    unsigned w;
    __builtin_memcpy(&w, p, 4);
    return w;
}

static unsigned compress(unsigned n) {
    unsigned in = 0, out = 0;
    for (unsigned i = 0; i < 1024; i++)
        head[i] = 0;
    while (in + 4 < n) {
        unsigned h = word(source + in) * 2654435761u >> 22;
        unsigned candidate = head[h];
        head[h] = (unsigned short)in;
        if (candidate && word(source + candidate) == word(source + in)) {
            unsigned run = 4;
            while (run < 130 && in + run < n && source[candidate + run] == source[in + run])
                run++;
            unsigned distance = in - candidate;
            packed[out++] = (u8)(0x80 | (run - 4));
            packed[out++] = (u8)distance;
            packed[out++] = (u8)(distance >> 8);
            in += run;
        } else {
            packed[out++] = source[in++] & 0x7F;
        }
    }
    while (in < n)
        packed[out++] = source[in++] & 0x7F;
    return out;
}

static unsigned decompress(unsigned size) {
    unsigned in = 0, out = 0;
    while (in < size) {
        u8 token = packed[in++];
        if (token & 0x80) {
            unsigned run = (token & 0x7F) + 4;
            unsigned distance = packed[in] | (unsigned)packed[in + 1] << 8;
            in += 2;
            for (; run; run--, out++)
                unpacked[out] = unpacked[out - distance];
        } else {
            unpacked[out++] = token;
        }
    }
    return out;
}

/* n is at most 65,536. */
unsigned run(unsigned n) {
    unsigned seed = 3;
    for (unsigned i = 0; i < n; i++) {
        seed = seed * 1103515245u + 12345u;
        source[i] = (u8)("abcdefgh"[seed >> 24 & 3] + ((seed >> 16 & 31) == 0 ? 7 : 0));
    }
    unsigned size = compress(n), hash = size;
    if (decompress(size) != n)
        return 0;
    for (unsigned i = 0; i < n; i++)
        hash = (hash ^ unpacked[i]) * 16777619u;
    return hash;
}
