/* Signals that faults and interrupts are: Linux and macOS. See faults.c and passing.c. */

#ifndef _WIN32

#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>

#include "host.h"

#define SIGNAL_STACK ((size_t)64 << 10)

/* Where the stack of what was interrupted ends; 0 where nobody can tell. */
#define CONTEXT(context) ((ucontext_t *)(context))
#if defined(__APPLE__) && defined(__aarch64__)
#define STACK_POINTER_IN(context) ((uintptr_t)CONTEXT(context)->uc_mcontext->__ss.__sp)
#elif defined(__APPLE__)
#define STACK_POINTER_IN(context) ((uintptr_t)CONTEXT(context)->uc_mcontext->__ss.__rsp)
#elif defined(__x86_64__)
#define STACK_POINTER_IN(context) ((uintptr_t)CONTEXT(context)->uc_mcontext.gregs[REG_RSP])
#elif defined(__aarch64__)
#define STACK_POINTER_IN(context) ((uintptr_t)CONTEXT(context)->uc_mcontext.sp)
#else
#define STACK_POINTER_IN(context) ((uintptr_t)0)
#endif

/* A stack with a guard below it, or NULL: whoever is called on it may need any amount. */
static void *new_signal_stack(void) {
    size_t guard = w2p_process->page_size;
    int flags = MAP_PRIVATE | MAP_ANONYMOUS;
    char *block = mmap(NULL, guard + SIGNAL_STACK, PROT_NONE, flags, -1, 0);
    if (block == MAP_FAILED)
        return NULL;
    if (!w2p_open((uint8_t *)block + guard, SIGNAL_STACK))
        return block + guard;
    munmap(block, guard + SIGNAL_STACK);
    return NULL;
}

int w2p_give_fault_stack(struct w2p_thread *thread) {
    stack_t own = {0}, now;
    sigset_t faults; /* which end the process where they are blocked */
    sigemptyset(&faults);
    sigaddset(&faults, SIGSEGV);
    sigaddset(&faults, SIGBUS);
    if (pthread_sigmask(SIG_UNBLOCK, &faults, NULL) || sigaltstack(NULL, &now))
        return -1;
    if (!(now.ss_flags & SS_DISABLE) && now.ss_size >= SIGNAL_STACK)
        return 0; /* faulthandler's is smaller */
    if (!thread->signal_stack)
        thread->signal_stack = new_signal_stack();
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
    size_t guard = w2p_process->page_size;
    munmap((char *)thread->signal_stack - guard, guard + SIGNAL_STACK);
}

/* Whether a signal was sent by a handler of a fault of native code, which runs on a stack of its own. */
static int is_sent_by_handler(const struct w2p_thread *thread, const siginfo_t *info,
                              const void *context) {
    uintptr_t place = STACK_POINTER_IN(context);
    return info->si_code <= 0 && thread->native && place &&
           (place < thread->stack_low || place >= thread->stack_high);
}

static int hear_fault(const siginfo_t *info, void *context) {
    struct w2p_thread *thread = w2p_get(w2p_process->key);
    if (!thread)
        return 0;
    if (info->si_code > 0 && thread->native && thread->entry) {
        int reason = w2p_reason_of(thread, (uintptr_t)info->si_addr);
        if (reason) {
            /* A handler of others, which this one is called by, may block signals until it returns. */
            pthread_sigmask(SIG_SETMASK, &CONTEXT(context)->uc_sigmask, NULL);
            w2p_unwind(thread, reason, context);
        }
    }
    return is_sent_by_handler(thread, info, context); /* the fault will come again, to us */
}

void w2p_listen(struct w2p_listener *listener) {
    listener->on_interrupt = w2p_hear_interrupt;
    listener->on_fault = hear_fault;
}

static void on_fault(int number, siginfo_t *info, void *context) {
    struct w2p_chain *chain = &w2p_signals->faults[number == SIGBUS];
    struct w2p_arrival arrival = {number, info, context, (uintptr_t)__builtin_frame_address(0)};
    int is_sent = info->si_code <= 0;
    if (!is_sent || !w2p_is_back(chain, &arrival))
        for (struct w2p_listener *one = w2p_signals->listeners; one; one = one->next)
            if (one->on_fault(info, context))
                return;
    if (w2p_pass_on(chain, &arrival) || (is_sent && chain->is_ignored))
        return;
    signal(number, SIG_DFL);
    if (is_sent)
        raise(number); /* a fault comes again */
}

static void on_interrupt(int number, siginfo_t *info, void *context) {
    int error = errno;
    struct w2p_chain *chain = &w2p_signals->interrupts;
    struct w2p_arrival arrival = {number, info, context, (uintptr_t)__builtin_frame_address(0)};
    int is_back = w2p_is_back(chain, &arrival);
    w2p_pass_on(chain, &arrival);
    for (struct w2p_listener *one = w2p_signals->listeners; one && !is_back; one = one->next)
        one->on_interrupt();
    errno = error;
}

void w2p_serve_signals(void) {
    w2p_signals->on_fault = on_fault;
    w2p_signals->on_interrupt = on_interrupt;
}

/* Have a handler of ours get a signal; in place of another one of ours, or before what is there. */
static void install(struct w2p_chain *chain, int number, w2p_handler *handler, int flags) {
    struct sigaction now;
    w2p_acquire(&w2p_signals->lock);
    if (!sigaction(number, NULL, &now) && !w2p_is(&now, handler) &&
        (w2p_is(&now, chain->handler) || !w2p_push_former(chain, &now))) {
        if (number != SIGINT) {
            sigemptyset(&now.sa_mask);
            now.sa_flags = 0;
        }
        now.sa_sigaction = handler;
        now.sa_flags |= SA_SIGINFO | flags;
        chain->handler = handler;
        sigaction(number, &now, NULL);
    }
    w2p_release(&w2p_signals->lock);
}

void w2p_take_faults(void) {
    int flags = SA_ONSTACK | SA_NODEFER;
    install(&w2p_signals->faults[0], SIGSEGV, w2p_signals->on_fault, flags);
    install(&w2p_signals->faults[1], SIGBUS, w2p_signals->on_fault, flags);
}

void w2p_take_interrupts(void) {
    struct w2p_chain *chain = &w2p_signals->interrupts;
    struct sigaction now;
    if (sigaction(SIGINT, NULL, &now) || w2p_is(&now, w2p_signals->on_interrupt))
        return;
    int is_ours = w2p_is(&now, chain->handler);
    if (is_ours || (now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN &&
                    w2p_is_interrupt_usual()))
        install(chain, SIGINT, w2p_signals->on_interrupt, 0);
}

#endif
