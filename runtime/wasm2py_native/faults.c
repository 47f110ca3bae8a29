/* Which faults are traps, and how interrupts reach loops: what is the same in all systems.
 *
 * An access beyond a memory faults; a handler makes a trap of it: see signals.c, and exceptions.c for
 * Windows. It takes only faults of native code, in the address space of memories, the pages that loops
 * load from and the end of the stack. Whatever else comes is for the handler that was there before.
 *
 * SIGINT closes the page that loops of the main thread load from, and (but for Windows, where another
 * thread gets it) ends its stack, if Python's own handler is the one that raises KeyboardInterrupt.
 * (What was left cannot go on, so nothing else will do.)
 *
 * Others may set handlers after this one: faulthandler, which is asked about it at each call, and
 * whoever else is found out every now and then. Then it is set again, on top of theirs. If a fault
 * comes before, faulthandler reports it, sets this one again, and sends it the signal.
 */

#include "host.h"

#define CALLS_BETWEEN 64
#define LOOK_NEXT ((unsigned long)-1)
/* A frame may be larger than the guard of a stack; it is probed page by page. */
#define BEYOND_STACK ((uintptr_t)1 << 20)

static int is_in(uintptr_t address, const struct w2p_guarded *memory) {
    return address - (uintptr_t)memory->base < memory->reserved;
}

static const struct w2p_guarded *guarded(const w2p_memory *memory) {
    return (const struct w2p_guarded *)((const char *)memory->size -
                                        offsetof(struct w2p_guarded, size));
}

/* Why native code of this thread has to be left that has not had access to an address, or 0 where the
 * fault is none of ours. Of the copy that has the handlers. */
int w2p_reason_of(const struct w2p_thread *thread, uintptr_t address) {
    if (address - (uintptr_t)thread->poll < w2p_process->page_size)
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
    for (struct w2p_guarded *memory = w2p_process->guarded; memory; memory = memory->next)
        if (is_in(address, memory))
            return W2P_MEMORY_BOUNDS;
    return 0;
}

/* Let native code that a thread runs call nothing any more. */
void w2p_end_stack(struct w2p_thread *thread) {
    struct w2p_host *released = thread->entry->released;
    (released ? &released->running : &w2p_process->running)->stack_limit = W2P_NO_STACK;
}

/* From a handler: interrupt what the main thread runs. */
void w2p_hear_interrupt(void) {
    struct w2p_thread *thread = w2p_get(w2p_process->key);
    w2p_process->interrupted = 1;
    w2p_close_page(w2p_process->main_poll);
    if (thread && thread->is_main && thread->native && thread->entry)
        w2p_end_stack(thread);
}

/* Let loops go on; -1 with an exception if Python has one for what has interrupted them. */
int w2p_take_interrupt(struct w2p_process *shared) {
    struct w2p_thread *thread = w2p_get(shared->key);
    shared->interrupted = 0; /* first: so one that comes now is taken later */
    w2p_open_page(shared->main_poll);
    if (thread && shared->running_id == thread->id)
        shared->running.stack_limit = thread->stack_limit;
    shared->calls = LOOK_NEXT; /* a former handler may have set itself anew */
    return PyErr_CheckSignals();
}

/* Whether SIGINT raises KeyboardInterrupt. */
int w2p_is_interrupt_usual(void) {
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

/* See, now and then, that the handlers are there. */
void w2p_watch_signals(struct w2p_process *shared) {
    int changed = has_faulthandler_changed(shared);
    if (W2P_LIKELY(!changed && ++shared->calls % CALLS_BETWEEN))
        return;
    w2p_take_faults();
    w2p_take_interrupts();
    struct w2p_thread *thread = w2p_get(shared->key);
    if (thread)
        w2p_give_fault_stack(thread);
}

/* Of the handlers, one copy's serve all, and of each version one listens. Frames can be looked at from
 * below those of a copy which tcc has compiled only if tcc has compiled all: so another copy takes over. */
void w2p_take_over_signals(struct w2p_process *shared) {
#ifndef __TINYC__
    if (!shared->has_frames_described) {
        shared->has_frames_described = 1;
        w2p_listen(&shared->listener);
    }
    if (!w2p_signals->has_frames_described) {
        w2p_signals->has_frames_described = 1;
        w2p_serve_signals();
    }
#endif
    shared->calls = LOOK_NEXT;
}
