/* What the parts of the C runtime share.
 *
 * A process may hold several copies of the runtime, one in each native package. They agree on what
 * `struct w2p_process` has: so their functions call each other, and one handler of signals serves
 * all of them. Whatever is here belongs to whoever holds the GIL.
 *
 * Native code never runs Python code but through `w2p_leave` and `w2p_resume`. In between, it has
 * nothing that needs to be released, so a jump may leave it anywhere.
 */

#ifndef W2P_HOST_H
#define W2P_HOST_H

#include <signal.h>
#include <stdint.h>
#include <string.h>

#include "python_abi.h"
#include "signals.h"
#include "system.h"
#include "wasm2py.h"

/* Why native code was left, beside the kinds of traps. */
enum w2p_reason {
    W2P_RAISED = 64,    /* a Python exception is set, which goes on as it is */
    W2P_RAISED_BY_CODE, /* one is set that may be the trap of another copy of the runtime */
    W2P_INTERRUPTED     /* a loop has met a closed page */
};

/* The limit of a stack that has ended: above any stack, also with the size of a frame added. */
#define W2P_NO_STACK ((uintptr_t)1 << 62)

struct w2p_thread;

/* A call from the host. */
struct w2p_entry {
    w2p_jump jump;
    struct w2p_entry *outer;
    struct w2p_host *released; /* the instance that runs, if that is without the GIL; or NULL */
    int64_t deadline;          /* as in w2p_thread */
    /* Note the frames since then: they are of the compiler of the copy that was called. */
    void (*note_frames)(struct w2p_thread *thread, const void *signal_context);
};

/* An object that stays alive, by an address that native code may have of it. */
struct w2p_held {
    PyObject *object;
    uintptr_t key;
    uint8_t is_owner; /* of an instance's code: used until the outermost entry ends */
    uint8_t is_used;
};

/* A set of those: open addressing. */
struct w2p_kept {
    struct w2p_held *places;
    size_t size, count; /* size is 0 or a power of two */
};

/* Where in code the frames of native code were, from the inside: the first of them. */
#define W2P_MOST_FRAMES 100
struct w2p_frames {
    size_t count;
    uintptr_t places[W2P_MOST_FRAMES];
};

struct w2p_thread {
    struct w2p_entry *volatile entry;
    volatile sig_atomic_t native; /* whether native code runs, and not the host */
    unsigned depth;               /* entries, those of all its greenlets */
    uint64_t id;                  /* never used again */
    int is_main;
    uintptr_t stack_low, stack_high; /* the stack, guard included */
    uintptr_t stack_limit;
    uint8_t *poll;                /* the page that its loops load from */
    int64_t deadline;             /* of its call, in nanoseconds of the clock; 0 if there is none */
    volatile sig_atomic_t expired; /* the page is closed for that */
    w2p_running *released;         /* of an instance that runs in it without the GIL */
    struct w2p_thread *next_timed;
    struct w2p_kept kept; /* at most until the outermost entry ends */
    PyThreadState *state; /* while it runs without the GIL, else NULL */
    void *signal_stack;   /* its own one, if it needed one */
    struct w2p_frames frames; /* that were left */
#ifdef _WIN32
    int overflowed; /* the system has to be told that its stack ends again */
#endif
};

/* The address space of a memory that native code uses. */
struct w2p_guarded {
    uint8_t *base;
    volatile uint64_t size;
    uint64_t reserved;
    struct w2p_guarded *next, **link;
};

struct w2p_process {
    w2p_running running;
    uint64_t running_id;
    uint64_t last_id;
    w2p_key key; /* of each thread's struct w2p_thread */
    size_t page_size;
    uint8_t *main_poll; /* the page of the main thread */
    volatile sig_atomic_t interrupted; /* it was closed for a signal */
    struct w2p_guarded *guarded;
    struct w2p_program *programs; /* the modules whose code is loaded */
    size_t active;       /* outermost entries */
    unsigned generation; /* of processes: 1, and one more in the child of each fork */
    struct w2p_thread *forked; /* the thread that the fork has taken along, or NULL */
    unsigned long calls; /* of late, for `w2p_watch_signals` */
    /* Owners of functions that tables have lost while native code might be in them. There is
     * room for all that tables have. */
    PyObject **retired;
    size_t retired_count, retired_room, in_tables;
    void (*let_run)(struct w2p_thread *); /* see deadlines.c */
    int (*set_deadline)(struct w2p_thread *, int64_t);
    int (*has_expired)(struct w2p_thread *, w2p_running *released);
    struct w2p_listener listener; /* to signals */
    int has_frames_described;     /* for unwinders, those of what listens */
#ifdef _WIN32
    void *volatile on_fault; /* the handler, as the system names it */
#endif
    PyObject *is_faulthandler_enabled;
    PyObject *was_faulthandler_enabled; /* what it gave last */
};

extern W2P_HIDDEN struct w2p_process *w2p_process;

/* The module that keeps it, for Python code too. */
#define W2P_SHARED "_wasm2py_native_v4"

/* process.c */
W2P_HIDDEN int w2p_find_process(void);
W2P_HIDDEN struct w2p_thread *w2p_this_thread(void);

