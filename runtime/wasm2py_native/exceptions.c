/* Exceptions that faults are, and SIGINT: Windows. See faults.c.
 *
 * A handler of exceptions must return to the system. So it has the thread go on in a function that
 * jumps, as if the fault had called it. */

#ifdef _WIN32

#define WIN32_LEAN_AND_MEAN
#include <malloc.h>
#include <windows.h>

#include "host.h"

/* Of a stack, for handling that it is exhausted. */
#define FAULT_STACK ((ULONG)64 << 10)
/* What a caller has to have room for above the address to return to: its callee's four registers. */
#define HOME 32

int w2p_give_fault_stack(struct w2p_thread *thread) {
    ULONG size = FAULT_STACK;
    (void)thread;
    return SetThreadStackGuarantee(&size) ? 0 : -1;
}

void w2p_free_fault_stack(struct w2p_thread *thread) { (void)thread; }

void w2p_renew_stack(struct w2p_thread *thread) {
    if (thread->overflowed)
        _resetstkoflw();
    thread->overflowed = 0;
}

static void jump(struct w2p_entry *entry, int reason) { W2P_JUMP(entry->jump, reason); }

/* Have the code that an exception has interrupted go on with a jump. */
static void leave(struct w2p_thread *thread, int reason, CONTEXT *context) {
    thread->native = 0;
    thread->entry->note_frames(thread, context);
    context->Rip = (DWORD64)jump;
    context->Rcx = (DWORD64)thread->entry;
    context->Rdx = (DWORD64)reason;
    /* As where a function begins: there is an address to return to, below a multiple of 16. */
    context->Rsp = ((context->Rsp - HOME) & ~(DWORD64)15) - sizeof(void *);
}

static LONG CALLBACK on_fault(EXCEPTION_POINTERS *fault) {
    const EXCEPTION_RECORD *record = fault->ExceptionRecord;
    int is_overflow = record->ExceptionCode == EXCEPTION_STACK_OVERFLOW, reason;
    if (record->ExceptionCode != EXCEPTION_ACCESS_VIOLATION && !is_overflow)
        return EXCEPTION_CONTINUE_SEARCH;
    struct w2p_thread *thread = w2p_get(w2p_process->key);
    if (!thread || !thread->native || !thread->entry)
        return EXCEPTION_CONTINUE_SEARCH;
    reason = is_overflow ? W2P_STACK_EXHAUSTED
                         : w2p_reason_of(thread, record->ExceptionInformation[1]);
    if (!reason)
        return EXCEPTION_CONTINUE_SEARCH;
    thread->overflowed = is_overflow;
    leave(thread, reason, fault->ContextRecord);
    return EXCEPTION_CONTINUE_EXECUTION;
}

/* The newest handler is the first that is asked. At each moment, there is one. */
void w2p_take_faults(void) {
    void *own = AddVectoredExceptionHandler(1, on_fault);
    if (!own)
        return;
    void *former = InterlockedExchangePointer(&w2p_process->on_fault, own);
    if (former)
        RemoveVectoredExceptionHandler(former);
}

void w2p_listen(struct w2p_listener *listener) { listener->on_interrupt = w2p_hear_interrupt; }

/* In a thread of the system's own. Python's handler sets itself again. */
static void on_interrupt(int number) {
    if (w2p_signals->former_interrupt)
        w2p_signals->former_interrupt(number);
    signal(number, w2p_signals->on_interrupt);
    for (struct w2p_listener *one = w2p_signals->listeners; one; one = one->next)
        one->on_interrupt();
}

void w2p_serve_signals(void) { w2p_signals->on_interrupt = on_interrupt; }

void w2p_take_interrupts(void) {
    if (!w2p_is_interrupt_usual())
        return;
    void (*now)(int) = signal(SIGINT, w2p_signals->on_interrupt);
    if (now == SIG_ERR)
        return;
    if (now == SIG_DFL || now == SIG_IGN)
        signal(SIGINT, now);
    else if (now != w2p_signals->on_interrupt)
        w2p_signals->former_interrupt = now;
}

#endif
