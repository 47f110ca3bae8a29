/* The address space of memories that native code uses.
 *
 * Beyond the size, it cannot be accessed: that is the only check of a 32-bit address. */

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "host.h"

/* What a 32-bit address and an offset reach, and an access from there on. */
#define REACH (((uint64_t)8 << 30) + 65536)

PyTypeObject *w2p_guard_type;

/* A block of memory, whose bytes beyond a size it guards. Keeps the block. */
typedef struct {
    PyObject_HEAD
    struct w2p_guarded memory;
    Py_buffer block;
} guard;

static int guard_traverse(PyObject *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((guard *)self)->block.obj);
    return 0;
}

static void guard_dealloc(PyObject *object) {
    guard *self = (guard *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    if (self->memory.link) {
        *self->memory.link = self->memory.next;
        if (self->memory.next)
            self->memory.next->link = self->memory.link;
    }
    if (self->block.obj)
        PyBuffer_Release(&self->block);
    PyObject_GC_Del(object);
    Py_DECREF(type);
}

/* Guard(block): of bytes that are reserved, and belong to nobody else. */
static PyObject *guard_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    PyObject *block;
    (void)keywords;
    if (!PyArg_ParseTuple(args, "O", &block))
        return NULL;
    guard *self = (guard *)PyType_GenericAlloc(type, 0);
    if (!self)
        return NULL;
    if (PyObject_GetBuffer(block, &self->block, PyBUF_WRITABLE)) {
        Py_DECREF(self);
        return NULL;
    }
    if ((uint64_t)self->block.len < REACH ||
        (uintptr_t)self->block.buf % w2p_process->page_size) {
        PyErr_SetString(PyExc_ValueError, "the block does not suffice for guard pages");
        Py_DECREF(self);
        return NULL;
    }
    self->memory.base = self->block.buf;
    self->memory.reserved = (uint64_t)self->block.len;
    self->memory.next = w2p_process->guarded;
    self->memory.link = &w2p_process->guarded;
    if (self->memory.next)
        self->memory.next->link = &self->memory.next;
    w2p_process->guarded = &self->memory;
    return (PyObject *)self;
}

/* The size that a memory is to have from now on; 0 with an exception if it cannot. */
static int get_larger_size(const struct w2p_guarded *memory, PyObject *argument,
                           unsigned long long *size) {
    *size = PyLong_AsUnsignedLongLong(argument);
    if (PyErr_Occurred())
        return 0;
    if (*size <= memory->reserved && *size % w2p_process->page_size == 0 && *size >= memory->size)
        return 1;
    PyErr_SetString(PyExc_ValueError, "a memory cannot have that size");
    return 0;
}

/* protect(size): guard all that is beyond; a step of `Changes.commit` that has done nothing
 * where it raises. */
static PyObject *guard_protect(PyObject *object, PyObject *argument) {
    struct w2p_guarded *memory = &((guard *)object)->memory;
    unsigned long long size;
    if (!get_larger_size(memory, argument, &size))
        return NULL;
    if (mprotect(memory->base + size, memory->reserved - size, PROT_NONE) ||
        mprotect(memory->base, size, PROT_READ | PROT_WRITE))
        return PyErr_NoMemory();
    memory->size = size;
    return Py_NewRef(Py_None);
}

/* open(size): let the memory grow to a size; a step as the one above. */
static PyObject *guard_open(PyObject *object, PyObject *argument) {
    struct w2p_guarded *memory = &((guard *)object)->memory;
    unsigned long long size;
    if (!get_larger_size(memory, argument, &size))
        return NULL;
    if (mprotect(memory->base + memory->size, size - memory->size, PROT_READ | PROT_WRITE))
        return PyErr_NoMemory();
    memory->size = size;
    return Py_NewRef(Py_None);
}

static PyObject *guard_native(PyObject *self, void *closure) {
    (void)closure;
    return PyCapsule_New(&((guard *)self)->memory, W2P_GUARD_CAPSULE, NULL);
}

static PyMethodDef guard_methods[] = {
    {"protect", guard_protect, METH_O, NULL},
    {"open", guard_open, METH_O, NULL},
    {0},
};
static PyGetSetDef guard_attributes[] = {{"_wasm_native", guard_native, NULL, NULL, NULL}, {0}};
static PyType_Slot guard_slots[] = {
    {Py_tp_new, guard_new},
    {Py_tp_dealloc, guard_dealloc},
    {Py_tp_traverse, guard_traverse},
    {Py_tp_methods, guard_methods},
    {Py_tp_getset, guard_attributes},
    {0},
};
PyType_Spec w2p_guard_spec = {"wasm2py_native.Guard", sizeof(guard), 0,
                              Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, guard_slots};
