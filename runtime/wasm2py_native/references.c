/* What native code holds without owning it: references, and functions that are being run. */

#include <stdlib.h>

#include "host.h"

#define FIRST_SIZE 64

static size_t place_of(const struct w2p_kept *kept, PyObject *object) {
    size_t place = ((uintptr_t)object >> 4) * (uintptr_t)0x9E3779B97F4A7C15u >> 20;
    for (;; place++) {
        place &= kept->size - 1;
        if (!kept->places[place] || kept->places[place] == object)
            return place;
    }
}

static int enlarge(struct w2p_kept *kept) {
    struct w2p_kept larger = {NULL, kept->size ? 2 * kept->size : FIRST_SIZE, kept->count};
    larger.places = calloc(larger.size, sizeof *larger.places);
    if (!larger.places)
        return -1;
    for (size_t i = 0; i < kept->size; i++)
        if (kept->places[i])
            larger.places[place_of(&larger, kept->places[i])] = kept->places[i];
    free(kept->places);
    *kept = larger;
    return 0;
}

/* Keep an object until the thread's outermost entry ends; -1 and an exception without room. */
int w2p_keep(struct w2p_thread *thread, PyObject *object) {
    struct w2p_kept *kept = &thread->kept;
    if (2 * kept->count >= kept->size && enlarge(kept)) {
        PyErr_NoMemory();
        return -1;
    }
    size_t place = place_of(kept, object);
    if (!kept->places[place]) {
        Py_INCREF(object);
        kept->places[place] = object;
        kept->count++;
    }
    return 0;
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
        Py_XDECREF(kept.places[i]);
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
