/* Calls from the host into native code, calls from there of the host, and how traps come back. */

#include <stdlib.h>

#include "host.h"

/* Entries from the host, one within the other in one thread: as many as packages in Python allow. */
#define MOST_ENTRIES 400
/* Of values that have room on the stack. */
#define FEW 8

/* `signal_context` is where a signal has interrupted native code, or NULL. */
void w2p_unwind(struct w2p_thread *thread, int reason, const void *signal_context) {
    thread->native = 0;
    thread->entry->note_frames(thread, signal_context);
    W2P_JUMP(thread->entry->jump, reason);
}

void w2p_trap(w2p_instance *instance, enum w2p_trap_kind kind) {
    w2p_unwind(instance->running->thread, (int)kind, NULL);
}

/* Have the GIL again, if native code of this thread runs without. */
void w2p_take_gil(struct w2p_thread *thread) {
    PyThreadState *state = thread->state;
    if (W2P_LIKELY(!state))
        return;
    thread->state = NULL;
    PyEval_RestoreThread(state);
    thread->entry->released->has_released = 0;
    if (thread->deadline)
        w2p_process->has_expired(thread, NULL);
}

void w2p_exhaust(w2p_instance *instance) {
    instance->fuel = 0;
    w2p_trap(instance, W2P_FUEL_EXHAUSTED);
}

/* From here on this thread runs the host's code. */
void w2p_leave(struct w2p_thread *thread) {
    thread->native = 0;
    w2p_take_gil(thread);
}

/* Give a thread's call a deadline; an exception and -1 if nothing could end it. */
static int set_deadline(struct w2p_thread *thread, int64_t deadline) {
    int failed = w2p_process->set_deadline(thread, deadline);
    if (failed)
        PyErr_SetString(PyExc_RuntimeError, "can't start a thread to watch the deadline");
    return failed;
}

/* From here on this thread runs native code, that of an entry. If that runs without the GIL, nothing
 * of Python's is touched until `w2p_take_gil`. */
void w2p_resume(struct w2p_thread *thread, struct w2p_entry *entry) {
    struct w2p_process *process = w2p_process;
    thread->entry = entry;
    /* It may run anything, other threads too. */
    if (W2P_UNLIKELY(process->interrupted) && thread->is_main && w2p_take_interrupt(process))
        w2p_unwind(thread, W2P_RAISED, NULL);
    if (process->running_id != thread->id)
        process->let_run(thread);
    struct w2p_host *released = entry->released;
    if (W2P_UNLIKELY(released != NULL))
        released->running = (w2p_running){thread->stack_limit, thread->poll, thread};
    /* In the child of a fork, and after a call in another greenlet of the thread, it is another one. */
    if (W2P_UNLIKELY(thread->deadline != entry->deadline) && set_deadline(thread, entry->deadline))
        w2p_unwind(thread, W2P_RAISED, NULL);
    if (W2P_UNLIKELY(thread->deadline != 0) &&
        process->has_expired(thread, released ? &released->running : NULL))
        w2p_unwind(thread, W2P_DEADLINE_REACHED, NULL);
    if (W2P_UNLIKELY(released != NULL)) {
        released->has_released = process->generation;
        thread->state = PyEval_SaveThread();
    }
    thread->native = 1;
    if (W2P_UNLIKELY(process->interrupted) && thread->is_main)
        w2p_end_stack(thread); /* the handler came too early for that */
}

static PyObject *operation(PyObject *operations, enum w2p_operation which) {
    return PyTuple_GetItem(operations, which); /* borrowed */
}