/* faults.c */
W2P_HIDDEN void w2p_watch_signals(struct w2p_process *process);
W2P_HIDDEN void w2p_take_over_signals(struct w2p_process *process);
W2P_HIDDEN void w2p_hear_interrupt(void);
W2P_HIDDEN int w2p_take_interrupt(struct w2p_process *process);
W2P_HIDDEN void w2p_end_stack(struct w2p_thread *thread);
W2P_HIDDEN int w2p_is_interrupt_usual(void);
W2P_HIDDEN int w2p_reason_of(const struct w2p_thread *thread, uintptr_t address);

/* signals.c, or exceptions.c: see that faults, and SIGINT where it may, come to the handlers. The
 * first takes no GIL. */
W2P_HIDDEN void w2p_take_faults(void);
W2P_HIDDEN void w2p_take_interrupts(void);
/* Have a version listen with what this copy has. */
W2P_HIDDEN void w2p_listen(struct w2p_listener *listener);
/* See that this thread gets its faults, with room for handling them, also at the end of its stack; -1 if
 * there is none. */
W2P_HIDDEN int w2p_give_fault_stack(struct w2p_thread *thread);
W2P_HIDDEN void w2p_free_fault_stack(struct w2p_thread *thread);
/* After a jump: let the end of this thread's stack be one again. */
#ifdef _WIN32
W2P_HIDDEN void w2p_renew_stack(struct w2p_thread *thread);
#else
static inline void w2p_renew_stack(struct w2p_thread *thread) { (void)thread; }
#endif

/* deadlines.c */
W2P_HIDDEN void w2p_reset_deadlines(struct w2p_process *process);

/* frames.c */

/* The code of a module, for telling which function is where. */
struct w2p_program {
    const w2p_module *module;
    PyObject *frame_of; /* funcidx, offset -> a frame for tracebacks; NULL until it is given */
    int (*find)(struct w2p_program *, uintptr_t place, uint32_t *funcidx);
    struct w2p_start *starts;
    size_t count;
    struct w2p_program *next;
};
extern W2P_HIDDEN struct w2p_program w2p_the_program;

W2P_HIDDEN void w2p_note_frames(struct w2p_thread *thread, const void *signal_context);
W2P_HIDDEN PyObject *w2p_frames_left(struct w2p_thread *thread);

/* entry.c */

/* Python functions that an instance needs, in the order in which Python gives them. */
enum w2p_operation {
    W2P_OP_TRAP,           /* kind -> exception */
    W2P_OP_AS_TRAP,        /* exception of code -> exception */
    W2P_OP_TRACED,         /* exception, frames left -> the exception, with these */
    W2P_OP_FROM_HOST,      /* type, arguments -> raw values */
    W2P_OP_TO_HOST,        /* types, raw values -> tuple of values of the host */
    W2P_OP_RESULTS,        /* type, a host function's result, its name -> raw values */
    W2P_OP_RESOLVE,        /* tableidx, index, typeidx -> owner of the function */
    W2P_OP_MEMORY_GROW,    /* memidx, pages -> former size */
    W2P_OP_MEMORY_INIT,    /* memidx, dataidx, to, from, count */
    W2P_OP_DATA_DROP,      /* dataidx */
    W2P_OP_TABLE_GET,      /* tableidx, index -> reference */
    W2P_OP_TABLE_SET,      /* tableidx, index, reference */
    W2P_OP_TABLE_SIZE,     /* tableidx -> size */
    W2P_OP_TABLE_GROW,     /* tableidx, reference, count -> former size */
    W2P_OP_TABLE_FILL,     /* tableidx, to, reference, count */
    W2P_OP_TABLE_COPY,     /* target, source, to, from, count */
    W2P_OP_TABLE_INIT,     /* tableidx, elemidx, to, from, count */
    W2P_OP_ELEM_DROP,      /* elemidx */
    W2P_OP_REF_FUNC,       /* funcidx -> reference */
    W2P_OP_GLOBAL_GET,     /* globalidx -> raw value */
    W2P_OP_GLOBAL_SET,     /* globalidx, raw value */
    W2P_OPERATIONS
};

/* An instance as Python sees it. Its `instance` is what code has. Nothing of it goes before the
 * whole does: code may run until then, whatever the collector has emptied around it. */
struct w2p_host {
    PyObject_HEAD
    w2p_instance *instance;
    w2p_memory *memories;
    const w2p_table **tables;
    w2p_function *imports;
    uint64_t *types;
    void **globals;
    int64_t time;         /* nanoseconds that a call may take; 0 is any */
    PyObject *operations; /* tuple */
    PyObject *owned;      /* tuple of all that the pointers above lead to */
    /* Of an instance whose code runs without the GIL. It has `running` of its own, and other
     * instances call it by way of Python. */
    int releases_gil;
    unsigned has_released; /* now, in the process of this generation; or 0 */
    w2p_running running;
    /* Of any: the thread that is in it, in so many calls, in the process of this generation. */
    struct w2p_thread *user;
    unsigned calls, generation;
};

