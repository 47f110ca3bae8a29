/* Instructions that Python carries out: those on tables, segments, references and imported globals,
 * and growth. */

#include <stdarg.h>

#include "host.h"

/* Do an operation; NULL with an exception. The letters tell what the arguments are: `n` a
 * uint64_t, `v` a kind and a pointer to a value. */
static PyObject *vperform(PyObject *operations, enum w2p_operation which, const char *letters,
                          va_list given) {
    PyObject *arguments = PyTuple_New((Py_ssize_t)strlen(letters)), *result;
    if (!arguments)
        return NULL;
    for (Py_ssize_t i = 0; letters[i]; i++) {
        PyObject *argument;
        if (letters[i] == 'n') {
            argument = PyLong_FromUnsignedLongLong(va_arg(given, uint64_t));
        } else {
            int kind = va_arg(given, int);
            argument = w2p_raw((char)kind, va_arg(given, const w2p_value *));
        }
        if (!argument) {
            Py_DECREF(arguments);
            return NULL;
        }
        PyTuple_SetItem(arguments, i, argument);
    }
    result = PyObject_CallObject(PyTuple_GetItem(operations, which), arguments);
    Py_DECREF(arguments);
    return result;
}

/* What an operation has given for native code: a value of a kind; 0 is for none, and `o` for the
 * function that an object owns, which is kept as references are. */
static int take(struct w2p_thread *thread, PyObject *answer, char kind, void *result) {
    if (kind == 'o') {
        const w2p_function *function = w2p_own_function(answer);
        if (function)
            *(w2p_function *)result = *function;
        else
            PyErr_SetString(PyExc_TypeError, "a table has a function of another version");
        return function ? w2p_keep_owner(thread, answer, function) : -1;
    }
    return kind ? w2p_from_raw(kind, answer, result) : 0;
}

/* Do an operation for native code. Does not return where Python raises. */
static void perform(w2p_instance *instance, enum w2p_operation which, char kind, void *result,
                    const char *letters, ...) {
    struct w2p_thread *thread = instance->running->thread;
    struct w2p_entry *entry = thread->entry;
    va_list given;
    if (W2P_STACK_POINTER() < instance->running->stack_limit)
        w2p_trap(instance, W2P_STACK_EXHAUSTED);
    w2p_leave(thread);
    va_start(given, letters);
    PyObject *answer = vperform(instance->host->operations, which, letters, given);
    va_end(given);
    int failed = !answer || take(thread, answer, kind, result);
    Py_XDECREF(answer);
    if (failed) {
        thread->entry = entry;
        w2p_unwind(thread, W2P_RAISED_BY_CODE, NULL);
    }
    w2p_resume(thread, entry);
}

#define NUMBER(x) ((uint64_t)(x))
#define REFERENCE(x) 'r', (&(w2p_value){.ref = (x)})

w2p_function w2p_resolve(w2p_instance *instance, uint32_t tableidx, uint64_t index,
                         uint32_t typeidx) {
    w2p_function function;
    perform(instance, W2P_OP_RESOLVE, 'o', &function, "nnn", NUMBER(tableidx), index,
            NUMBER(typeidx));
    return function;
}

uint64_t w2p_memory_grow(w2p_instance *instance, uint32_t memidx, uint64_t pages) {
    w2p_value old;
    perform(instance, W2P_OP_MEMORY_GROW, 'l', &old, "nn", NUMBER(memidx), pages);
    return old.i64;
}

void w2p_memory_init(w2p_instance *instance, uint32_t memidx, uint32_t dataidx, uint64_t to,
                     uint32_t from, uint32_t count) {
    perform(instance, W2P_OP_MEMORY_INIT, 0, NULL, "nnnnn", NUMBER(memidx), NUMBER(dataidx), to,
            NUMBER(from), NUMBER(count));
}

void w2p_data_drop(w2p_instance *instance, uint32_t dataidx) {
    perform(instance, W2P_OP_DATA_DROP, 0, NULL, "n", NUMBER(dataidx));
}

w2p_ref w2p_table_get(w2p_instance *instance, uint32_t tableidx, uint64_t index) {
    w2p_value element;
    perform(instance, W2P_OP_TABLE_GET, 'r', &element, "nn", NUMBER(tableidx), index);
    return element.ref;
}

void w2p_table_set(w2p_instance *instance, uint32_t tableidx, uint64_t index, w2p_ref value) {
    perform(instance, W2P_OP_TABLE_SET, 0, NULL, "nnv", NUMBER(tableidx), index, REFERENCE(value));
}

uint64_t w2p_table_size(w2p_instance *instance, uint32_t tableidx) {
    w2p_value size;
    perform(instance, W2P_OP_TABLE_SIZE, 'l', &size, "n", NUMBER(tableidx));
    return size.i64;
}

uint64_t w2p_table_grow(w2p_instance *instance, uint32_t tableidx, w2p_ref value, uint64_t count) {
    w2p_value old;
    perform(instance, W2P_OP_TABLE_GROW, 'l', &old, "nvn", NUMBER(tableidx), REFERENCE(value),
            count);
    return old.i64;
}

void w2p_table_fill(w2p_instance *instance, uint32_t tableidx, uint64_t to, w2p_ref value,
                    uint64_t count) {
    perform(instance, W2P_OP_TABLE_FILL, 0, NULL, "nnvn", NUMBER(tableidx), to, REFERENCE(value),
            count);
}

void w2p_table_copy(w2p_instance *instance, uint32_t target, uint32_t source, uint64_t to,
                    uint64_t from, uint64_t count) {
    perform(instance, W2P_OP_TABLE_COPY, 0, NULL, "nnnnn", NUMBER(target), NUMBER(source), to, from,
            count);
}

void w2p_table_init(w2p_instance *instance, uint32_t tableidx, uint32_t elemidx, uint64_t to,
                    uint32_t from, uint32_t count) {
    perform(instance, W2P_OP_TABLE_INIT, 0, NULL, "nnnnn", NUMBER(tableidx), NUMBER(elemidx), to,
            NUMBER(from), NUMBER(count));
}

void w2p_elem_drop(w2p_instance *instance, uint32_t elemidx) {
    perform(instance, W2P_OP_ELEM_DROP, 0, NULL, "n", NUMBER(elemidx));
}

w2p_ref w2p_ref_func(w2p_instance *instance, uint32_t funcidx) {
    w2p_value function;
    perform(instance, W2P_OP_REF_FUNC, 'r', &function, "n", NUMBER(funcidx));
    return function.ref;
}

#define GLOBAL(name, ctype, field, kind)                                                           \
    ctype w2p_global_get_##name(w2p_instance *instance, uint32_t globalidx) {                      \
        w2p_value value;                                                                           \
        perform(instance, W2P_OP_GLOBAL_GET, kind, &value, "n", NUMBER(globalidx));                \
        return value.field;                                                                        \
    }                                                                                              \
    void w2p_global_set_##name(w2p_instance *instance, uint32_t globalidx, ctype given) {          \
        w2p_value value = {.field = given};                                                        \
        perform(instance, W2P_OP_GLOBAL_SET, 0, NULL, "nv", NUMBER(globalidx), kind, &value);      \
    }

GLOBAL(i32, uint32_t, i32, 'i')
GLOBAL(i64, uint64_t, i64, 'l')
GLOBAL(f32, float, f32, 'f')
GLOBAL(f64, double, f64, 'd')
GLOBAL(ref, w2p_ref, ref, 'r')
