/* Numeric instructions that are more than an operator of C, named after their mnemonics.
 *
 * Integers are unsigned. No operation on floats gives a signalling NaN, but those that only move
 * bits: abs, neg, copysign, reinterpret. */

#ifndef W2P_NUMERIC_H
#define W2P_NUMERIC_H

#include <math.h>
#include <string.h>

#include "wasm2py.h"

/* Keep a value from being known when the code is compiled: operations on it are executed then. */
#if defined(__GNUC__) && (defined(__x86_64__) || defined(__SSE2__))
#define W2P_OPAQUE(x) __asm__("" : "+x"(x))
#elif defined(__GNUC__) && defined(__aarch64__)
#define W2P_OPAQUE(x) __asm__("" : "+w"(x))
#else
#define W2P_OPAQUE(x)                                                                              \
    do {                                                                                           \
        volatile __typeof__(x) hidden = (x);                                                       \
        (x) = hidden;                                                                              \
    } while (0)
#endif

/* A constant that an operation must not be left out for: see `-fsignaling-nans` for gcc. */
#ifdef __clang__
static inline float f32_const(float x) {
    W2P_OPAQUE(x);
    return x;
}

static inline double f64_const(double x) {
    W2P_OPAQUE(x);
    return x;
}
#else
#define f32_const(x) (x)
#define f64_const(x) (x)
#endif

/* Bits. */

static inline uint32_t i32_reinterpret_f32(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline uint64_t i64_reinterpret_f64(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float f32_reinterpret_i32(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline double f64_reinterpret_i64(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

#ifdef __GNUC__
static inline uint32_t i32_clz(uint32_t x) {
    return x ? (uint32_t)__builtin_clz(x) : 32;
}

static inline uint32_t i32_ctz(uint32_t x) {
    return x ? (uint32_t)__builtin_ctz(x) : 32;
}

static inline uint64_t i64_clz(uint64_t x) {
    return x ? (uint64_t)__builtin_clzll(x) : 64;
}

static inline uint64_t i64_ctz(uint64_t x) {
    return x ? (uint64_t)__builtin_ctzll(x) : 64;
}
#else
static inline uint64_t i64_clz(uint64_t x) {
    uint64_t zeros = 64;
    int shift;
    for (shift = 32; shift; shift >>= 1)
        if (x >> shift) {
            zeros -= shift;
            x >>= shift;
        }
    return zeros - x;
}

static inline uint64_t i64_ctz(uint64_t x) {
    return x ? 63 - i64_clz(x & (0 - x)) : 64;
}

static inline uint32_t i32_clz(uint32_t x) {
    return (uint32_t)i64_clz(x) - 32;
}

static inline uint32_t i32_ctz(uint32_t x) {
    return (uint32_t)i64_ctz((uint64_t)1 << 32 | x);
}
#endif

static inline uint32_t i32_popcnt(uint32_t x) {
    x -= x >> 1 & 0x55555555u;
    x = (x & 0x33333333u) + (x >> 2 & 0x33333333u);
    x = (x + (x >> 4)) & 0x0F0F0F0Fu;
    return x * 0x01010101u >> 24;
}

static inline uint64_t i64_popcnt(uint64_t x) {
    x -= x >> 1 & 0x5555555555555555ull;
    x = (x & 0x3333333333333333ull) + (x >> 2 & 0x3333333333333333ull);
    x = (x + (x >> 4)) & 0x0F0F0F0F0F0F0F0Full;
    return x * 0x0101010101010101ull >> 56;
}

static inline uint32_t i32_rotl(uint32_t x, uint32_t count) {
    return x << (count & 31) | x >> ((0 - count) & 31);
}

static inline uint32_t i32_rotr(uint32_t x, uint32_t count) {
    return x >> (count & 31) | x << ((0 - count) & 31);
}

static inline uint64_t i64_rotl(uint64_t x, uint64_t count) {
    return x << (count & 63) | x >> ((0 - count) & 63);
}

static inline uint64_t i64_rotr(uint64_t x, uint64_t count) {
    return x >> (count & 63) | x << ((0 - count) & 63);
}

/* Divisions. */

#define W2P_DIVISIONS(i, unsigned_t, signed_t, least)                                              \
    static inline unsigned_t i##_div_u(w2p_instance *I, unsigned_t a, unsigned_t b) {              \
        if (W2P_UNLIKELY(b == 0))                                                                  \
            w2p_trap(I, W2P_DIVIDE_BY_ZERO);                                                       \
        return a / b;                                                                              \
    }                                                                                              \
    static inline unsigned_t i##_rem_u(w2p_instance *I, unsigned_t a, unsigned_t b) {              \
        if (W2P_UNLIKELY(b == 0))                                                                  \
            w2p_trap(I, W2P_DIVIDE_BY_ZERO);                                                       \
        return a % b;                                                                              \
    }                                                                                              \
    static inline unsigned_t i##_div_s(w2p_instance *I, unsigned_t a, unsigned_t b) {              \
        if (W2P_UNLIKELY(b == 0))                                                                  \
            w2p_trap(I, W2P_DIVIDE_BY_ZERO);                                                       \
        if (W2P_UNLIKELY((signed_t)b == -1 && (signed_t)a == least))                               \
            w2p_trap(I, W2P_INTEGER_OVERFLOW);                                                     \
        return (unsigned_t)((signed_t)a / (signed_t)b);                                            \
    }                                                                                              \
    static inline unsigned_t i##_rem_s(w2p_instance *I, unsigned_t a, unsigned_t b) {              \
        if (W2P_UNLIKELY(b == 0))                                                                  \
            w2p_trap(I, W2P_DIVIDE_BY_ZERO);                                                       \
        return (signed_t)b == -1 ? 0 : (unsigned_t)((signed_t)a % (signed_t)b);                    \
    }

