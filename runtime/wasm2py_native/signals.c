/* Faults that are traps, and interrupts of loops.
 *
 * An access beyond a memory faults; a handler makes a trap of it. It takes only faults of native
 * code, in the address space of memories, the pages that loops load from and the end of the stack.
 * Whatever else comes is for the handler that was there before.
 *
 * SIGINT closes the page that loops of the main thread load from, and ends its stack, if Python's own
 * handler is the one that raises KeyboardInterrupt. (What was left cannot go on, so nothing else will do.)
 *
 * Others may set handlers after this one: faulthandler, which is asked about it at each call, and
 * whoever else is found out every now and then. Then it is set again, on top of theirs. If a fault
 * comes before, faulthandler reports it, sets this one again, and sends it the signal.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host.h"

#define SIGNAL_STACK ((size_t)64 << 10)
#define CALLS_BETWEEN 64
/* A frame may be larger than the guard of a stack; it is probed page by page. */
#define BEYOND_STACK ((uintptr_t)1 << 20)
/* So often, a handler may do nothing about a fault before it is taken for one that never will. */
#define MOST_IDLE 1000

/* What a handler changes that does something about a fault. */
#ifdef __APPLE__
typedef __typeof__(*((ucontext_t *)NULL)->uc_mcontext) registers;
#define REGISTERS(context) (((ucontext_t *)(context))->uc_mcontext)
#else
typedef ucontext_t registers;
#define REGISTERS(context) ((ucontext_t *)(context))
#endif

/* Where the stack of what was interrupted ends; 0 where nobody can tell. */
#if defined(__APPLE__) && defined(__aarch64__)
#define STACK_POINTER_IN(context) ((uintptr_t)REGISTERS(context)->__ss.__sp)
#elif defined(__APPLE__)
#define STACK_POINTER_IN(context) ((uintptr_t)REGISTERS(context)->__ss.__rsp)
#elif defined(__x86_64__)
#define STACK_POINTER_IN(context) ((uintptr_t)REGISTERS(context)->uc_mcontext.gregs[REG_RSP])
#elif defined(__aarch64__)
#define STACK_POINTER_IN(context) ((uintptr_t)REGISTERS(context)->uc_mcontext.sp)
#else
#define STACK_POINTER_IN(context) ((uintptr_t)0)
#endif

static struct w2p_process *process;

int w2p_give_signal_stack(struct w2p_thread *thread) {
    stack_t own = {0}, now;
    if (sigaltstack(NULL, &now))
        return -1;
    if (!(now.ss_flags & SS_DISABLE))
        return 0;
    if (!thread->signal_stack)
        thread->signal_stack = malloc(SIGNAL_STACK);
    own.ss_size = SIGNAL_STACK;
    own.ss_sp = thread->signal_stack;
    return own.ss_sp && !sigaltstack(&own, NULL) ? 0 : -1;
}

static int is_in(uintptr_t address, const struct w2p_guarded *memory) {
    return address - (uintptr_t)memory->base < memory->reserved;
}

static const struct w2p_guarded *guarded(const w2p_memory *memory) {
    return (const struct w2p_guarded *)((const char *)memory->size -
                                        offsetof(struct w2p_guarded, size));
}

/* Why native code of this thread has to be left, or 0 where the fault is none of ours. */
static int reason_of(const struct w2p_thread *thread, uintptr_t address) {
    if (address - (uintptr_t)thread->poll < process->page_size)
        return W2P_INTERRUPTED;
    if (address < thread->stack_high && address + BEYOND_STACK >= thread->stack_low)
        return W2P_STACK_EXHAUSTED;
    if (thread->state) { /* without the GIL, only what is the instance's own stays as it is */
        const w2p_memory *memory = thread->entry->released->memories;
        for (; memory->base; memory++)
            if (is_in(address, guarded(memory)))
                return W2P_MEMORY_BOUNDS;
        return 0;
    }
    for (struct w2p_guarded *memory = process->guarded; memory; memory = memory->next)
        if (is_in(address, memory))
            return W2P_MEMORY_BOUNDS;
    return 0;
}

/* Do what would have been done without this handler. */
static void pass_on(struct w2p_thread *thread, int number, siginfo_t *info, void *context) {
    static volatile sig_atomic_t idle;
    const struct sigaction *former = &process->former_fault[number == SIGBUS];
    const registers before = *REGISTERS(context);
    uintptr_t here = (uintptr_t)&before;
    /* The former one, or one that it calls, has come back to this one. (If it has left by a jump,
     * the stack is not that deep.) */
    int is_again = thread && here < thread->passing;
    if (former->sa_handler == SIG_DFL || former->sa_handler == SIG_IGN || is_again ||
        idle > MOST_IDLE) {
        signal(number, SIG_DFL);
        if (info->si_code <= 0) /* no fault, which would come again */
            raise(number);
        return;
    }
    if (thread)
        thread->passing = here;
    if (former->sa_flags & SA_SIGINFO)
        former->sa_sigaction(number, info, context);
    else
        former->sa_handler(number);
    if (thread)
        thread->passing = 0;
    int is_idle = info->si_code > 0 && !memcmp(&before, REGISTERS(context), sizeof before);
    idle = is_idle ? idle + 1 : 0;
}

/* Whether a signal was sent by a handler of a fault of native code, which runs on a stack of its own. */
static int is_sent_by_handler(const struct w2p_thread *thread, const siginfo_t *info,
                              const void *context) {
    uintptr_t place = STACK_POINTER_IN(context);
    return info->si_code <= 0 && thread && thread->native && place &&
           (place < thread->stack_low || place >= thread->stack_high);
}

