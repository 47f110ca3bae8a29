/* What native code knows of tables: the functions that it has looked up.
 *
 * The Python object has the elements. It forgets here what it changes, in one step with the change.
 * A function that is forgotten may be running: its owner is kept until no native code runs. */

#include <stdlib.h>

#include "host.h"

PyTypeObject *w2p_mirror_type;

typedef struct {
    PyObject_HEAD
    w2p_table table;
    PyObject **owners; /* as many as entries; each owns what its entry has, or is NULL */
    const struct w2p_host *user; /* the only instance that has it, if that releases the GIL */
    PyObject *weak_references;
} mirror;

void w2p_set_table_user(const w2p_table *table, const struct w2p_host *user) {
    ((mirror *)((char *)table - offsetof(mirror, table)))->user = user;
}

static int mirror_traverse(PyObject *object, visitproc visit, void *arg) {
    mirror *self = (mirror *)object;
    Py_VISIT(Py_TYPE(object));
    for (uint64_t i = 0; i < self->table.length; i++)
        Py_VISIT(self->owners[i]);
    return 0;
}

static void forget(mirror *self, uint64_t start, uint64_t end) {
    for (uint64_t i = start; i < end && i < self->table.length; i++) {
        PyObject *owner = self->owners[i];
        self->table.entries[i] = (w2p_entry){0};
        self->owners[i] = NULL;
        if (owner)
            w2p_retire(owner);
    }
}

static int mirror_clear(PyObject *self) {
    forget((mirror *)self, 0, UINT64_MAX);
    w2p_free_retired();
    return 0;
}

static void mirror_dealloc(PyObject *object) {
    mirror *self = (mirror *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    if (self->weak_references)
        PyObject_ClearWeakRefs(object);
    mirror_clear(object);
    free(self->table.entries);
    free(self->owners);
    PyObject_GC_Del(object);
    Py_DECREF(type);
}

static PyObject *mirror_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    (void)args, (void)keywords;
    return PyType_GenericAlloc(type, 0);
}

/* claim(None): a step of `Changes.commit` that comes first: see that no code looks at it. */
static PyObject *mirror_claim(PyObject *self, PyObject *none) {
    (void)none;
    const struct w2p_host *user = ((mirror *)self)->user;
    if (!user || user->has_released != w2p_process->generation)
        return Py_NewRef(Py_None);
    PyErr_SetString(PyExc_RuntimeError,
                    "the table is in use by an instance that has released the GIL");
    return NULL;
}

/* forget(start, end): a step of `Changes.commit`, which cannot fail. */
static PyObject *mirror_forget(PyObject *self, PyObject *args) {
    unsigned long long start, end;
    if (!PyArg_ParseTuple(args, "KK", &start, &end))
        return NULL;
    forget((mirror *)self, start, end);
    return Py_NewRef(Py_None);
}

/* settle(): let go of what was forgotten. It may run anything. */
static PyObject *mirror_settle(PyObject *self, PyObject *args) {
    (void)self, (void)args;
    w2p_free_retired();
    return Py_NewRef(Py_None);
}

/* prepare(index): whether there is room for an element. */
static PyObject *mirror_prepare(PyObject *object, PyObject *argument) {
    mirror *self = (mirror *)object;
    unsigned long long index = PyLong_AsUnsignedLongLong(argument);
    if (PyErr_Occurred())
        return NULL;
    uint64_t old = self->table.length, length = old;
    if (index >= length) {
        length = index + index / 2 + 16;
        w2p_entry *entries = calloc(length, sizeof *entries);
        PyObject **owners = calloc(length, sizeof *owners);
        if (!entries || !owners) {
            free(entries);
            free(owners);
            return PyBool_FromLong(0);
        }
        if (old) {
            memcpy(entries, self->table.entries, old * sizeof *entries);
            memcpy(owners, self->owners, old * sizeof *owners);
        }
        free(self->table.entries);
        free(self->owners);
        self->table.entries = entries;
        self->owners = owners;
        self->table.length = length;
    }
    return PyBool_FromLong(1);
}

/* store(index, owner, type): a step of `Changes.commit`, which cannot fail once `prepare` has been
 * asked; without room, nothing is known of the element. */
static PyObject *mirror_store(PyObject *object, PyObject *args) {
    mirror *self = (mirror *)object;
    PyObject *owner;
    unsigned long long index, type;
    if (!PyArg_ParseTuple(args, "KOK", &index, &owner, &type))
        return NULL;
    const w2p_function *function = w2p_own_function(owner);
    if (!function || index >= self->table.length)
        return Py_NewRef(Py_None);
    forget(self, index, index + 1);
    if (w2p_make_room_to_retire())
        return Py_NewRef(Py_None);
    w2p_process->in_tables++;
    self->owners[index] = Py_NewRef(owner);
    self->table.entries[index] = (w2p_entry){*function, type};
    return Py_NewRef(Py_None);
}

static PyObject *mirror_native(PyObject *self, void *closure) {
    (void)closure;
    return PyCapsule_New(&((mirror *)self)->table, W2P_MIRROR_CAPSULE, NULL);
}

static PyMethodDef mirror_methods[] = {
    {"claim", mirror_claim, METH_O, NULL},
    {"forget", mirror_forget, METH_VARARGS, NULL},
    {"settle", mirror_settle, METH_NOARGS, NULL},
    {"prepare", mirror_prepare, METH_O, NULL},
    {"store", mirror_store, METH_VARARGS, NULL},
    {0},
};
static PyGetSetDef mirror_attributes[] = {{W2P_NATIVE, mirror_native, NULL, NULL, NULL}, {0}};
static PyMemberDef mirror_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(mirror, weak_references), READONLY, NULL},
    {0},
};
static PyType_Slot mirror_slots[] = {
    {Py_tp_members, mirror_members},
    {Py_tp_new, mirror_new},
    {Py_tp_dealloc, mirror_dealloc},
    {Py_tp_traverse, mirror_traverse},
    {Py_tp_clear, mirror_clear},
    {Py_tp_methods, mirror_methods},
    {Py_tp_getset, mirror_attributes},
    {0},
};
PyType_Spec w2p_mirror_spec = {"wasm2py_native.Mirror", sizeof(mirror), 0,
                               Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, mirror_slots};