/* Set the exception that a reason to leave native code means. */
static void raise_reason(struct w2p_host *host, struct w2p_thread *thread, int reason) {
    PyObject *error = NULL, *type, *value, *traceback;
    if (reason == W2P_RAISED)
        return;
    if ((reason == W2P_INTERRUPTED || reason == W2P_STACK_EXHAUSTED) && thread->expired)
        reason = W2P_DEADLINE_REACHED;
    if (reason == W2P_STACK_EXHAUSTED && w2p_process->interrupted && thread->is_main)
        reason = W2P_INTERRUPTED;
    if (reason == W2P_INTERRUPTED) {
        if (!w2p_take_interrupt(w2p_process))
            PyErr_SetNone(PyExc_KeyboardInterrupt);
        return;
    }
    if (reason == W2P_RAISED_BY_CODE) {
        PyErr_Fetch(&type, &value, &traceback);
        PyErr_NormalizeException(&type, &value, &traceback);
        if (traceback)
            PyException_SetTraceback(value, traceback);
        error = PyObject_CallFunctionObjArgs(operation(host->operations, W2P_OP_AS_TRAP), value,
                                             NULL);
        Py_XDECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(traceback);
        if (error) /* as it is, its context included */
            PyErr_Restore(Py_NewRef((PyObject *)Py_TYPE(error)), error,
                          PyException_GetTraceback(error));
        return;
    }
    PyObject *kind = PyLong_FromLong(reason);
    if (kind)
        error = PyObject_CallFunctionObjArgs(operation(host->operations, W2P_OP_TRAP), kind, NULL);
    Py_XDECREF(kind);
    if (error) {
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
        Py_DECREF(error);
    }
}

/* Let the traceback of the exception that is set have the frames that were left. */
static void add_frames(struct w2p_host *host, struct w2p_thread *thread) {
    PyObject *type, *error, *traceback, *traced = NULL;
    if (!thread->frames.count)
        return;
    PyErr_Fetch(&type, &error, &traceback);
    PyErr_NormalizeException(&type, &error, &traceback);
    if (traceback)
        PyException_SetTraceback(error, traceback);
    PyObject *frames = w2p_frames_left(thread);
    if (frames)
        traced = PyObject_CallFunctionObjArgs(operation(host->operations, W2P_OP_TRACED), error,
                                              frames, NULL);
    Py_XDECREF(frames);
    Py_XDECREF(traceback);
    /* What goes wrong here is less than the error; but an interruption counts. */
    if (traced || PyErr_ExceptionMatches(PyExc_Exception)) {
        PyErr_Restore(type, error, PyException_GetTraceback(error));
    } else {
        Py_XDECREF(type);
        Py_XDECREF(error);
    }
    Py_XDECREF(traced);
}

/* Run native code until it returns, or something makes it leave: then with an exception and -1. */
static int run(w2p_export *export, struct w2p_thread *thread, const w2p_value *args,
               w2p_value *results) {
    struct w2p_host *host = export->host;
    struct w2p_entry entry;
    int reason;
    entry.outer = thread->entry;
    entry.note_frames = w2p_note_frames;
    entry.released = host->releases_gil ? host : NULL;
    entry.deadline = thread->deadline;
    if (thread->depth > MOST_ENTRIES || (uintptr_t)&entry < thread->stack_limit) {
        raise_reason(host, thread, W2P_STACK_EXHAUSTED);
        return -1;
    }
    if (host->generation != w2p_process->generation && host->user != w2p_process->forked)
        host->calls = 0; /* of a thread that is no more */
    if (host->calls && host->user != thread) {
        PyErr_SetString(PyExc_RuntimeError,
                        "the instance is in use by another thread, and is for one at a time "
                        "(instance.lock, or an instance for each thread)");
        return -1;
    }
    host->user = thread;
    host->generation = w2p_process->generation;
    host->calls++;
    reason = W2P_SET_JUMP(entry.jump);
    if (!reason) {
        w2p_resume(thread, &entry);
        export->type->invoke(export->function, args, results);
        thread->native = 0;
    }
    w2p_take_gil(thread);
    host->calls--;
    thread->entry = entry.outer;
    if (!reason)
        return 0;
    w2p_renew_stack(thread);
    raise_reason(host, thread, reason);
    add_frames(host, thread);
    return -1;
}

/* The same within the time that a call of the instance has, or that is left to one around it. */
static int run_in_time(w2p_export *export, struct w2p_thread *thread, const w2p_value *args,
                       w2p_value *results) {
    int64_t time = export->host->time, outer = thread->deadline, deadline = outer;
    if (time) {
        int64_t now = w2p_now();
        deadline = time < INT64_MAX - now ? now + time : INT64_MAX;
        if (outer && outer < deadline)
            deadline = outer;
    }
    int failed =
        (deadline != outer && set_deadline(thread, deadline)) || run(export, thread, args, results);
    /* The one around it may have ended meanwhile, in another greenlet. */
    int64_t next = thread->depth > 1 ? outer : 0;
    if (thread->deadline != next)
        w2p_process->set_deadline(thread, next);
    return failed ? -1 : 0;
}

