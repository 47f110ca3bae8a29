/* 64-bit integers: random numbers, products of 64 bits, powers modulo a prime. */
typedef unsigned long long u64;

static u64 state;

static u64 next(void) {
    u64 z = state += 0x9E3779B97F4A7C15ull;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ z >> 27) * 0x94D049BB133111EBull;
    return z ^ z >> 31;
}

static u64 power(u64 base, u64 exponent, u64 modulus) {
    u64 result = 1;
    for (base %= modulus; exponent; exponent >>= 1) {
        if (exponent & 1)
            result = result * base % modulus;
        base = base * base % modulus;
    }
    return result;
}

u64 run(unsigned n) {
    state = 1234567;
    u64 hash = 0;
    for (unsigned i = 0; i < n; i++) {
        u64 x = next();
        hash += power(x, next() & 0xFFFF, 4294967291ull) ^ (x >> (i & 63));
        hash = (hash << 5) - (long long)hash / 3;
    }
    return hash;
}
