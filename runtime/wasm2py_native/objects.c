/* The objects that Python has of native functions and instances. */

#include <stdlib.h>

#include "host.h"

PyTypeObject *w2p_instance_type, *w2p_export_type, *w2p_host_function_type;

/* What native code needs of an object that some copy of the runtime has made; else NULL, and no
 * exception. */
void *w2p_native(PyObject *object, const char *name) {
    PyObject *capsule = PyObject_GetAttrString(object, W2P_NATIVE);
    void *pointer = capsule ? PyCapsule_GetPointer(capsule, name) : NULL;
    Py_XDECREF(capsule);
    PyErr_Clear();
    return pointer;
}

/* The same for functions, those that only their own instance calls included. */
const w2p_function *w2p_own_function(PyObject *object) {
    const w2p_function *function = w2p_native(object, W2P_FUNCTION_CAPSULE);
    return function ? function : w2p_native(object, W2P_OWN_FUNCTION_CAPSULE);
}

/* Allocate an object of a type of ours. */
static void *allocate(PyTypeObject *type) { return PyType_GenericAlloc(type, 0); }

static void deallocate(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

/* Instances. */

static int instance_traverse(PyObject *self, visitproc visit, void *arg) {
    struct w2p_host *host = (struct w2p_host *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(host->operations);
    Py_VISIT(host->owned);
    return 0;
}

/* Tell the tables of an instance that releases the GIL. */
static void set_users(struct w2p_host *host, const struct w2p_host *user) {
    for (const w2p_table **table = host->tables; table && *table; table++)
        w2p_set_table_user(*table, user);
}

static void instance_dealloc(PyObject *self) {
    struct w2p_host *host = (struct w2p_host *)self;
    PyObject_GC_UnTrack(self);
    if (host->releases_gil)
        set_users(host, NULL);
    Py_XDECREF(host->operations);
    Py_XDECREF(host->owned);
    free(host->instance);
    free(host->memories);
    free(host->tables);
    free(host->imports);
    free(host->types);
    free(host->globals);
    deallocate(self);
}

/* Room for as many, and one more; all zero. */
static void *room(Py_ssize_t count, size_t size) { return calloc((size_t)count + 1, size); }

static int fill(struct w2p_host *host, PyObject *memories, PyObject *tables, PyObject *imports,
                PyObject *types, PyObject *globals) {
    for (Py_ssize_t i = 0; i < PyTuple_Size(memories); i++) {
        struct w2p_guarded *memory = w2p_native(PyTuple_GetItem(memories, i), W2P_GUARD_CAPSULE);
        if (!memory)
            return -1;
        host->memories[i] = (w2p_memory){memory->base, &memory->size};
    }
    for (Py_ssize_t i = 0; i < PyTuple_Size(tables); i++) {
        host->tables[i] = w2p_native(PyTuple_GetItem(tables, i), W2P_MIRROR_CAPSULE);
        if (!host->tables[i])
            return -1;
    }
    for (Py_ssize_t i = 0; i < PyTuple_Size(imports); i++) {
        PyObject *owner = PyTuple_GetItem(imports, i);
        w2p_function *function = w2p_native(owner, W2P_FUNCTION_CAPSULE);
        if (!function)
            return -1;
        if (host->releases_gil) {
            if (Py_TYPE(owner) != w2p_host_function_type)
                return -1;
            ((w2p_host_function *)owner)->instance.running = &host->running;
        }
        host->imports[i] = *function;
    }
    for (Py_ssize_t i = 0; i < PyTuple_Size(types); i++)
        host->types[i] = PyLong_AsUnsignedLongLongMask(PyTuple_GetItem(types, i));
    for (Py_ssize_t i = 0; i < PyTuple_Size(globals); i++)
        host->globals[i] = PyLong_AsVoidPtr(PyTuple_GetItem(globals, i));
    return PyErr_Occurred() ? -1 : 0;
}

/* Instance(operations, memories, tables, imports, types, globals, owners, releases_gil): tuples but
 * for the last one; `owners` only has what must stay. */
static PyObject *instance_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    PyObject *operations, *memories, *tables, *imports, *types, *globals, *owners;
    int releases_gil;
    (void)keywords;
    if (!PyArg_ParseTuple(args, "OOOOOOOp", &operations, &memories, &tables, &imports, &types,
                          &globals, &owners, &releases_gil))
        return NULL;
    struct w2p_host *host = allocate(type);
    if (!host)
        return NULL;
    host->operations = Py_NewRef(operations);
    host->owned = Py_NewRef(args);
    host->releases_gil = releases_gil;
    w2p_instance *instance = host->instance = room(w2p_the_module.instance_size, 1);
    host->memories = room(PyTuple_Size(memories), sizeof *host->memories);
    host->tables = room(PyTuple_Size(tables), sizeof *host->tables);
    host->imports = room(PyTuple_Size(imports), sizeof *host->imports);
    host->types = room(PyTuple_Size(types), sizeof *host->types);
    host->globals = room(PyTuple_Size(globals), sizeof *host->globals);
    if (!instance || !host->memories || !host->tables || !host->imports || !host->types ||
        !host->globals) {
        Py_DECREF(host);
        return PyErr_NoMemory();
    }
    if (fill(host, memories, tables, imports, types, globals)) {
        Py_DECREF(host);
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_TypeError, "what native code needs is of another version");
        return NULL;
    }
    instance->memory0 = host->memories[0].base;
    instance->running = releases_gil ? &host->running : &w2p_process->running;
    if (releases_gil)
        set_users(host, host);
    instance->memories = host->memories;
    instance->tables = host->tables;
    instance->imports = host->imports;
    instance->types = host->types;
    instance->globals = host->globals;
    instance->host = host;
    /* Signals are looked after when the next call begins. */
    w2p_process->calls = (unsigned long)-1;
    return (PyObject *)host;
}