static uint64_t externrefs(uint64_t bits, uint32_t place) {
    return place < 64 && bits >> place & 1;
}

/* Arguments of the host; those that are not usual by way of Python. */
static int from_host(w2p_export *export, PyObject *const *args, Py_ssize_t count,
                     w2p_value *values) {
    const w2p_type *type = export->type;
    uint32_t place = 0;
    if (W2P_LIKELY(count == (Py_ssize_t)type->params)) {
        while (place < type->params && w2p_is_usual(w2p_kind(type, place), args[place],
                                                    &values[place]))
            place++;
        if (W2P_LIKELY(place == type->params))
            return 0;
    }
    PyObject *given = PyTuple_New(count), *raw = NULL;
    if (!given)
        return -1;
    for (Py_ssize_t i = 0; i < count; i++)
        PyTuple_SetItem(given, i, Py_NewRef(args[i]));
    raw = PyObject_CallFunctionObjArgs(operation(export->host->operations, W2P_OP_FROM_HOST),
                                       export->handle, given, NULL);
    Py_DECREF(given);
    if (!raw)
        return -1;
    int failed = 0;
    for (uint32_t i = 0; i < type->params && !failed; i++)
        failed = w2p_from_raw(w2p_kind(type, i), PyTuple_GetItem(raw, i), &values[i]);
    Py_DECREF(raw);
    return failed;
}

/* Values of code, from a place in the type's kinds on, as a new tuple of the host's. */
static PyObject *host_tuple(PyObject *operations, PyObject *python_type, const w2p_type *type,
                            uint32_t start, uint32_t count, uint64_t references,
                            int is_unsigned, const w2p_value *values) {
    PyObject *tuple = PyTuple_New(count), *converted, *from;
    if (!tuple)
        return NULL;
    for (uint32_t i = 0; i < count; i++) {
        char kind = w2p_host_kind(type, start + i, is_unsigned);
        PyObject *value = w2p_to_host(kind, (int)externrefs(references, start + i), &values[i]);
        if (!value) {
            if (PyErr_Occurred()) {
                Py_DECREF(tuple);
                return NULL;
            }
            PyObject *number = PyLong_FromUnsignedLong(start + i);
            PyObject *convert = operation(operations, W2P_OP_TO_HOST);
            from = (PyObject *)values[i].ref;
            converted = number ? PyObject_CallFunctionObjArgs(convert, python_type, number, from,
                                                              NULL)
                               : NULL;
            Py_XDECREF(number);
            if (!converted) {
                Py_DECREF(tuple);
                return NULL;
            }
            value = converted;
        }
        PyTuple_SetItem(tuple, i, value);
    }
    return tuple;
}

static PyObject *to_host(w2p_export *export, const w2p_value *values) {
    const w2p_type *type = export->type;
    if (!type->results)
        return Py_NewRef(Py_None);
    if (type->results == 1 && w2p_kind(type, type->params) != 'r')
        return w2p_to_host(w2p_host_kind(type, type->params, export->is_unsigned), 0, values);
    /* They may be in a block, and to convert one may run code that is given references. */
    for (uint32_t i = 0; i < type->results; i++)
        if (w2p_kind(type, type->params + i) == 'r')
            Py_XINCREF((PyObject *)values[i].ref);
    PyObject *tuple = host_tuple(export->host->operations, export->python_type, type, type->params,
                                 type->results, export->externrefs, export->is_unsigned, values);
    for (uint32_t i = 0; i < type->results; i++)
        if (w2p_kind(type, type->params + i) == 'r')
            Py_XDECREF((PyObject *)values[i].ref);
    if (!tuple || type->results > 1)
        return tuple;
    PyObject *only = Py_NewRef(PyTuple_GetItem(tuple, 0));
    Py_DECREF(tuple);
    return only;
}

