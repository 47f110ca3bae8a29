/* What native code holds without owning it: references, and functions that are being run. */

#include <stdlib.h>

#include "host.h"

#define FIRST_SIZE 64
/* Of a larger set, what native code has no more is let go of before it becomes larger still. */
#define LARGEST_UNSEARCHED 16384

static size_t place_of(const struct w2p_kept *kept, uintptr_t key) {
    size_t place = (key >> 4) * (uintptr_t)0x9E3779B97F4A7C15u >> 20;
    for (;; place++) {
        place &= kept->size - 1;
        if (!kept->places[place].object || kept->places[place].key == key)
            return place;
    }
}

static void mark(const struct w2p_kept *kept, const struct w2p_thread *thread) {
    volatile uintptr_t first = 0;
    for (volatile uintptr_t *word = &first; (uintptr_t)word < thread->stack_high; word++)
        kept->places[place_of(kept, *word)].is_used = 1;
}

/* Mark what the thread's native code may have: on its stack or in registers, and nowhere else. */
static void mark_all(const struct w2p_kept *kept, const struct w2p_thread *thread) {
    void (*volatile scan)(const struct w2p_kept *, const struct w2p_thread *) = mark;
    jmp_buf registers;
#if defined __GNUC__ && !defined __TINYC__
    __builtin_unwind_init();
#endif
    if (!setjmp(registers))
        scan(kept, thread);
}

/* Whether the stack has all calls that the thread is in: greenlets have theirs elsewhere meanwhile. */
static int is_on_stack(const struct w2p_thread *thread) {
    return thread->depth == 1 || !PyDict_GetItemString(PyImport_GetModuleDict(), "greenlet");
}

/* Make room in the set, by letting go of what is not used any more if it is large; -1 if there is none.
 * That may run anything. */
static int make_room(struct w2p_thread *thread) {
    struct w2p_kept old = thread->kept, new = {NULL, FIRST_SIZE, 0};
    int is_searched = old.size >= LARGEST_UNSEARCHED && is_on_stack(thread);
    if (is_searched)
        mark_all(&old, thread);
    for (size_t i = 0; i < old.size; i++)
        new.count += old.places[i].object && (!is_searched || old.places[i].is_used);
    while (new.size < 4 * new.count || new.size < old.size / 2)
        new.size *= 2;
    new.places = calloc(new.size, sizeof *new.places);
    if (!new.places)
        return -1;
    for (size_t i = 0; i < old.size; i++) {
        struct w2p_held *held = &old.places[i];
        if (!held->object || (is_searched && !held->is_used))
            continue;
        struct w2p_held *place = &new.places[place_of(&new, held->key)];
        *place = *held;
        place->is_used = place->is_owner;
        held->object = NULL;
    }
    thread->kept = new;
    for (size_t i = 0; i < old.size; i++)
        Py_XDECREF(old.places[i].object);
    free(old.places);
    return 0;
}

static int keep(struct w2p_thread *thread, PyObject *object, const void *key, int is_owner) {
    if (2 * thread->kept.count >= thread->kept.size && make_room(thread)) {
        PyErr_NoMemory();
        return -1;
    }
    struct w2p_held *held = &thread->kept.places[place_of(&thread->kept, (uintptr_t)key)];
    if (!held->object) {
        *held = (struct w2p_held){Py_NewRef(object), (uintptr_t)key, is_owner, is_owner};
        thread->kept.count++;
    }
    return 0;
}

/* Keep a reference as long as the thread's native code has it; -1 and an exception without room. */
int w2p_keep(struct w2p_thread *thread, PyObject *object) {
    return keep(thread, object, object, 0);
}

/* Keep what owns a function. Code of an instance may use that when it has no reference to it any more:
 * it is kept until the outermost entry ends. */
int w2p_keep_owner(struct w2p_thread *thread, PyObject *owner, const w2p_function *function) {
    uintptr_t distance = (uintptr_t)function->instance - (uintptr_t)owner;
    if (distance >= sizeof(w2p_host_function))
        return keep(thread, owner, function->instance, 1);
    return keep(thread, owner, owner, 0) || keep(thread, owner, function->instance, 0) ? -1 : 0;
}

/* Release all that was kept. It may run anything. */
void w2p_let_go(struct w2p_thread *thread) {
    struct w2p_kept kept = thread->kept;
    if (!kept.count)
        return;
    thread->kept = (struct w2p_kept){0};
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    for (size_t i = 0; i < kept.size; i++)
        Py_XDECREF(kept.places[i].object);
    PyErr_Restore(type, value, traceback);
    free(kept.places);
}

/* Before a table gets one more owner: see that there will be room for it here. */
int w2p_make_room_to_retire(void) {
    struct w2p_process *process = w2p_process;
    if (process->retired_count + process->in_tables < process->retired_room)
        return 0;
    size_t room = 2 * process->retired_room + FIRST_SIZE;
    PyObject **larger = realloc(process->retired, room * sizeof *larger);
    if (!larger)
        return -1;
    process->retired = larger;
    process->retired_room = room;
    return 0;
}

/* Take over what a table owned. Its functions may be running. */
void w2p_retire(PyObject *owner) {
    struct w2p_process *process = w2p_process;
    process->in_tables--;
    process->retired[process->retired_count++] = owner;
}

/* Release what was retired, unless native code may be in it. It may run anything. */
void w2p_free_retired(void) {
    struct w2p_process *process = w2p_process;
    if (!process->retired_count || process->active)
        return;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    while (process->retired_count && !process->active)
        Py_DECREF(process->retired[--process->retired_count]);
    PyErr_Restore(type, value, traceback);
}