/* The cell of a global, and the kind of its type; NULL with an exception where there is none. */
static void *cell_of(PyObject *self, PyObject *index) {
    unsigned long number = PyLong_AsUnsignedLong(index);
    if (PyErr_Occurred())
        return NULL;
    if (number >= w2p_the_module.globals_count || !w2p_the_module.global_cells[number]) {
        PyErr_SetString(PyExc_ValueError, "the global has no cell");
        return NULL;
    }
    return (char *)((struct w2p_host *)self)->instance + w2p_the_module.global_cells[number];
}

static char kind_of(PyObject *kind) {
    const char *text = PyUnicode_AsUTF8AndSize(kind, NULL);
    return text ? *text : 0;
}

/* global_get(index, kind) */
static PyObject *instance_global_get(PyObject *self, PyObject *args) {
    PyObject *index, *kind;
    if (!PyArg_ParseTuple(args, "OO", &index, &kind))
        return NULL;
    const w2p_value *cell = cell_of(self, index);
    return cell ? w2p_raw(kind_of(kind), cell) : NULL;
}

/* global_set(index, kind, raw) */
static PyObject *instance_global_set(PyObject *self, PyObject *args) {
    PyObject *index, *kind, *raw;
    if (!PyArg_ParseTuple(args, "OOO", &index, &kind, &raw))
        return NULL;
    w2p_value value, *cell = cell_of(self, index);
    if (!cell || w2p_from_raw(kind_of(kind), raw, &value))
        return NULL;
    switch (kind_of(kind)) {
    case 'i':
        cell->i32 = value.i32;
        break;
    case 'l':
        cell->i64 = value.i64;
        break;
    case 'f':
        cell->f32 = value.f32;
        break;
    default:
        cell->f64 = value.f64;
    }
    return Py_NewRef(Py_None);
}

/* global_cell(index) */
static PyObject *instance_global_cell(PyObject *self, PyObject *index) {
    void *cell = cell_of(self, index);
    return cell ? PyLong_FromVoidPtr(cell) : NULL;
}

/* fuel() */
static PyObject *instance_fuel(PyObject *self, PyObject *none) {
    (void)none;
    return PyLong_FromLongLong(((struct w2p_host *)self)->instance->fuel);
}

