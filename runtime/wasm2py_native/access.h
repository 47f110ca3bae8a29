/* Instructions on memories and globals.
 *
 * Of a memory with 32-bit addresses, `m` is the base: what is beyond its size cannot be accessed,
 * which traps. With 64-bit addresses, `checked` comes first. */

#ifndef W2P_ACCESS_H
#define W2P_ACCESS_H

#include <string.h>

#include "wasm2py.h"

/* What comes before has been done when what follows begins, as far as memories can tell. */
#ifdef __GNUC__
#define W2P_IN_ORDER() __asm__ volatile("" : : : "memory")
#else
#define W2P_IN_ORDER() ((void)0)
#endif

#ifdef __TINYC__

/* tcc makes calls of all functions, and machine code of each access as it stands. */
#define W2P_CELL(type, m, address, offset) (*(type *)((m) + (uint64_t)(address) + (offset)))
#define W2P_LOAD(type, stored, m, a, o) ((type)W2P_CELL(const stored, m, a, o))
#define W2P_STORE(stored, m, a, o, value) ((void)(W2P_CELL(stored, m, a, o) = (stored)(value)))

#define i32_load(m, a, o) W2P_LOAD(uint32_t, uint32_t, m, a, o)
#define i64_load(m, a, o) W2P_LOAD(uint64_t, uint64_t, m, a, o)
#define i32_load8_s(m, a, o) ((uint32_t)W2P_LOAD(int32_t, int8_t, m, a, o))
#define i32_load8_u(m, a, o) W2P_LOAD(uint32_t, uint8_t, m, a, o)
#define i32_load16_s(m, a, o) ((uint32_t)W2P_LOAD(int32_t, int16_t, m, a, o))
#define i32_load16_u(m, a, o) W2P_LOAD(uint32_t, uint16_t, m, a, o)
#define i64_load8_s(m, a, o) ((uint64_t)W2P_LOAD(int64_t, int8_t, m, a, o))
#define i64_load8_u(m, a, o) W2P_LOAD(uint64_t, uint8_t, m, a, o)
#define i64_load16_s(m, a, o) ((uint64_t)W2P_LOAD(int64_t, int16_t, m, a, o))
#define i64_load16_u(m, a, o) W2P_LOAD(uint64_t, uint16_t, m, a, o)
#define i64_load32_s(m, a, o) ((uint64_t)W2P_LOAD(int64_t, int32_t, m, a, o))
#define i64_load32_u(m, a, o) W2P_LOAD(uint64_t, uint32_t, m, a, o)
#define f32_load(m, a, o) W2P_LOAD(float, float, m, a, o)
#define f64_load(m, a, o) W2P_LOAD(double, double, m, a, o)
#define i32_store(m, a, o, value) W2P_STORE(uint32_t, m, a, o, value)
#define i64_store(m, a, o, value) W2P_STORE(uint64_t, m, a, o, value)
#define i32_store8(m, a, o, value) W2P_STORE(uint8_t, m, a, o, value)
#define i32_store16(m, a, o, value) W2P_STORE(uint16_t, m, a, o, value)
#define i64_store8(m, a, o, value) W2P_STORE(uint8_t, m, a, o, value)
#define i64_store16(m, a, o, value) W2P_STORE(uint16_t, m, a, o, value)
#define i64_store32(m, a, o, value) W2P_STORE(uint32_t, m, a, o, value)
#define f32_store(m, a, o, value) W2P_STORE(float, m, a, o, value)
#define f64_store(m, a, o, value) W2P_STORE(double, m, a, o, value)

#else

/* A load whose value is not needed has to trap all the same. (That gcc keeps it with
 * -fnon-call-exceptions and -fno-delete-dead-exceptions costs more.) */
#define W2P_FORCE(x) __asm__ volatile("" : : "r"(x))

#define W2P_LOAD(name, result, stored, extended)                                                   \
    static inline result name(const uint8_t *m, uint64_t address, uint64_t offset) {               \
        stored value;                                                                              \
        memcpy(&value, m + address + offset, sizeof value);                                        \
        W2P_FORCE(value);                                                                          \
        return (result)(extended)value;                                                            \
    }

/* A store is seen, even if another one follows behind an instruction that traps: so it is volatile.
 * That keeps it in order with all but the loads that follow, even if they cannot be of its bytes. */