/* What Python calls: the `__self__` of an exported function. */
typedef struct {
    PyObject_HEAD
    w2p_function function;
    const w2p_type *type;
    uint64_t externrefs; /* which of its parameters and results are, by bits */
    int is_unsigned;     /* the host's integers are */
    struct w2p_host *host;
    PyObject *handle;      /* the funcref */
    PyObject *python_type; /* the FunctionType */
    PyObject *name;        /* bytes, and so the next */
    PyObject *doc;
    PyMethodDef definition;
} w2p_export;

/* A function of the host, which native code calls as one of its own. */
typedef struct {
    PyObject_HEAD
    w2p_instance instance; /* what the code of `w2p_type.host` gets */
    w2p_function function;
    const w2p_type *type;
    uint64_t externrefs;
    PyObject *callable;
    PyObject *operations;
    PyObject *python_type;
    PyObject *name;
    int is_code;     /* the callable is a WebAssembly function */
    int is_unsigned; /* the host's integers are */
} w2p_host_function;

W2P_HIDDEN PyObject *w2p_call_export(PyObject *export, PyObject *const *args, Py_ssize_t count);
W2P_HIDDEN void w2p_leave(struct w2p_thread *thread);
W2P_HIDDEN void w2p_resume(struct w2p_thread *thread, struct w2p_entry *entry);
W2P_HIDDEN W2P_NORETURN void w2p_unwind(struct w2p_thread *thread, int reason,
                                        const void *signal_context);

W2P_HIDDEN void w2p_take_gil(struct w2p_thread *thread);

/* values.c */
static inline char w2p_kind(const w2p_type *type, uint32_t place) { return type->kinds[place]; }

/* The kind as the host has it: of integers that are unsigned, the capital. */
static inline char w2p_host_kind(const w2p_type *type, uint32_t place, int is_unsigned) {
    char kind = w2p_kind(type, place);
    return is_unsigned && kind == 'i' ? 'I' : is_unsigned && kind == 'l' ? 'L' : kind;
}

W2P_HIDDEN PyObject *w2p_to_host(char kind, int is_externref, const w2p_value *value);
W2P_HIDDEN PyObject *w2p_raw(char kind, const w2p_value *value);
W2P_HIDDEN int w2p_from_raw(char kind, PyObject *raw, w2p_value *into);

/* Whether a value of the host is one that needs no check beyond this one; if so, convert it. */
static inline int w2p_is_usual(char kind, PyObject *value, w2p_value *into) {
    int overflow = 0;
    switch (kind) {
    case 'i': {
        if (!PyLong_CheckExact(value))
            return 0;
        long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
        into->i32 = (uint32_t)number;
        return !overflow && number >= INT32_MIN && number <= (long long)UINT32_MAX;
    }
    case 'l':
        if (!PyLong_CheckExact(value))
            return 0;
        into->i64 = (uint64_t)PyLong_AsLongLongAndOverflow(value, &overflow);
        return !overflow;
    case 'f': {
        if (!PyFloat_CheckExact(value))
            return 0;
        double number = PyFloat_AsDouble(value);
        into->f32 = (float)number;
        return number == number;
    }
    case 'd':
        if (!PyFloat_CheckExact(value))
            return 0;
        into->f64 = PyFloat_AsDouble(value);
        return 1;
    default:
        into->ref = NULL;
        return value == Py_None;
    }
}

/* references.c */
W2P_HIDDEN int w2p_keep(struct w2p_thread *thread, PyObject *object);
W2P_HIDDEN int w2p_keep_owner(struct w2p_thread *thread, PyObject *owner,
                              const w2p_function *function);
W2P_HIDDEN void w2p_let_go(struct w2p_thread *thread);
W2P_HIDDEN int w2p_make_room_to_retire(void);
W2P_HIDDEN void w2p_retire(PyObject *owner);
W2P_HIDDEN void w2p_free_retired(void);

/* The types of Python objects. */
extern W2P_HIDDEN PyTypeObject *w2p_instance_type, *w2p_export_type, *w2p_host_function_type,
    *w2p_guard_type, *w2p_mirror_type;
extern W2P_HIDDEN PyType_Spec w2p_instance_spec, w2p_export_spec, w2p_host_function_spec,
    w2p_guard_spec, w2p_mirror_spec;

/* Objects of any copy of the runtime that shares the process's state give what native code needs of
 * them as capsules, by this attribute. Those of others have none: nothing of theirs is used as it is. */
#define W2P_NATIVE W2P_SHARED
#define W2P_FUNCTION_CAPSULE "wasm2py native function"
#define W2P_OWN_FUNCTION_CAPSULE "wasm2py native function of one instance"
#define W2P_GUARD_CAPSULE "wasm2py native memory"
#define W2P_MIRROR_CAPSULE "wasm2py native table"
W2P_HIDDEN void *w2p_native(PyObject *object, const char *capsule);
W2P_HIDDEN const w2p_function *w2p_own_function(PyObject *object);

/* tables.c */
W2P_HIDDEN void w2p_set_table_user(const w2p_table *table, const struct w2p_host *user);

#endif