/* set_fuel(amount) */
static PyObject *instance_set_fuel(PyObject *self, PyObject *amount) {
    long long fuel = PyLong_AsLongLong(amount);
    if (fuel == -1 && PyErr_Occurred())
        return NULL;
    ((struct w2p_host *)self)->instance->fuel = fuel;
    return Py_NewRef(Py_None);
}

/* set_time(nanoseconds): what a call of the host may take. */
static PyObject *instance_set_time(PyObject *self, PyObject *time) {
    long long nanoseconds = PyLong_AsLongLong(time);
    if (nanoseconds == -1 && PyErr_Occurred())
        return NULL;
    ((struct w2p_host *)self)->time = nanoseconds;
    return Py_NewRef(Py_None);
}

static PyMethodDef instance_methods[] = {
    {"fuel", instance_fuel, METH_NOARGS, NULL},
    {"set_fuel", instance_set_fuel, METH_O, NULL},
    {"set_time", instance_set_time, METH_O, NULL},
    {"global_get", instance_global_get, METH_VARARGS, NULL},
    {"global_set", instance_global_set, METH_VARARGS, NULL},
    {"global_cell", instance_global_cell, METH_O, NULL},
    {0},
};

static PyType_Slot instance_slots[] = {
    {Py_tp_new, instance_new},
    {Py_tp_dealloc, instance_dealloc},
    {Py_tp_traverse, instance_traverse},
    {Py_tp_methods, instance_methods},
    {0},
};
PyType_Spec w2p_instance_spec = {"wasm2py_native.Instance", sizeof(struct w2p_host), 0,
                                 Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, instance_slots};

/* Exported functions. */

