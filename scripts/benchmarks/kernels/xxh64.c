/* 64-bit mixing: XXH64 over n times 1 KiB. */
typedef unsigned long long u64;
#define P1 0x9E3779B185EBCA87ull
#define P2 0xC2B2AE3D27D4EB4Full
#define P3 0x165667B19E3779F9ull
#define P4 0x85EBCA77C2B2AE63ull
#define P5 0x27D4EB2F165667C5ull

static u64 buffer[128];

static u64 rotl(u64 x, int k) { return x << k | x >> (64 - k); }
static u64 mix(u64 acc, u64 lane) { return rotl(acc + lane * P2, 31) * P1; }
static u64 merge(u64 h, u64 acc) { return (h ^ mix(0, acc)) * P1 + P4; }

static u64 xxh64(u64 seed) {
    u64 a = seed + P1 + P2, b = seed + P2, c = seed, d = seed - P1;
    for (int i = 0; i < 128; i += 4) {
        a = mix(a, buffer[i]);
        b = mix(b, buffer[i + 1]);
        c = mix(c, buffer[i + 2]);
        d = mix(d, buffer[i + 3]);
    }
    u64 h = rotl(a, 1) + rotl(b, 7) + rotl(c, 12) + rotl(d, 18);
    h = merge(merge(merge(merge(h, a), b), c), d) + sizeof buffer;
    h = (h ^ h >> 33) * P2;
    h = (h ^ h >> 29) * P3;
    return h ^ h >> 32;
}

u64 run(unsigned n) {
    u64 x = 88172645463325252ull;
    for (int i = 0; i < 128; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        buffer[i] = x;
    }
    u64 hash = 0;
    for (unsigned i = 0; i < n; i++)
        hash = xxh64(hash + i);
    return hash;
}