W2P_DIVISIONS(i32, uint32_t, int32_t, INT32_MIN)
W2P_DIVISIONS(i64, uint64_t, int64_t, INT64_MIN)

/* Floats. `fN` is the type of C, `uN` the integer of as many bits, `whole` the least number from
 * which on all are integers, `sign` the bit. */

#define W2P_FLOATS(f, i, fN, uN, whole, sign, root)                                                \
    static inline fN f##_abs(fN x) {                                                               \
        return f##_reinterpret_##i(i##_reinterpret_##f(x) & ~(uN)sign);                            \
    }                                                                                              \
    static inline fN f##_neg(fN x) {                                                               \
        return f##_reinterpret_##i(i##_reinterpret_##f(x) ^ sign);                                 \
    }                                                                                              \
    static inline fN f##_copysign(fN x, fN y) {                                                    \
        return f##_reinterpret_##i((i##_reinterpret_##f(x) & ~(uN)sign)                            \
                                   | (i##_reinterpret_##f(y) & sign));                             \
    }                                                                                              \
    static inline fN f##_add(fN x, fN y) {                                                         \
        W2P_OPAQUE(x);                                                                             \
        W2P_OPAQUE(y);                                                                             \
        return x + y;                                                                              \
    }                                                                                              \
    static inline fN f##_nearest(fN x) {                                                           \
        fN size = f##_abs(x), sum = size + whole;                                                  \
        if (size >= whole)                                                                         \
            return x;                                                                              \
        W2P_OPAQUE(sum);                                                                           \
        return f##_copysign(sum - whole, x);                                                       \
    }                                                                                              \
    static inline fN f##_floor(fN x) {                                                             \
        fN near = f##_nearest(x);                                                                  \
        return near > x ? near - 1 : near;                                                         \
    }                                                                                              \
    static inline fN f##_ceil(fN x) {                                                              \
        fN near = f##_nearest(x);                                                                  \
        return near < x ? f##_copysign(near + 1, x) : near;                                        \
    }                                                                                              \
    static inline fN f##_trunc(fN x) {                                                             \
        fN size = f##_abs(x), near = f##_nearest(size);                                            \
        return f##_copysign(near > size ? near - 1 : near, x);                                     \
    }                                                                                              \
    static inline fN f##_sqrt(fN x) {                                                              \
        return root(x);                                                                            \
    }                                                                                              \
    static inline fN f##_min(fN x, fN y) {                                                         \
        if (x < y)                                                                                 \
            return x;                                                                              \
        if (y < x)                                                                                 \
            return y;                                                                              \
        if (x == y)                                                                                \
            return f##_reinterpret_##i(i##_reinterpret_##f(x) | i##_reinterpret_##f(y));           \
        return f##_add(x, y);                                                                      \
    }                                                                                              \
    static inline fN f##_max(fN x, fN y) {                                                         \
        if (x > y)                                                                                 \
            return x;                                                                              \
        if (y > x)                                                                                 \
            return y;                                                                              \
        if (x == y)                                                                                \
            return f##_reinterpret_##i(i##_reinterpret_##f(x) & i##_reinterpret_##f(y));           \
        return f##_add(x, y);                                                                      \
    }

