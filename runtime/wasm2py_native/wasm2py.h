/* What the C of a translated module is written against.
 *
 * Functions of a module take the instance first, then their parameters. A value of type i32 is a
 * uint32_t, i64 a uint64_t, f32 a float, f64 a double, a reference a w2p_ref. Several results are a
 * struct of their own, returned by value. Nothing that generated code holds needs to be released:
 * a trap leaves all native frames at once, by a jump.
 */

#ifndef WASM2PY_H
#define WASM2PY_H

#include <stddef.h>
#include <stdint.h>

/* Generated code of another number does not fit this runtime. */
#define W2P_ABI 2

#if defined(__GNUC__) || defined(__clang__)
#define W2P_NORETURN __attribute__((noreturn, cold))
#define W2P_LIKELY(x) __builtin_expect(!!(x), 1)
#define W2P_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define W2P_HIDDEN __attribute__((visibility("hidden")))
#else
#define W2P_NORETURN
#define W2P_LIKELY(x) (x)
#define W2P_UNLIKELY(x) (x)
#define W2P_HIDDEN
#endif

/* Functions that a trap may leave. They have frames of their own, which tell that they were there,
 * but several frames of one that calls itself may be one. So they are not inlined, and none
 * stands for another. */
#if defined(__TINYC__) || defined(_WIN32)
#ifdef __TINYC__
#undef __attribute__ /* headers may have defined it away */
#define W2P_FRAMED __attribute__((section("w2p_code")))
#else
#define W2P_FRAMED __attribute__((noinline, section(".text$w2p_2")))
#endif
#define W2P_RECURSIVE W2P_FRAMED
#else
#ifdef __clang__
#define W2P_FRAMED __attribute__((noinline))
#define W2P_RECURSIVE
#else
#define W2P_FRAMED __attribute__((noinline, no_icf))
/* gcc puts a small one into itself, some levels deep, only where it is asked to. */
#define W2P_RECURSIVE inline __attribute__((no_icf))
#endif
#endif

/* A reference: NULL is null. It is borrowed: what the thread's outermost call has met stays
 * alive until that call ends. */
typedef struct w2p_object *w2p_ref;

typedef struct w2p_instance w2p_instance;
typedef void (*w2p_code)(void);

/* A function of some instance, as imports and call_indirect use it: called with its instance. */
typedef struct {
    w2p_code code;
    w2p_instance *instance;
} w2p_function;

/* A table element that a call_indirect has looked up; `type` is 0 where nothing is known. */
typedef struct {
    w2p_function function;
    uint64_t type; /* of w2p_instance.types: the same number for the same type, in the process */
} w2p_entry;

/* What is known of a table: its elements up to `length`; others have to be asked for. It is one
 * for all instances that have the table. */
typedef struct {
    w2p_entry *entries;
    uint64_t length;
} w2p_table;

/* A memory. With guard pages, what a 32-bit address and a 32-bit offset reach beyond its size
 * cannot be accessed. */
typedef struct {
    uint8_t *base;
    const volatile uint64_t *size; /* in bytes; grows, never shrinks */
} w2p_memory;

/* The thread that runs native code: whoever holds the GIL. */
typedef struct {
    uintptr_t stack_limit;        /* the lowest address that a frame may have */
    const volatile uint8_t *poll; /* loops load from it; it faults to interrupt them */
    struct w2p_thread *thread;
} w2p_running;

/* What every instance begins with. A module's own struct has it as its first member. */
struct w2p_instance {
    uint8_t *memory0;             /* base of memory 0, which never moves */
    const w2p_running *running;
    const w2p_memory *memories;
    const w2p_table *const *tables;
    const w2p_function *imports;  /* imported functions, by funcidx */
    const uint64_t *types;        /* by typeidx */
    void *const *globals;         /* cells of imported mutable globals that are native, else NULL;
                                     by globalidx */
    struct w2p_host *host;        /* the runtime's own */
    volatile int64_t fuel;        /* what is left, also after a trap; for metered modules */
};

/* A value of any type, where values cross between native code and the host. */
typedef union {
    uint32_t i32;
    uint64_t i64;
    float f32;
    double f64;
    w2p_ref ref;
} w2p_value;

/* A function type. `kinds` has a letter for each parameter, then one for each result: i l f d for
 * i32 i64 f32 f64, r for any reference. */
