/* The state of the process, which all copies of the runtime share, and that of threads. */

#include <stdlib.h>

#include "host.h"

/* What the host gets of a stack: so much, but at most a quarter, and at least so little. */
#define ROOM ((size_t)2 << 20)
#define LEAST_ROOM ((size_t)16 << 10)
/* Of a stack without a limit, so much is used. */
#define LARGEST_STACK ((size_t)64 << 20)

struct w2p_process *w2p_process;
struct w2p_signals *w2p_signals;

static void free_thread(void *value) {
    struct w2p_thread *thread = value;
    w2p_free_fault_stack(thread);
    if (thread->deadline) /* when the process ends, threads do so within calls */
        w2p_process->set_deadline(thread, 0);
    if (thread->poll && !thread->is_main)
        w2p_free_page(thread->poll);
    free(thread->kept.places);
    free(thread);
}

/* In the child of a fork: the thread that has forked is the main one, and the only one. */
static void after_fork(void) {
    struct w2p_process *process = w2p_process;
    struct w2p_thread *thread = w2p_get(process->key);
    process->generation++;
    process->forked = thread;
    process->active = thread && thread->depth;
    process->running_id = 0;
    if (thread) {
        thread->is_main = 1;
        thread->poll = process->main_poll;
        thread->deadline = 0; /* until its call goes on */
        thread->expired = 0;
    }
    if (!process->interrupted) /* but for the main thread's deadline */
        w2p_open_page(process->main_poll);
    w2p_reset_deadlines(process);
    w2p_new_lock(&w2p_signals->lock);
}

static void *new_process(void) {
    struct w2p_process *process = calloc(1, sizeof *process);
    if (!process)
        return NULL;
    process->generation = 1;
    process->page_size = w2p_page_size();
    process->main_poll = w2p_new_page();
    if (!process->main_poll || w2p_new_key(&process->key, free_thread) ||
        w2p_at_fork(after_fork)) {
        free(process);
        return NULL;
    }
    w2p_reset_deadlines(process);
    PyObject *faulthandler = PyImport_ImportModule("faulthandler");
    if (faulthandler) {
        process->is_faulthandler_enabled = PyObject_GetAttrString(faulthandler, "is_enabled");
        Py_DECREF(faulthandler);
    }
    PyErr_Clear();
    w2p_listen(&process->listener);
    process->listener.next = w2p_signals->listeners;
    w2p_signals->listeners = &process->listener;
    return process;
}

static void *new_signals(void) {
    w2p_signals = calloc(1, sizeof *w2p_signals);
    if (w2p_signals) {
        w2p_new_lock(&w2p_signals->lock);
        w2p_serve_signals();
    }
    return w2p_signals;
}

/* What copies share under a name, made if there is none; an exception and NULL if that fails. */
static void *find_shared(const char *name, void *(*make)(void)) {
    PyObject *module = PyImport_AddModule(name); /* borrowed */
    PyObject *capsule = module ? PyObject_GetAttrString(module, "process") : NULL;
    if (!module)
        return NULL;
    if (!capsule) {
        PyErr_Clear();
        void *made = make();
        if (!made)
            return PyErr_NoMemory();
        capsule = PyCapsule_New(made, name, NULL);
        if (!capsule || PyObject_SetAttrString(module, "process", capsule)) {
            Py_XDECREF(capsule);
            return NULL;
        }
    }
    void *found = PyCapsule_GetPointer(capsule, name);
    Py_DECREF(capsule);
    return found;
}

/* Find the state of the process, or make it; an exception and -1 if that fails. */
int w2p_find_process(void) {
    w2p_signals = find_shared(W2P_SIGNALS, new_signals);
    w2p_process = w2p_signals ? find_shared(W2P_SHARED, new_process) : NULL;
    if (!w2p_process)
        return -1;
    w2p_take_over_signals(w2p_process);
    return 0;
}

static int find_stack(struct w2p_thread *thread) {
    uintptr_t low, high;
    size_t size, guard = 0;
    if (w2p_find_stack(&low, &size, &guard))
        return -1;
    high = low + size;
    thread->stack_low = low;
    thread->stack_high = high;
    low += guard;
    if (high - low > LARGEST_STACK)
        low = high - LARGEST_STACK;
    size_t room = (high - low) / 4;
    room = room > ROOM ? ROOM : room < LEAST_ROOM ? LEAST_ROOM : room;
    thread->stack_limit = low + room;
    return 0;
}

/* The state of this thread; an exception and NULL if there is no room for one. */
struct w2p_thread *w2p_this_thread(void) {
    struct w2p_thread *thread = w2p_get(w2p_process->key);
    if (W2P_LIKELY(thread != NULL))
        return thread;
    thread = calloc(1, sizeof *thread);
    if (thread) {
        thread->is_main = w2p_is_main_thread();
        thread->poll = thread->is_main ? w2p_process->main_poll : w2p_new_page();
    }
    if (!thread || !thread->poll || find_stack(thread) || w2p_give_fault_stack(thread) ||
        w2p_set(w2p_process->key, thread)) {
        if (thread)
            free_thread(thread);
        PyErr_NoMemory();
        return NULL;
    }
    thread->id = ++w2p_process->last_id;
    return thread;
}
