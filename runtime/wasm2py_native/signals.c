/* Signals that faults and interrupts are: Linux and macOS. See faults.c. */

#ifndef _WIN32

#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>

#include "host.h"

#define SIGNAL_STACK ((size_t)64 << 10)
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

int w2p_give_fault_stack(struct w2p_thread *thread) {
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

void w2p_free_fault_stack(struct w2p_thread *thread) {
    stack_t none = {0}, now;
    if (!thread->signal_stack)
        return;
    if (!sigaltstack(NULL, &now) && now.ss_sp == thread->signal_stack) {
        none.ss_flags = SS_DISABLE;
        sigaltstack(&none, NULL);
    }
    free(thread->signal_stack);
}

/* Do what would have been done without this handler. */
static void pass_on(struct w2p_thread *thread, int number, siginfo_t *info, void *context) {
    static volatile sig_atomic_t idle;
    const struct sigaction *former = &w2p_process->former_fault[number == SIGBUS];
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
    struct w2p_thread *thread = w2p_get(w2p_process->key);
    if (is_sent_by_handler(thread, info, context))
        return; /* the fault will come again, to this handler */
    if (info->si_code > 0 && thread && thread->native && thread->entry) {
        int reason = w2p_reason_of(thread, (uintptr_t)info->si_addr);
        if (reason)
            w2p_unwind(thread, reason, context);
    }
    pass_on(thread, number, info, context);
}

static void on_interrupt(int number, siginfo_t *info, void *context) {
    int error = errno;
    const struct sigaction *former = &w2p_process->former_interrupt;
    if (former->sa_flags & SA_SIGINFO)
        former->sa_sigaction(number, info, context);
    else
        former->sa_handler(number);
    w2p_process->interrupted = 1;
    w2p_close_page(w2p_process->main_poll);
    struct w2p_thread *thread = w2p_get(w2p_process->key);
    if (thread && thread->is_main && thread->native && thread->entry)
        w2p_end_stack(thread);
    errno = error;
}

/* Whether an action is one of a copy's, which this one replaces. */
static int is(const struct sigaction *action, w2p_handler *handler) {
    return (action->sa_flags & SA_SIGINFO) && action->sa_sigaction == handler;
}

static void install_fault_handler(int number, struct sigaction *former) {
    struct sigaction now, own = {0};
    if (sigaction(number, NULL, &now) || is(&now, on_fault))
        return;
    if (!is(&now, w2p_process->on_fault))
        *former = now;
    own.sa_sigaction = on_fault;
    own.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigemptyset(&own.sa_mask);
    sigaction(number, &own, NULL);
}

void w2p_take_faults(struct w2p_process *process) {
    install_fault_handler(SIGSEGV, &process->former_fault[0]);
    install_fault_handler(SIGBUS, &process->former_fault[1]);
    process->on_fault = on_fault;
}

static void install_interrupt_handler(struct w2p_process *process) {
    struct sigaction now, own;
    if (sigaction(SIGINT, NULL, &now) || is(&now, on_interrupt))
        return;
    if (!is(&now, process->on_interrupt)) {
        if (now.sa_handler == SIG_DFL || now.sa_handler == SIG_IGN || !w2p_is_interrupt_usual())
            return;
        process->former_interrupt = now;
    }
    own = now;
    own.sa_sigaction = on_interrupt;
    own.sa_flags |= SA_SIGINFO;
    sigaction(SIGINT, &own, NULL);
}

void w2p_take_interrupts(struct w2p_process *process) {
    install_interrupt_handler(process);
    process->on_interrupt = on_interrupt;
}

#endif