typedef struct {
    const char *text; /* "i32 i32 -> i32" */
    uint32_t params, results;
    const char *kinds;
    /* Call a function of the type. */
    void (*invoke)(w2p_function function, const w2p_value *args, w2p_value *results);
    /* A function of the type that calls the host, by w2p_call_host with its first parameter. */
    w2p_code host;
} w2p_type;

/* What the runtime has to know of the module; the module's own C defines it. */
typedef struct {
    uint32_t abi;           /* W2P_ABI */
    uint32_t instance_size; /* of the module's own struct */
    uint32_t types_count;
    uint32_t imported_functions;
    uint32_t functions_count; /* imported ones too */
    uint32_t globals_count;
    const w2p_type *types;
    const uint32_t *function_types; /* by funcidx */
    const w2p_code *code;           /* by funcidx, less the number of imported functions */
    const uint32_t *offsets;        /* of the bodies of these in the WebAssembly module */
    const uint32_t *global_cells;   /* by globalidx: offset in the instance; 0 where there is none */
} w2p_module;
W2P_HIDDEN extern const w2p_module w2p_the_module;

/* Call what stands behind a host function. */
W2P_HIDDEN void w2p_call_host(w2p_instance *function, const w2p_value *args, w2p_value *results);

enum w2p_trap_kind {
    W2P_UNREACHABLE = 1,
    W2P_DIVIDE_BY_ZERO,
    W2P_INTEGER_OVERFLOW,
    W2P_INVALID_CONVERSION, /* of a NaN to an integer */
    W2P_MEMORY_BOUNDS,
    W2P_STACK_EXHAUSTED,
    W2P_FUEL_EXHAUSTED,
    W2P_DEADLINE_REACHED
};

/* Leave all frames of native code up to the host's call, with a trap. */
W2P_HIDDEN W2P_NORETURN void w2p_trap(w2p_instance *instance, enum w2p_trap_kind kind);

/* At the beginning of a function that is no leaf. */
#if defined(__GNUC__) && defined(__x86_64__)
static inline uintptr_t w2p_stack_pointer(void) {
    uintptr_t pointer; /* the frame's address would take a register from each function */
    __asm__("mov %%rsp, %0" : "=r"(pointer));
    return pointer;
}
#define W2P_STACK_POINTER() w2p_stack_pointer()
#else
#define W2P_STACK_POINTER() ((uintptr_t)__builtin_frame_address(0))
#endif
#if defined(__TINYC__) && defined(__x86_64__)
/* tcc does not share the room of frames, nor touch their pages in order: what counts is where the
 * frame ends, and a trap is called from its beginning, behind parameters. */
#define W2P_CHECK_STACK_FOR(instance, bytes)                                                       \
    do {                                                                                           \
        uintptr_t end;                                                                             \
        __asm__("mov %%rsp, %0" : "=r"(end));                                                      \
        if (end < (instance)->running->stack_limit) {                                              \
            __asm__("lea -1024(%rbp), %rsp");                                                      \
            w2p_trap((instance), W2P_STACK_EXHAUSTED);                                             \
        }                                                                                          \
    } while (0)
#else
#define W2P_CHECK_STACK_FOR(instance, bytes)                                                       \
    do {                                                                                           \
        if (W2P_UNLIKELY(W2P_STACK_POINTER() < (instance)->running->stack_limit + (bytes)))        \
            w2p_trap((instance), W2P_STACK_EXHAUSTED);                                             \
    } while (0)
#endif
#define W2P_CHECK_STACK(instance) W2P_CHECK_STACK_FOR(instance, 0)

/* In metered modules: a function has so much fuel left, and pays for what it has taken. */
W2P_HIDDEN W2P_NORETURN void w2p_exhaust(w2p_instance *instance);

static inline int64_t fuel_pay(w2p_instance *instance, int64_t fuel) {
    if (W2P_UNLIKELY(fuel < 0))
        w2p_exhaust(instance);
    instance->fuel = fuel;
    return fuel;
}

static inline int64_t fuel_less(int64_t fuel, uint64_t count) {
    const uint64_t most = (uint64_t)1 << 62;
    return fuel - (int64_t)(count < most ? count : most);
}

/* Load a byte whose value does not matter (tcc leaves out an expression whose value is dropped). */
static inline void w2p_read(const volatile uint8_t *byte) {
    uint8_t value = *byte;
    (void)value;
}