static int export_traverse(PyObject *self, visitproc visit, void *arg) {
    w2p_export *export = (w2p_export *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(export->host);
    Py_VISIT(export->handle);
    Py_VISIT(export->python_type);
    return 0;
}

static void export_dealloc(PyObject *self) {
    w2p_export *export = (w2p_export *)self;
    PyObject_GC_UnTrack(self);
    Py_XDECREF(export->host);
    Py_XDECREF(export->handle);
    Py_XDECREF(export->python_type);
    Py_XDECREF(export->name);
    Py_XDECREF(export->doc);
    deallocate(self);
}

/* export(instance, funcidx, handle, type, externrefs, name, doc, module, is_unsigned): the callable */
PyObject *w2p_export_function(PyObject *module, PyObject *args) {
    PyObject *instance, *handle, *type, *name, *doc, *home;
    unsigned int index;
    int is_unsigned;
    unsigned long long externrefs;
    (void)module;
    if (!PyArg_ParseTuple(args, "O!IOOKSSOp", w2p_instance_type, &instance, &index, &handle, &type,
                          &externrefs, &name, &doc, &home, &is_unsigned))
        return NULL;
    const w2p_module *description = &w2p_the_module;
    uint32_t imported = description->imported_functions;
    if (index < imported || index >= description->functions_count ||
        !description->code[index - imported]) {
        PyErr_SetString(PyExc_ValueError, "there is no native function of this index");
        return NULL;
    }
    w2p_export *export = allocate(w2p_export_type);
    if (!export)
        return NULL;
    export->host = (struct w2p_host *)Py_NewRef(instance);
    export->function.code = description->code[index - imported];
    export->function.instance = export->host->instance;
    export->type = &description->types[description->function_types[index]];
    export->externrefs = externrefs;
    export->is_unsigned = is_unsigned;
    export->handle = Py_NewRef(handle);
    export->python_type = Py_NewRef(type);
    export->name = Py_NewRef(name);
    export->doc = Py_NewRef(doc);
    export->definition.ml_name = PyBytes_AsString(name);
    export->definition.ml_meth = (PyCFunction)(void (*)(void))w2p_call_export;
    export->definition.ml_flags = METH_FASTCALL;
    export->definition.ml_doc = PyBytes_AsString(doc);
    PyObject *callable = PyCFunction_NewEx(&export->definition, (PyObject *)export, home);
    Py_DECREF(export);
    return callable;
}

static PyObject *export_native(PyObject *self, void *closure) {
    (void)closure;
    w2p_export *export = (w2p_export *)self;
    return PyCapsule_New(&export->function,
                         export->host->releases_gil ? W2P_OWN_FUNCTION_CAPSULE
                                                    : W2P_FUNCTION_CAPSULE,
                         NULL);
}

static PyObject *export_function(PyObject *self, void *closure) {
    (void)closure;
    return Py_NewRef(((w2p_export *)self)->handle);
}

static PyGetSetDef export_attributes[] = {
    {W2P_NATIVE, export_native, NULL, NULL, NULL},
    {"_wasm_function", export_function, NULL, NULL, NULL},
    {0},
};

static PyType_Slot export_slots[] = {
    {Py_tp_dealloc, export_dealloc},
    {Py_tp_traverse, export_traverse},
    {Py_tp_getset, export_attributes},
    {0},
};
PyType_Spec w2p_export_spec = {
    "wasm2py_native.Export", sizeof(w2p_export), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION, export_slots};

/* Functions of the host. */

static int host_function_traverse(PyObject *self, visitproc visit, void *arg) {
    w2p_host_function *function = (w2p_host_function *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(function->callable);
    Py_VISIT(function->operations);
    Py_VISIT(function->python_type);
    return 0;
}

static void host_function_dealloc(PyObject *self) {
    w2p_host_function *function = (w2p_host_function *)self;
    PyObject_GC_UnTrack(self);
    Py_XDECREF(function->callable);
    Py_XDECREF(function->operations);
    Py_XDECREF(function->python_type);
    Py_XDECREF(function->name);
    deallocate(self);
}

/* HostFunction(operations, typeidx, callable, type, externrefs, name, is_code, is_unsigned,
 * instance): the last one is that which calls it, or None before there is one. */
static PyObject *host_function_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    PyObject *operations, *callable, *python_type, *name, *instance;
    unsigned int index;
    int is_code, is_unsigned;
    unsigned long long externrefs;
    (void)keywords;
    if (!PyArg_ParseTuple(args, "OIOOKOppO", &operations, &index, &callable, &python_type,
                          &externrefs, &name, &is_code, &is_unsigned, &instance))
        return NULL;
    if (index >= w2p_the_module.types_count) {
        PyErr_SetString(PyExc_ValueError, "there is no type of this index");
        return NULL;
    }
    w2p_host_function *function = allocate(type);
    if (!function)
        return NULL;
    function->type = &w2p_the_module.types[index];
    function->function = (w2p_function){function->type->host, &function->instance};
    function->instance.running = Py_TYPE(instance) == w2p_instance_type
                                     ? ((struct w2p_host *)instance)->instance->running
                                     : &w2p_process->running;
    function->externrefs = externrefs;
    function->operations = Py_NewRef(operations);
    function->callable = Py_NewRef(callable);
    function->python_type = Py_NewRef(python_type);
    function->name = Py_NewRef(name);
    function->is_code = is_code;
    function->is_unsigned = is_unsigned;
    return (PyObject *)function;
}

static PyObject *host_function_native(PyObject *self, void *closure) {
    (void)closure;
    return PyCapsule_New(&((w2p_host_function *)self)->function, W2P_FUNCTION_CAPSULE, NULL);
}

static PyGetSetDef host_function_attributes[] = {
    {W2P_NATIVE, host_function_native, NULL, NULL, NULL},
    {0},
};

static PyType_Slot host_function_slots[] = {
    {Py_tp_new, host_function_new},
    {Py_tp_dealloc, host_function_dealloc},
    {Py_tp_traverse, host_function_traverse},
    {Py_tp_getset, host_function_attributes},
    {0},
};
PyType_Spec w2p_host_function_spec = {
    "wasm2py_native.HostFunction", sizeof(w2p_host_function), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, host_function_slots};
