/* The extension module of a package. Only the main interpreter can load it. */

#include "host.h"

PyObject *w2p_export_function(PyObject *module, PyObject *args);

static int make_type(PyObject *module, PyType_Spec *spec, PyTypeObject **type) {
    if (!*type)
        *type = (PyTypeObject *)PyType_FromSpec(spec);
    return *type ? PyModule_AddType(module, *type) : -1;
}

/* Let Python code reserve address space as it is reserved here: what it can map itself cannot be
 * guarded on Windows, and needs more of the standard library elsewhere. */
static int share_guard(void) {
    PyObject *shared = PyImport_AddModule(W2P_SHARED); /* borrowed */
    return shared ? PyObject_SetAttrString(shared, "Guard", (PyObject *)w2p_guard_type) : -1;
}

static int execute(PyObject *module) {
    if (PyInterpreterState_GetID(PyInterpreterState_Get())) {
        PyErr_SetString(PyExc_ImportError, "native functions run in the main interpreter only");
        return -1;
    }
    if (w2p_the_module.abi != W2P_ABI) {
        PyErr_SetString(PyExc_ImportError, "the module was compiled for another runtime");
        return -1;
    }
    if (!w2p_process && w2p_find_process())
        return -1;
    return make_type(module, &w2p_instance_spec, &w2p_instance_type) ||
           make_type(module, &w2p_export_spec, &w2p_export_type) ||
           make_type(module, &w2p_host_function_spec, &w2p_host_function_type) ||
           make_type(module, &w2p_guard_spec, &w2p_guard_type) ||
           make_type(module, &w2p_mirror_spec, &w2p_mirror_type) || share_guard() ||
           PyModule_AddIntConstant(module, "W2P_ABI", W2P_ABI)
               ? -1
               : 0;
}

/* is_native(object): whether native code can call its function as it is. */
static PyObject *is_native(PyObject *module, PyObject *object) {
    (void)module;
    return PyBool_FromLong(w2p_native(object, W2P_FUNCTION_CAPSULE) != NULL);
}

/* tell_frames(frame_of): how tracebacks get frames of the module's functions, from now on. */
static PyObject *tell_frames(PyObject *module, PyObject *frame_of) {
    (void)module;
    PyObject *former = w2p_the_program.frame_of;
    if (!former) {
        w2p_the_program.next = w2p_process->programs;
        w2p_process->programs = &w2p_the_program;
    }
    w2p_the_program.frame_of = Py_NewRef(frame_of);
    Py_XDECREF(former);
    return Py_NewRef(Py_None);
}

/* time_left(): the nanoseconds that this thread's call has, None if it has all that it wants. */
static PyObject *time_left(PyObject *module, PyObject *none) {
    (void)module, (void)none;
    struct w2p_thread *thread = w2p_this_thread();
    if (!thread)
        return NULL;
    if (!thread->deadline)
        return Py_NewRef(Py_None);
    int64_t now = w2p_now();
    return PyLong_FromLongLong(thread->deadline > now ? thread->deadline - now : 0);
}

static PyMethodDef functions[] = {
    {"tell_frames", tell_frames, METH_O, NULL},
    {"is_native", is_native, METH_O, NULL},
    {"export", w2p_export_function, METH_VARARGS, NULL},
    {"time_left", time_left, METH_NOARGS, NULL},
    {0},
};
static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0}};
static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_native", "The functions of a package in C.", 0, functions, slots,
    NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__native(void) { return PyModuleDef_Init(&definition); }