/* At each branch back to a loop; `poll` is a local copy of W2P_POLL_PAGE(instance). */
#define W2P_POLL_PAGE(instance) ((instance)->running->poll)
#define W2P_POLL(poll)                                                                             \
    do {                                                                                           \
        uint8_t value = *(poll);                                                                   \
        (void)value;                                                                               \
    } while (0)

/* So many bytes are filled or copied without a look at the page in between. */
#define W2P_AT_A_TIME ((uint64_t)256 << 10)
/* The same of more; what is left early is partly done. */
W2P_HIDDEN void w2p_fill(w2p_instance *, uint8_t *into, uint8_t value, uint64_t count);
W2P_HIDDEN void w2p_copy(w2p_instance *, uint8_t *into, const uint8_t *from, uint64_t count);

/* Look up a table element for a call_indirect: traps where there is none of the type. */
W2P_HIDDEN w2p_function w2p_resolve(w2p_instance *instance, uint32_t tableidx, uint64_t index,
                                    uint32_t typeidx);

static inline w2p_function w2p_callee(w2p_instance *instance, uint32_t tableidx, uint64_t index,
                                      uint32_t typeidx) {
    const w2p_table *table = instance->tables[tableidx];
    if (W2P_LIKELY(index < table->length)) {
        const w2p_entry *entry = &table->entries[index];
        if (W2P_LIKELY(entry->type == instance->types[typeidx]))
            return entry->function;
    }
    return w2p_resolve(instance, tableidx, index, typeidx);
}

/* Instructions that need the runtime, named after their mnemonics. Addresses and indices are
 * those of the operands, zero-extended; a result of -1 has all bits set. */
W2P_HIDDEN uint64_t w2p_memory_grow(w2p_instance *, uint32_t memidx, uint64_t pages);
W2P_HIDDEN void w2p_memory_init(w2p_instance *, uint32_t memidx, uint32_t dataidx, uint64_t to,
                                uint32_t from, uint32_t count);
W2P_HIDDEN void w2p_data_drop(w2p_instance *, uint32_t dataidx);
W2P_HIDDEN w2p_ref w2p_table_get(w2p_instance *, uint32_t tableidx, uint64_t index);
W2P_HIDDEN void w2p_table_set(w2p_instance *, uint32_t tableidx, uint64_t index, w2p_ref value);
W2P_HIDDEN uint64_t w2p_table_size(w2p_instance *, uint32_t tableidx);
W2P_HIDDEN uint64_t w2p_table_grow(w2p_instance *, uint32_t tableidx, w2p_ref value,
                                   uint64_t count);
W2P_HIDDEN void w2p_table_fill(w2p_instance *, uint32_t tableidx, uint64_t to, w2p_ref value,
                               uint64_t count);
W2P_HIDDEN void w2p_table_copy(w2p_instance *, uint32_t target, uint32_t source, uint64_t to,
                               uint64_t from, uint64_t count);
W2P_HIDDEN void w2p_table_init(w2p_instance *, uint32_t tableidx, uint32_t elemidx, uint64_t to,
                               uint32_t from, uint32_t count);
W2P_HIDDEN void w2p_elem_drop(w2p_instance *, uint32_t elemidx);
W2P_HIDDEN w2p_ref w2p_ref_func(w2p_instance *, uint32_t funcidx);

/* Imported mutable globals (and globals of references) that are kept by Python objects. */
W2P_HIDDEN uint32_t w2p_global_get_i32(w2p_instance *, uint32_t globalidx);
W2P_HIDDEN uint64_t w2p_global_get_i64(w2p_instance *, uint32_t globalidx);
W2P_HIDDEN float w2p_global_get_f32(w2p_instance *, uint32_t globalidx);
W2P_HIDDEN double w2p_global_get_f64(w2p_instance *, uint32_t globalidx);
W2P_HIDDEN w2p_ref w2p_global_get_ref(w2p_instance *, uint32_t globalidx);
W2P_HIDDEN void w2p_global_set_i32(w2p_instance *, uint32_t globalidx, uint32_t value);
W2P_HIDDEN void w2p_global_set_i64(w2p_instance *, uint32_t globalidx, uint64_t value);
W2P_HIDDEN void w2p_global_set_f32(w2p_instance *, uint32_t globalidx, float value);
W2P_HIDDEN void w2p_global_set_f64(w2p_instance *, uint32_t globalidx, double value);
W2P_HIDDEN void w2p_global_set_ref(w2p_instance *, uint32_t globalidx, w2p_ref value);

#endif
