/* The address space of memories that native code uses.
 *
 * Beyond the size, it cannot be accessed: that is the only check of a 32-bit address. */

#include "host.h"

/* What a 32-bit address and an offset reach, and an access from there on. */
#define REACH (((uint64_t)8 << 30) + 65536)

PyTypeObject *w2p_guard_type;

/* A block of memory, whose bytes beyond a size it guards. */
typedef struct {
    PyObject_HEAD
    struct w2p_guarded memory;
    Py_buffer block; /* empty if it has reserved its own */
} guard;

static int guard_traverse(PyObject *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((guard *)self)->block.obj);
    return 0;
}

/* Address space that is reserved here, of a size: nobody is charged for it. */
static int reserve_block(guard *self, PyObject *size) {
    size_t reserved = PyLong_AsSize_t(size);
    if (PyErr_Occurred())
        return -1;
    self->memory.reserved = reserved;
    self->memory.base = w2p_reserve(reserved);
    if (!self->memory.base)
        PyErr_NoMemory();
    return self->memory.base ? 0 : -1;
}

static int take_block(guard *self, PyObject *block) {
    if (PyLong_Check(block))
        return reserve_block(self, block);
    if (PyObject_GetBuffer(block, &self->block, PyBUF_WRITABLE))
        return -1;
    self->memory.base = self->block.buf;
    self->memory.reserved = (uint64_t)self->block.len;
    return 0;
}

static void give_block_back(guard *self) {
    if (self->block.obj)
        PyBuffer_Release(&self->block);
    else if (self->memory.base)
        w2p_free_reserved(self->memory.base, self->memory.reserved);
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
    give_block_back(self);
    PyObject_GC_Del(object);
    Py_DECREF(type);
}

/* Guard(block): of bytes that are reserved, and belong to nobody else, or of as many as a number says,
 * which are reserved here. */
static PyObject *guard_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    PyObject *block;
    (void)keywords;
    if (!PyArg_ParseTuple(args, "O", &block))
        return NULL;
    guard *self = (guard *)PyType_GenericAlloc(type, 0);
    if (!self)
        return NULL;
    if (take_block(self, block)) {
        Py_DECREF(self);
        return NULL;
    }
    if (self->memory.reserved < REACH || (uintptr_t)self->memory.base % w2p_process->page_size) {
        PyErr_SetString(PyExc_ValueError, "the block does not suffice for guard pages");
        Py_DECREF(self);
        return NULL;
    }
    self->memory.next = w2p_process->guarded;
    self->memory.link = &w2p_process->guarded;
    if (self->memory.next)
        self->memory.next->link = &self->memory.next;
    w2p_process->guarded = &self->memory;
    return (PyObject *)self;
}

/* All of the block, also what is not there yet. */
static int guard_buffer(PyObject *self, Py_buffer *view, int flags) {
    const struct w2p_guarded *memory = &((guard *)self)->memory;
    return PyBuffer_FillInfo(view, self, memory->base, (Py_ssize_t)memory->reserved, 0, flags);
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
    if (w2p_guard(memory->base, size, memory->reserved))
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
    if (w2p_open(memory->base + memory->size, size - memory->size))
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
static PyGetSetDef guard_attributes[] = {{W2P_NATIVE, guard_native, NULL, NULL, NULL}, {0}};
static PyType_Slot guard_slots[] = {
    {Py_tp_new, guard_new},
    {Py_tp_dealloc, guard_dealloc},
    {Py_tp_traverse, guard_traverse},
    {Py_tp_methods, guard_methods},
    {Py_tp_getset, guard_attributes},
    {Py_bf_getbuffer, guard_buffer},
    {0},
};
PyType_Spec w2p_guard_spec = {"wasm2py_native.Guard", sizeof(guard), 0,
                              Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, guard_slots};

static uint64_t piece(w2p_instance *instance, uint64_t count) {
    w2p_read(W2P_POLL_PAGE(instance));
    return count < W2P_AT_A_TIME ? count : W2P_AT_A_TIME;
}

void w2p_fill(w2p_instance *instance, uint8_t *into, uint8_t value, uint64_t count) {
    for (uint64_t size; count; into += size, count -= size) {
        size = piece(instance, count);
        memset(into, value, size);
    }
}

void w2p_copy(w2p_instance *instance, uint8_t *into, const uint8_t *from, uint64_t count) {
    int is_backwards = into > from; /* as they may overlap */
    for (uint64_t done = 0, size; done < count; done += size) {
        size = piece(instance, count - done);
        uint64_t place = is_backwards ? count - done - size : done;
        memmove(into + place, from + place, size);
    }
}