/* METH_FASTCALL of an exported function. */
PyObject *w2p_call_export(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    w2p_export *export = (w2p_export *)self;
    const w2p_type *type = export->type;
    struct w2p_process *process = w2p_process;
    struct w2p_thread *thread = w2p_this_thread();
    w2p_value few[2 * FEW], *values = few;
    PyObject *result = NULL;
    if (!thread)
        return NULL;
    if (type->params > FEW || type->results > FEW) {
        values = malloc((type->params + type->results) * sizeof *values);
        if (!values)
            return PyErr_NoMemory();
    }
    w2p_value *results = values == few ? few + FEW : values + type->params;
    /* Whatever happens meanwhile, what runs is there. */
    Py_INCREF(self);
    process->active += !thread->depth++;
    w2p_watch_signals(process);
    if (!from_host(export, args, count, values) && !run_in_time(export, thread, values, results))
        result = to_host(export, results);
    int is_last = !--thread->depth;
    process->active -= (size_t)is_last;
    if (is_last && W2P_UNLIKELY(thread->kept.count || process->retired_count)) {
        w2p_let_go(thread);
        w2p_free_retired();
    }
    Py_DECREF(self);
    if (values != few)
        free(values);
    return result;
}

/* Call a Python callable; its arguments are in a new tuple unless they are few and usual. */
static PyObject *call(w2p_host_function *function, const w2p_value *args) {
    const w2p_type *type = function->type;
    PyObject *a[3] = {NULL}, *result = NULL;
    uint32_t count = type->params;
    if (count > 3) {
        PyObject *tuple = host_tuple(function->operations, function->python_type, type, 0, count,
                                     function->externrefs, function->is_unsigned, args);
        if (!tuple)
            return NULL;
        result = PyObject_CallObject(function->callable, tuple);
        Py_DECREF(tuple);
        return result;
    }
    for (uint32_t i = 0; i < count; i++) {
        char kind = w2p_host_kind(type, i, function->is_unsigned);
        a[i] = w2p_to_host(kind, (int)externrefs(function->externrefs, i), &args[i]);
        if (!a[i] && !PyErr_Occurred()) {
            PyObject *tuple = host_tuple(function->operations, function->python_type, type, 0,
                                         i + 1, function->externrefs, function->is_unsigned,
                                         args);
            if (tuple)
                a[i] = Py_NewRef(PyTuple_GetItem(tuple, i));
            Py_XDECREF(tuple);
        }
        if (!a[i])
            break;
    }
    if (count == 0 || a[count - 1])
        result = PyObject_CallFunctionObjArgs(function->callable, a[0], a[1], a[2], NULL);
    for (uint32_t i = 0; i < count; i++)
        Py_XDECREF(a[i]);
    return result;
}

/* What a host function has given, as values of code. */
static int take_results(w2p_host_function *function, PyObject *given, w2p_value *results) {
    const w2p_type *type = function->type;
    if (!type->results ? given == Py_None
                       : type->results == 1 &&
                             w2p_is_usual(w2p_kind(type, type->params), given, results))
        return 0;
    PyObject *raw = PyObject_CallFunctionObjArgs(operation(function->operations, W2P_OP_RESULTS),
                                                 function->python_type, given, function->name,
                                                 NULL);
    if (!raw)
        return -1;
    int failed = 0;
    for (uint32_t i = 0; i < type->results && !failed; i++)
        failed = w2p_from_raw(w2p_kind(type, type->params + i), PyTuple_GetItem(raw, i),
                              &results[i]);
    Py_DECREF(raw);
    return failed;
}

/* Native code that runs has called it; it does not return where Python raises. */
void w2p_call_host(w2p_instance *instance, const w2p_value *args, w2p_value *results) {
    w2p_host_function *function =
        (w2p_host_function *)((char *)instance - offsetof(w2p_host_function, instance));
    struct w2p_thread *thread = instance->running->thread;
    struct w2p_entry *entry = thread->entry;
    if (W2P_STACK_POINTER() < instance->running->stack_limit)
        w2p_trap(instance, W2P_STACK_EXHAUSTED);
    w2p_leave(thread);
    PyObject *given = call(function, args);
    int failed = !given || take_results(function, given, results);
    Py_XDECREF(given);
    if (!failed)
        w2p_watch_signals(w2p_process);
    else {
        thread->entry = entry;
        w2p_unwind(thread, function->is_code ? W2P_RAISED_BY_CODE : W2P_RAISED, NULL);
    }
    w2p_resume(thread, entry);
}
