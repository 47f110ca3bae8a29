/* Handlers of signals: one for all versions of the runtime in a process.
 *
 * Each is set anew when another one has been set. If there were one of each version, these and those of
 * others would pass signals on in a ring. So what is here is the same in all versions: to change it takes
 * another W2P_SIGNALS. */

#ifndef W2P_SIGNALS_H
#define W2P_SIGNALS_H

#include <signal.h>

#include "system.h"

/* The module that keeps `struct w2p_signals`. */
#define W2P_SIGNALS "_wasm2py_signals_v1"

#ifndef _WIN32
typedef void w2p_handler(int number, siginfo_t *info, void *context);

/* What was done about a signal before a handler of ours was set. */
struct w2p_former {
    struct sigaction action;
    struct w2p_former *volatile older;
};

/* A signal that a thread is passing on to a former handler. That may come back with it, as what was before
 * it may be a handler of ours, or leave by a jump. */
struct w2p_passing {
    uintptr_t thread; /* 0 is none */
    uintptr_t place;  /* where on the stack; 0 if it is over */
    const void *stack, *context;
    struct w2p_former *next; /* for when it comes back */
    size_t registers, idle;  /* the fault that it was, which so many handlers have done nothing about */
};
#define W2P_PASSING 32

struct w2p_chain {
    w2p_handler *handler; /* ours */
    struct w2p_former *volatile newest;
    volatile int is_ignored; /* if there is none, the signal is not for the default action */
    struct w2p_passing passing[W2P_PASSING];
};
#endif

/* A version of the runtime. */
struct w2p_listener {
    struct w2p_listener *next;
    void (*on_interrupt)(void);
#ifndef _WIN32
    /* Jump if its code has met a fault that is a trap; whether a signal is to be forgotten. */
    int (*on_fault)(const siginfo_t *info, void *context);
#endif
};

struct w2p_signals {
    struct w2p_listener *volatile listeners;
    w2p_lock lock;            /* of who sets handlers */
    int has_frames_described; /* for unwinders, those of the handlers */
#ifdef _WIN32
    void (*on_interrupt)(int number), (*former_interrupt)(int number);
#else
    w2p_handler *on_fault, *on_interrupt; /* that are to be set */
    struct w2p_chain faults[2], interrupts;
#endif
};

extern W2P_HIDDEN struct w2p_signals *w2p_signals;

/* signals.c or exceptions.c: have the handlers of this copy serve all of them. */
W2P_HIDDEN void w2p_serve_signals(void);

#ifndef _WIN32
/* passing.c */

/* Whether an action is a handler of this kind. */
static inline int w2p_is(const struct sigaction *action, w2p_handler *handler) {
    return (action->sa_flags & SA_SIGINFO) && action->sa_sigaction == handler;
}

/* Note what was done about a signal until now; -1 if there is no room for that. */
W2P_HIDDEN int w2p_push_former(struct w2p_chain *chain, const struct sigaction *action);

/* A signal that a handler of ours has got. */
struct w2p_arrival {
    int number;
    siginfo_t *info;
    void *context;
    uintptr_t place; /* of the handler's frame */
};
/* Whether it comes from a former handler, to which this thread is passing it on. */
W2P_HIDDEN int w2p_is_back(struct w2p_chain *chain, const struct w2p_arrival *arrival);
/* Have it handled by the former handler, or the next one before that; 0 if there is none left. */
W2P_HIDDEN int w2p_pass_on(struct w2p_chain *chain, const struct w2p_arrival *arrival);
#endif

#endif