#define W2P_UNALIGNED __attribute__((packed, may_alias))
#define W2P_STORE(name, given, stored)                                                             \
    typedef struct {                                                                               \
        stored value;                                                                              \
    } W2P_UNALIGNED w2p_##name;                                                                    \
    static inline void name(uint8_t *m, uint64_t address, uint64_t offset, given value) {          \
        ((volatile w2p_##name *)(m + address + offset))->value = (stored)value;                    \
        W2P_IN_ORDER();                                                                            \
    }

W2P_LOAD(i32_load, uint32_t, uint32_t, uint32_t)
W2P_LOAD(i64_load, uint64_t, uint64_t, uint64_t)
W2P_LOAD(i32_load8_s, uint32_t, int8_t, int32_t)
W2P_LOAD(i32_load8_u, uint32_t, uint8_t, uint32_t)
W2P_LOAD(i32_load16_s, uint32_t, int16_t, int32_t)
W2P_LOAD(i32_load16_u, uint32_t, uint16_t, uint32_t)
W2P_LOAD(i64_load8_s, uint64_t, int8_t, int64_t)
W2P_LOAD(i64_load8_u, uint64_t, uint8_t, uint64_t)
W2P_LOAD(i64_load16_s, uint64_t, int16_t, int64_t)
W2P_LOAD(i64_load16_u, uint64_t, uint16_t, uint64_t)
W2P_LOAD(i64_load32_s, uint64_t, int32_t, int64_t)
W2P_LOAD(i64_load32_u, uint64_t, uint32_t, uint64_t)
W2P_STORE(i32_store, uint32_t, uint32_t)
W2P_STORE(i64_store, uint64_t, uint64_t)
W2P_STORE(i32_store8, uint32_t, uint8_t)
W2P_STORE(i32_store16, uint32_t, uint16_t)
W2P_STORE(i64_store8, uint64_t, uint8_t)
W2P_STORE(i64_store16, uint64_t, uint16_t)
W2P_STORE(i64_store32, uint64_t, uint32_t)

#undef W2P_FORCE
#ifdef __aarch64__
#define W2P_FORCE(x) __asm__ volatile("" : : "w"(x))
#else
#define W2P_FORCE(x) __asm__ volatile("" : : "x"(x))
#endif

W2P_LOAD(f32_load, float, float, float)
W2P_LOAD(f64_load, double, double, double)
W2P_STORE(f32_store, float, float)
W2P_STORE(f64_store, double, double)

#undef W2P_FORCE
#undef W2P_LOAD
#undef W2P_STORE
#undef W2P_UNALIGNED

#endif

/* A load whose value is dropped. */
static inline void touch(const uint8_t *m, uint64_t address, uint64_t offset, uint32_t width) {
    w2p_read(m + address + offset + width - 1);
}

/* The effective address, for memories without guard pages. */
static inline uint64_t checked(w2p_instance *I, uint32_t memidx, uint64_t address, uint64_t offset,
                               uint32_t width) {
    uint64_t size = *I->memories[memidx].size, end = offset + width;
    /* `end` and the sum may wrap around. */
    if (W2P_UNLIKELY(end < offset || size < end || address > size - end))
        w2p_trap(I, W2P_MEMORY_BOUNDS);
    return address + offset;
}

static inline uint8_t *range(w2p_instance *I, uint32_t memidx, uint64_t address, uint64_t count) {
    uint64_t size = *I->memories[memidx].size;
    if (W2P_UNLIKELY(count > size || address > size - count))
        w2p_trap(I, W2P_MEMORY_BOUNDS);
    return I->memories[memidx].base + address;
}

static inline uint64_t memory_size(w2p_instance *I, uint32_t memidx) {
    return *I->memories[memidx].size >> 16;
}

static inline void memory_fill(w2p_instance *I, uint32_t memidx, uint64_t to, uint32_t value,
                               uint64_t count) {
    uint8_t *start = range(I, memidx, to, count);
    W2P_IN_ORDER();
    if (W2P_LIKELY(count <= W2P_AT_A_TIME))
        memset(start, (uint8_t)value, count);
    else
        w2p_fill(I, start, (uint8_t)value, count);
    W2P_IN_ORDER();
}

static inline void memory_copy(w2p_instance *I, uint32_t target, uint32_t source, uint64_t to,
                               uint64_t from, uint64_t count) {
    const uint8_t *start = range(I, source, from, count);
    uint8_t *into = range(I, target, to, count);
    W2P_IN_ORDER();
    if (W2P_LIKELY(count <= W2P_AT_A_TIME))
        memmove(into, start, count);
    else
        w2p_copy(I, into, start, count);
    W2P_IN_ORDER();
}

/* Imported globals that can be set: native cells, or objects of the host. */

#define W2P_GLOBAL(type, value_t)                                                                  \
    static inline value_t global_##type##_get(w2p_instance *I, uint32_t globalidx) {               \
        const value_t *cell = (const value_t *)I->globals[globalidx];                              \
        return W2P_LIKELY(cell != NULL) ? *cell : w2p_global_get_##type(I, globalidx);             \
    }                                                                                              \
    static inline void global_##type##_set(w2p_instance *I, uint32_t globalidx, value_t value) {   \
        volatile value_t *cell = (volatile value_t *)I->globals[globalidx];                        \
        if (W2P_LIKELY(cell != NULL))                                                              \
            *cell = value;                                                                         \
        else                                                                                       \
            w2p_global_set_##type(I, globalidx, value);                                            \
    }

W2P_GLOBAL(i32, uint32_t)
W2P_GLOBAL(i64, uint64_t)
W2P_GLOBAL(f32, float)
W2P_GLOBAL(f64, double)
#undef W2P_GLOBAL

static inline w2p_ref global_ref_get(w2p_instance *I, uint32_t globalidx) {
    return w2p_global_get_ref(I, globalidx);
}

static inline void global_ref_set(w2p_instance *I, uint32_t globalidx, w2p_ref value) {
    w2p_global_set_ref(I, globalidx, value);
}

#endif
