/* Passing signals on to the handlers that were there before: Linux and macOS.
 *
 * Others set theirs on top of ours, which is then set again, on top of theirs: what they pass on comes back
 * to us. Then it is the turn of the handler before, until none is left. A handler takes no locks and
 * no memory, so who passes a signal on is noted in a few places, one for each thread. Should two threads
 * take the same one at a time, a handler gets a signal twice: no more, as it says which signal it was. */

#ifndef _WIN32

#define _GNU_SOURCE
#include <stdlib.h>

#include "host.h"

/* So often, a handler may do nothing about a fault before it is taken for one that never will. */
#define MOST_IDLE 1000

/* What a handler changes that does something about a fault. */
#ifdef __APPLE__
#define REGISTERS(context) ((const void *)&((ucontext_t *)(context))->uc_mcontext->__ss)
#define REGISTERS_SIZE sizeof((ucontext_t *)NULL)->uc_mcontext->__ss
#elif defined(__x86_64__)
#define REGISTERS(context) ((const void *)((ucontext_t *)(context))->uc_mcontext.gregs)
#define REGISTERS_SIZE sizeof(gregset_t)
#else
#define REGISTERS(context) ((const void *)&((ucontext_t *)(context))->uc_mcontext)
#define REGISTERS_SIZE offsetof(mcontext_t, __reserved)
#endif

int w2p_push_former(struct w2p_chain *chain, const struct sigaction *action) {
    if (action->sa_handler == SIG_DFL || action->sa_handler == SIG_IGN) {
        chain->newest = NULL; /* and nobody is to pass anything on */
        chain->is_ignored = action->sa_handler == SIG_IGN;
        return 0;
    }
    struct w2p_former *volatile *link = &chain->newest, *former;
    while ((former = *link) && (former->action.sa_sigaction != action->sa_sigaction ||
                                former->action.sa_flags != action->sa_flags))
        link = &former->older;
    if (former)
        *link = former->older;
    else if (!(former = malloc(sizeof *former)))
        return -1;
    else
        former->action = *action;
    former->older = chain->newest;
    chain->newest = former;
    return 0;
}

/* The place of a thread (0 is none), or NULL. */
static struct w2p_passing *find(struct w2p_chain *chain, uintptr_t thread) {
    for (size_t i = 0; i < W2P_PASSING; i++)
        if (chain->passing[i].thread == thread)
            return &chain->passing[i];
    return NULL;
}

static struct w2p_passing *passing_of(struct w2p_chain *chain, uintptr_t thread) {
    struct w2p_passing *passing = find(chain, thread);
    if (!passing)
        passing = find(chain, 0);
    /* In need, that of another one: it may have ended, and left what it was passing on by a jump. */
    return passing ? passing : chain->passing;
}

static const void *alternate_stack(void) {
    stack_t now;
    return !sigaltstack(NULL, &now) && (now.ss_flags & SS_ONSTACK) ? now.ss_sp : NULL;
}

int w2p_is_back(struct w2p_chain *chain, const struct w2p_arrival *arrival) {
    const struct w2p_passing *passing = find(chain, (uintptr_t)pthread_self());
    const void *stack = alternate_stack();
    if (!passing || stack != passing->stack || arrival->place >= passing->place)
        return 0;
    /* If the handler had left by a jump, the next signal would find the alternate stack empty. On another
     * one, it has to be the same signal, or one that the handler has sent. */
    return stack || arrival->context == passing->context || arrival->info->si_code <= 0;
}

static size_t sum_of_registers(const void *context) {
    const unsigned char *bytes = REGISTERS(context);
    size_t sum = 0;
    for (size_t i = 0; i < REGISTERS_SIZE; i++)
        sum = sum * 31 + bytes[i];
    return sum;
}

/* As the system would call it. One that is not deferred may send itself the signal, for the handler before
 * it, which is not to wait until it has returned: then it might get it itself, again and again. */
static void call(const struct sigaction *action, const struct w2p_arrival *arrival) {
    sigset_t own, before;
    sigemptyset(&own);
    sigaddset(&own, arrival->number);
    int is_open = (action->sa_flags & SA_NODEFER) && !pthread_sigmask(SIG_UNBLOCK, &own, &before);
    if (action->sa_flags & SA_SIGINFO)
        action->sa_sigaction(arrival->number, arrival->info, arrival->context);
    else
        action->sa_handler(arrival->number);
    if (is_open)
        pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* A fault that nothing is done about comes again. */
static int is_fault(const struct w2p_arrival *arrival) {
    return arrival->number != SIGINT && arrival->info->si_code > 0;
}

int w2p_pass_on(struct w2p_chain *chain, const struct w2p_arrival *arrival) {
    uintptr_t thread = (uintptr_t)pthread_self();
    int is_back = w2p_is_back(chain, arrival), may_repeat = !is_back && is_fault(arrival);
    struct w2p_passing *passing = passing_of(chain, thread);
    struct w2p_former *former = is_back ? passing->next : chain->newest;
    size_t idle = 0, registers = may_repeat ? sum_of_registers(arrival->context) : 0;
    if (may_repeat && passing->thread == thread && passing->registers == registers)
        idle = passing->idle;
    for (size_t i = idle / MOST_IDLE; i && former; i--)
        former = former->older;
    if (!former)
        return 0;
    *passing = (struct w2p_passing){.thread = thread,
                                    .place = arrival->place,
                                    .stack = alternate_stack(),
                                    .context = arrival->context,
                                    .next = former->older};
    call(&former->action, arrival);
    if (is_back)
        return 1;
    *passing = (struct w2p_passing){0};
    if (may_repeat && sum_of_registers(arrival->context) == registers)
        *passing = (struct w2p_passing){.thread = thread, .registers = registers, .idle = idle + 1};
    return 1;
}

#endif