static void on_fault(int number, siginfo_t *info, void *context) {
    struct w2p_thread *thread = pthread_getspecific(process->key);
    if (is_sent_by_handler(thread, info, context))
        return; /* the fault will come again, to this handler */
    if (info->si_code > 0 && thread && thread->native && thread->entry) {
        int reason = reason_of(thread, (uintptr_t)info->si_addr);
        if (reason)
            w2p_unwind(thread, reason, context);
    }
    pass_on(thread, number, info, context);
}

/* Let native code that a thread runs call nothing any more. */
void w2p_end_stack(struct w2p_thread *thread) {
    struct w2p_host *released = thread->entry->released;
    (released ? &released->running : &w2p_process->running)->stack_limit = W2P_NO_STACK;
}

static void on_interrupt(int number, siginfo_t *info, void *context) {
    int error = errno;
    const struct sigaction *former = &process->former_interrupt;
    if (former->sa_flags & SA_SIGINFO)
        former->sa_sigaction(number, info, context);
    else
        former->sa_handler(number);
    process->interrupted = 1;
    mprotect(process->main_poll, process->page_size, PROT_NONE);
    struct w2p_thread *thread = pthread_getspecific(process->key);
    if (thread && thread->is_main && thread->native && thread->entry)
        w2p_end_stack(thread);
    errno = error;
}

/* Let loops go on; -1 with an exception if Python has one for what has interrupted them. */
int w2p_take_interrupt(struct w2p_process *shared) {
    struct w2p_thread *thread = pthread_getspecific(shared->key);
    mprotect(shared->main_poll, shared->page_size, PROT_READ | PROT_WRITE);
    shared->interrupted = 0;
    if (thread && shared->running_id == thread->id)
        shared->running.stack_limit = thread->stack_limit;
    return PyErr_CheckSignals();
}

/* Whether an action is one of a copy's, which this one replaces. */
static int is(const struct sigaction *action, w2p_handler *handler) {
    return (action->sa_flags & SA_SIGINFO) && action->sa_sigaction == handler;
}

static void install_fault_handler(int number, struct sigaction *former) {
    struct sigaction now, own = {0};
    if (sigaction(number, NULL, &now) || is(&now, on_fault))
        return;
    if (!is(&now, process->on_fault))
        *former = now;
    own.sa_sigaction = on_fault;
    own.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigemptyset(&own.sa_mask);
    sigaction(number, &own, NULL);
}

/* Whether SIGINT raises KeyboardInterrupt. */
static int is_interrupt_usual(void) {
    PyObject *signals = PyImport_ImportModule("_signal"), *now = NULL, *usual = NULL;
    if (signals) {
        now = PyObject_CallMethod(signals, "getsignal", "i", SIGINT);
        usual = PyObject_GetAttrString(signals, "default_int_handler");
    }
    int is_usual = now && now == usual;
    Py_XDECREF(signals);
    Py_XDECREF(now);
    Py_XDECREF(usual);
    PyErr_Clear();
    return is_usual;
}

static void install_interrupt_handler(void) {
    struct sigaction now, own;
    if (sigaction(SIGINT, NULL, &now) || is(&now, on_interrupt))
        return;
    if (!is(&now, process->on_interrupt)) {
        if (now.sa_handler == SIG_DFL || now.sa_handler == SIG_IGN || !is_interrupt_usual())
            return;
        process->former_interrupt = now;
    }
    own = now;
    own.sa_sigaction = on_interrupt;
    own.sa_flags |= SA_SIGINFO;
    sigaction(SIGINT, &own, NULL);
}

static int has_faulthandler_changed(struct w2p_process *shared) {
    if (!shared->is_faulthandler_enabled)
        return 0;
    PyObject *now = PyObject_CallNoArgs(shared->is_faulthandler_enabled);
    int changed = now != shared->was_faulthandler_enabled;
    shared->was_faulthandler_enabled = now; /* True or False, or NULL */
    if (!now)
        PyErr_Clear();
    else
        Py_DECREF(now);
    return changed;
}

/* See that faults come to the handler. It takes no GIL. */
void w2p_take_faults(struct w2p_process *shared) {
    process = shared;
    install_fault_handler(SIGSEGV, &process->former_fault[0]);
    install_fault_handler(SIGBUS, &process->former_fault[1]);
    process->on_fault = on_fault;
}

/* See, now and then, that the handlers are there. Of the copy that has made the process's state. */
void w2p_watch_signals(struct w2p_process *shared) {
    int changed = has_faulthandler_changed(shared);
    if (W2P_LIKELY(!changed && ++shared->calls % CALLS_BETWEEN))
        return;
    w2p_take_faults(shared);
    install_interrupt_handler();
    process->on_interrupt = on_interrupt;
    struct w2p_thread *thread = pthread_getspecific(shared->key);
    if (thread)
        w2p_give_signal_stack(thread);
}

/* Of the handlers, one copy's serve all. Frames can be looked at from below that of a handler which
 * tcc has compiled only if tcc has compiled all: so another copy takes over from it. */
void w2p_take_over_signals(struct w2p_process *shared) {
#ifndef __TINYC__
    if (!shared->has_frames_described) {
        shared->has_frames_described = 1;
        shared->watch = w2p_watch_signals;
        shared->take_faults = w2p_take_faults;
        shared->calls = (unsigned long)-1;
    }
#endif
}