W2P_FLOATS(f32, i32, float, uint32_t, 8388608.0f, 0x80000000u, sqrtf)
W2P_FLOATS(f64, i64, double, uint64_t, 4503599627370496.0, 0x8000000000000000ull, sqrt)

static inline float f32_demote_f64(double x) {
    W2P_OPAQUE(x);
    return (float)x;
}

/* Floats to integers: what is between `above` and `below`, both exclusive, can be converted. */

#define W2P_TRUNCATION(i, f, s, fN, uN, inner, above, below, least, most)                          \
    static inline uN i##_trunc_##f##_##s(w2p_instance *I, fN x) {                                  \
        if (W2P_UNLIKELY(!(x above && x below)))                                                   \
            w2p_trap(I, x != x ? W2P_INVALID_CONVERSION : W2P_INTEGER_OVERFLOW);                   \
        return (uN)(inner)x;                                                                       \
    }                                                                                              \
    static inline uN i##_trunc_sat_##f##_##s(fN x) {                                               \
        if (!(x above))                                                                            \
            return x != x ? 0 : (uN)least;                                                         \
        return x below ? (uN)(inner)x : (uN)most;                                                  \
    }

W2P_TRUNCATION(i32, f32, s, float, uint32_t, int32_t, >= -2147483648.0f, < 2147483648.0f,
               INT32_MIN, INT32_MAX)
W2P_TRUNCATION(i32, f32, u, float, uint32_t, uint32_t, > -1.0f, < 4294967296.0f, 0, UINT32_MAX)
W2P_TRUNCATION(i32, f64, s, double, uint32_t, int32_t, > -2147483649.0, < 2147483648.0,
               INT32_MIN, INT32_MAX)
W2P_TRUNCATION(i32, f64, u, double, uint32_t, uint32_t, > -1.0, < 4294967296.0, 0, UINT32_MAX)
W2P_TRUNCATION(i64, f32, s, float, uint64_t, int64_t, >= -9223372036854775808.0f,
               < 9223372036854775808.0f, INT64_MIN, INT64_MAX)
W2P_TRUNCATION(i64, f32, u, float, uint64_t, uint64_t, > -1.0f, < 18446744073709551616.0f, 0,
               UINT64_MAX)
W2P_TRUNCATION(i64, f64, s, double, uint64_t, int64_t, >= -9223372036854775808.0,
               < 9223372036854775808.0, INT64_MIN, INT64_MAX)
W2P_TRUNCATION(i64, f64, u, double, uint64_t, uint64_t, > -1.0, < 18446744073709551616.0, 0,
               UINT64_MAX)

#endif
