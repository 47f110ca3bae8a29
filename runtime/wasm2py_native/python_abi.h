/* The part of Python's stable ABI (CPython 3.11 and later) that the runtime uses.
 *
 * A package is built where there may be no Python.h, and for platforms that are not this one.
 * What is declared here never changes: https://docs.python.org/3.11/c-api/stable.html. Whatever
 * is a macro or an inline function in Python.h is the function of the ABI here.
 */

#ifndef W2P_PYTHON_ABI_H
#define W2P_PYTHON_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef _WIN32
#define W2P_PYTHON_DATA extern __declspec(dllimport)
#define W2P_EXPORT __declspec(dllexport)
#else
#define W2P_PYTHON_DATA extern
#define W2P_EXPORT __attribute__((visibility("default")))
#endif

#define PyMODINIT_FUNC W2P_EXPORT PyObject *

typedef ptrdiff_t Py_ssize_t;
typedef Py_ssize_t Py_hash_t;
#define PY_SSIZE_T_MAX PTRDIFF_MAX

/* Objects */

typedef struct _typeobject PyTypeObject;
typedef struct _object {
    Py_ssize_t ob_refcnt;
    PyTypeObject *ob_type;
} PyObject;

#define PyObject_HEAD PyObject ob_base;
#define Py_TYPE(object) (((PyObject *)(object))->ob_type)

typedef PyObject *(*PyCFunction)(PyObject *, PyObject *);
typedef PyObject *(*_PyCFunctionFast)(PyObject *, PyObject *const *, Py_ssize_t);
typedef void (*destructor)(PyObject *);
typedef void (*freefunc)(void *);
typedef int (*visitproc)(PyObject *, void *);
typedef int (*traverseproc)(PyObject *, visitproc, void *);
typedef int (*inquiry)(PyObject *);
typedef PyObject *(*getter)(PyObject *, void *);
typedef int (*setter)(PyObject *, PyObject *, void *);

void Py_IncRef(PyObject *);
void Py_DecRef(PyObject *);
#define Py_INCREF(object) Py_IncRef((PyObject *)(object))
#define Py_DECREF(object) Py_DecRef((PyObject *)(object))
#define Py_XINCREF(object) Py_IncRef((PyObject *)(object)) /* these take NULL */
#define Py_XDECREF(object) Py_DecRef((PyObject *)(object))
#define Py_CLEAR(object)                                                                           \
    do {                                                                                           \
        PyObject *w2p_cleared_ = (PyObject *)(object);                                             \
        (object) = NULL;                                                                           \
        Py_DecRef(w2p_cleared_);                                                                   \
    } while (0)
#define Py_VISIT(object)                                                                           \
    do {                                                                                           \
        if (object) {                                                                              \
            int w2p_visited_ = visit((PyObject *)(object), arg);                                   \
            if (w2p_visited_)                                                                      \
                return w2p_visited_;                                                               \
        }                                                                                          \
    } while (0)
PyObject *Py_NewRef(PyObject *);
PyObject *Py_XNewRef(PyObject *);

W2P_PYTHON_DATA PyObject _Py_NoneStruct;
W2P_PYTHON_DATA PyObject _Py_NotImplementedStruct;
#define Py_None (&_Py_NoneStruct)
#define Py_NotImplemented (&_Py_NotImplementedStruct)

PyObject *PyObject_GetAttr(PyObject *, PyObject *);
PyObject *PyObject_GetAttrString(PyObject *, const char *);
int PyObject_SetAttr(PyObject *, PyObject *, PyObject *);
int PyObject_SetAttrString(PyObject *, const char *, PyObject *);
int PyObject_HasAttrString(PyObject *, const char *);
PyObject *PyObject_GenericGetAttr(PyObject *, PyObject *);
int PyObject_GenericSetAttr(PyObject *, PyObject *, PyObject *);
PyObject *PyObject_Call(PyObject *, PyObject *, PyObject *);
PyObject *PyObject_CallObject(PyObject *, PyObject *);
PyObject *PyObject_CallNoArgs(PyObject *);
PyObject *PyObject_CallFunctionObjArgs(PyObject *, ...);
PyObject *PyObject_CallMethodObjArgs(PyObject *, PyObject *, ...);
PyObject *PyObject_CallFunction(PyObject *, const char *, ...);
PyObject *PyObject_CallMethod(PyObject *, const char *, const char *, ...);
PyObject *PyObject_GetItem(PyObject *, PyObject *);
int PyObject_SetItem(PyObject *, PyObject *, PyObject *);
int PyObject_IsTrue(PyObject *);
int PyObject_IsInstance(PyObject *, PyObject *);
int PyObject_RichCompareBool(PyObject *, PyObject *, int);
Py_hash_t PyObject_Hash(PyObject *);
PyObject *PyObject_Repr(PyObject *);
PyObject *PyObject_Str(PyObject *);
PyObject *PyObject_GetIter(PyObject *);
PyObject *PyIter_Next(PyObject *);
int PyCallable_Check(PyObject *);
Py_ssize_t PyObject_Size(PyObject *);
void PyObject_ClearWeakRefs(PyObject *);

void PyObject_GC_Track(void *);
void PyObject_GC_UnTrack(void *);
void PyObject_GC_Del(void *);
void PyObject_Free(void *);

/* Types */

typedef struct {
    int slot;
    void *pfunc;
} PyType_Slot;

typedef struct {
    const char *name;
    int basicsize;
    int itemsize;
    unsigned int flags;
    PyType_Slot *slots;
} PyType_Spec;

#define Py_TPFLAGS_DEFAULT 0
#define Py_TPFLAGS_BASETYPE (1u << 10)
#define Py_TPFLAGS_HAVE_GC (1u << 14)
#define Py_TPFLAGS_IMMUTABLETYPE (1u << 8)
#define Py_TPFLAGS_DISALLOW_INSTANTIATION (1u << 7)

#define Py_bf_getbuffer 1
#define Py_mp_ass_subscript 3
#define Py_mp_length 4
#define Py_mp_subscript 5
#define Py_tp_alloc 47
#define Py_tp_call 50
#define Py_tp_clear 51
#define Py_tp_dealloc 52
#define Py_tp_doc 56
#define Py_tp_getattro 58
#define Py_tp_hash 59
#define Py_tp_init 60
#define Py_tp_methods 64
#define Py_tp_new 65
#define Py_tp_repr 66
#define Py_tp_richcompare 67
#define Py_tp_setattro 69
#define Py_tp_str 70
#define Py_tp_traverse 71
#define Py_tp_members 72
#define Py_tp_getset 73
#define Py_tp_free 74

PyObject *PyType_FromSpec(PyType_Spec *);
PyObject *PyType_FromModuleAndSpec(PyObject *, PyType_Spec *, PyObject *);
PyObject *PyType_GenericAlloc(PyTypeObject *, Py_ssize_t);
PyObject *PyType_GenericNew(PyTypeObject *, PyObject *, PyObject *);
void *PyType_GetSlot(PyTypeObject *, int);
void *PyType_GetModuleState(PyTypeObject *);
PyObject *PyType_GetModule(PyTypeObject *);
unsigned long PyType_GetFlags(PyTypeObject *);
int PyType_IsSubtype(PyTypeObject *, PyTypeObject *);
#define PyObject_TypeCheck(object, type)                                                           \
    (Py_TYPE(object) == (type) || PyType_IsSubtype(Py_TYPE(object), (type)))

typedef struct {
    const char *name;
    int type;
    Py_ssize_t offset;
    int flags;
    const char *doc;
} PyMemberDef;

#define T_PYSSIZET 19
#define T_ULONGLONG 18
#define T_OBJECT_EX 16
#define READONLY 1

typedef struct {
    const char *name;
    getter get;
    setter set;
    const char *doc;
    void *closure;
} PyGetSetDef;

/* Functions and modules */

typedef struct PyMethodDef {
    const char *ml_name;
    PyCFunction ml_meth;
    int ml_flags;
    const char *ml_doc;
} PyMethodDef;

#define METH_VARARGS 0x0001
#define METH_KEYWORDS 0x0002
#define METH_NOARGS 0x0004
#define METH_O 0x0008
#define METH_STATIC 0x0020
#define METH_FASTCALL 0x0080

PyObject *PyCFunction_NewEx(PyMethodDef *, PyObject *, PyObject *);
#define PyCFunction_New(definition, self) PyCFunction_NewEx((definition), (self), NULL)
PyObject *PyCFunction_GetSelf(PyObject *);
PyCFunction PyCFunction_GetFunction(PyObject *);
W2P_PYTHON_DATA PyTypeObject PyCFunction_Type;
#define PyCFunction_CheckExact(object) (Py_TYPE(object) == &PyCFunction_Type)

typedef struct PyModuleDef_Base {
    PyObject ob_base;
    PyObject *(*m_init)(void);
    Py_ssize_t m_index;
    PyObject *m_copy;
} PyModuleDef_Base;

typedef struct PyModuleDef_Slot {
    int slot;
    void *value;
} PyModuleDef_Slot;

typedef struct PyModuleDef {
    PyModuleDef_Base m_base;
    const char *m_name;
    const char *m_doc;
    Py_ssize_t m_size;
    PyMethodDef *m_methods;
    PyModuleDef_Slot *m_slots;
    traverseproc m_traverse;
    inquiry m_clear;
    freefunc m_free;
} PyModuleDef;

#define PyModuleDef_HEAD_INIT { { 1, NULL }, NULL, 0, NULL }
#define Py_mod_create 1
#define Py_mod_exec 2

PyObject *PyModuleDef_Init(PyModuleDef *);
void *PyModule_GetState(PyObject *);
PyModuleDef *PyModule_GetDef(PyObject *);
int PyModule_AddObjectRef(PyObject *, const char *, PyObject *);
int PyModule_AddIntConstant(PyObject *, const char *, long);
int PyModule_AddStringConstant(PyObject *, const char *, const char *);
int PyModule_AddType(PyObject *, PyTypeObject *);
PyObject *PyImport_ImportModule(const char *);
PyObject *PyImport_AddModule(const char *);
PyObject *PyImport_GetModuleDict(void);

/* Values */

W2P_PYTHON_DATA PyTypeObject PyLong_Type;
W2P_PYTHON_DATA PyTypeObject PyFloat_Type;
W2P_PYTHON_DATA PyTypeObject PyBool_Type;
W2P_PYTHON_DATA PyTypeObject PyUnicode_Type;
W2P_PYTHON_DATA PyTypeObject PyTuple_Type;
W2P_PYTHON_DATA PyTypeObject PyList_Type;
W2P_PYTHON_DATA PyTypeObject PyBytes_Type;
#define PyLong_CheckExact(object) (Py_TYPE(object) == &PyLong_Type)
#define PyFloat_CheckExact(object) (Py_TYPE(object) == &PyFloat_Type)
#define PyBool_Check(object) (Py_TYPE(object) == &PyBool_Type)
#define PyTuple_CheckExact(object) (Py_TYPE(object) == &PyTuple_Type)
#define PyLong_Check(object) ((PyType_GetFlags(Py_TYPE(object)) & (1ul << 24)) != 0)
#define PyList_Check(object) ((PyType_GetFlags(Py_TYPE(object)) & (1ul << 25)) != 0)
#define PyTuple_Check(object) ((PyType_GetFlags(Py_TYPE(object)) & (1ul << 26)) != 0)
#define PyBytes_Check(object) ((PyType_GetFlags(Py_TYPE(object)) & (1ul << 27)) != 0)
#define PyUnicode_Check(object) ((PyType_GetFlags(Py_TYPE(object)) & (1ul << 28)) != 0)
#define PyDict_Check(object) ((PyType_GetFlags(Py_TYPE(object)) & (1ul << 29)) != 0)
#define PyFloat_Check(object) PyObject_TypeCheck((object), &PyFloat_Type)

PyObject *PyBool_FromLong(long);
PyObject *PyLong_FromLong(long);
PyObject *PyLong_FromUnsignedLong(unsigned long);
PyObject *PyLong_FromLongLong(long long);
PyObject *PyLong_FromUnsignedLongLong(unsigned long long);
PyObject *PyLong_FromSsize_t(Py_ssize_t);
PyObject *PyLong_FromSize_t(size_t);
PyObject *PyLong_FromVoidPtr(void *);
long PyLong_AsLong(PyObject *);
long PyLong_AsLongAndOverflow(PyObject *, int *);
unsigned long PyLong_AsUnsignedLong(PyObject *);
unsigned long PyLong_AsUnsignedLongMask(PyObject *);
long long PyLong_AsLongLong(PyObject *);
long long PyLong_AsLongLongAndOverflow(PyObject *, int *);
unsigned long long PyLong_AsUnsignedLongLong(PyObject *);
unsigned long long PyLong_AsUnsignedLongLongMask(PyObject *);
Py_ssize_t PyLong_AsSsize_t(PyObject *);
size_t PyLong_AsSize_t(PyObject *);
void *PyLong_AsVoidPtr(PyObject *);
PyObject *PyNumber_Index(PyObject *);
PyObject *PyNumber_Or(PyObject *, PyObject *);
PyObject *PyNumber_Lshift(PyObject *, PyObject *);
PyObject *PyFloat_FromDouble(double);
double PyFloat_AsDouble(PyObject *);

PyObject *PyUnicode_FromString(const char *);
PyObject *PyUnicode_FromStringAndSize(const char *, Py_ssize_t);
PyObject *PyUnicode_FromFormat(const char *, ...);
PyObject *PyUnicode_InternFromString(const char *);
const char *PyUnicode_AsUTF8AndSize(PyObject *, Py_ssize_t *); /* since 3.10 */
int PyUnicode_CompareWithASCIIString(PyObject *, const char *);

PyObject *PyBytes_FromStringAndSize(const char *, Py_ssize_t);
char *PyBytes_AsString(PyObject *);
int PyBytes_AsStringAndSize(PyObject *, char **, Py_ssize_t *);
Py_ssize_t PyBytes_Size(PyObject *);

PyObject *PyTuple_New(Py_ssize_t);
PyObject *PyTuple_Pack(Py_ssize_t, ...);
Py_ssize_t PyTuple_Size(PyObject *);
PyObject *PyTuple_GetItem(PyObject *, Py_ssize_t);
int PyTuple_SetItem(PyObject *, Py_ssize_t, PyObject *);
PyObject *PySequence_Tuple(PyObject *);
PyObject *PySequence_List(PyObject *);
Py_ssize_t PySequence_Size(PyObject *);
PyObject *PySequence_GetItem(PyObject *, Py_ssize_t);

PyObject *PyList_New(Py_ssize_t);
Py_ssize_t PyList_Size(PyObject *);
PyObject *PyList_GetItem(PyObject *, Py_ssize_t);
int PyList_SetItem(PyObject *, Py_ssize_t, PyObject *);
int PyList_Append(PyObject *, PyObject *);
int PyList_SetSlice(PyObject *, Py_ssize_t, Py_ssize_t, PyObject *);

PyObject *PyDict_New(void);
Py_ssize_t PyDict_Size(PyObject *);
PyObject *PyDict_GetItemWithError(PyObject *, PyObject *);
PyObject *PyDict_GetItemString(PyObject *, const char *);
int PyDict_SetItem(PyObject *, PyObject *, PyObject *);
int PyDict_SetItemString(PyObject *, const char *, PyObject *);
int PyDict_DelItem(PyObject *, PyObject *);
int PyDict_Contains(PyObject *, PyObject *);
int PyDict_Next(PyObject *, Py_ssize_t *, PyObject **, PyObject **);
void PyDict_Clear(PyObject *);

PyObject *PySet_New(PyObject *);
int PySet_Add(PyObject *, PyObject *);
int PySet_Clear(PyObject *);
Py_ssize_t PySet_Size(PyObject *);

PyObject *PyCapsule_New(void *, const char *, void (*)(PyObject *));
void *PyCapsule_GetPointer(PyObject *, const char *);
PyObject *PyWeakref_NewRef(PyObject *, PyObject *);
PyObject *PyWeakref_GetObject(PyObject *);

typedef struct {
    void *buf;
    PyObject *obj;
    Py_ssize_t len;
    Py_ssize_t itemsize;
    int readonly;
    int ndim;
    char *format;
    Py_ssize_t *shape;
    Py_ssize_t *strides;
    Py_ssize_t *suboffsets;
    void *internal;
} Py_buffer; /* since 3.11 */

#define PyBUF_SIMPLE 0
#define PyBUF_WRITABLE 1
int PyObject_GetBuffer(PyObject *, Py_buffer *, int);
void PyBuffer_Release(Py_buffer *);
int PyBuffer_FillInfo(Py_buffer *, PyObject *, void *, Py_ssize_t, int, int);
#define PyBUF_READ 0x100
#define PyBUF_WRITE 0x200
PyObject *PyMemoryView_FromMemory(char *, Py_ssize_t, int);
PyObject *PyMemoryView_FromObject(PyObject *);

int PyArg_ParseTuple(PyObject *, const char *, ...);
PyObject *Py_BuildValue(const char *, ...);

/* Errors */

W2P_PYTHON_DATA PyObject *PyExc_BaseException;
W2P_PYTHON_DATA PyObject *PyExc_Exception;
W2P_PYTHON_DATA PyObject *PyExc_AttributeError;
W2P_PYTHON_DATA PyObject *PyExc_ImportError;
W2P_PYTHON_DATA PyObject *PyExc_KeyError;
W2P_PYTHON_DATA PyObject *PyExc_KeyboardInterrupt;
W2P_PYTHON_DATA PyObject *PyExc_MemoryError;
W2P_PYTHON_DATA PyObject *PyExc_OSError;
W2P_PYTHON_DATA PyObject *PyExc_OverflowError;
W2P_PYTHON_DATA PyObject *PyExc_RuntimeError;
W2P_PYTHON_DATA PyObject *PyExc_StopIteration;
W2P_PYTHON_DATA PyObject *PyExc_SystemError;
W2P_PYTHON_DATA PyObject *PyExc_TypeError;
W2P_PYTHON_DATA PyObject *PyExc_ValueError;

PyObject *PyErr_Occurred(void);
void PyErr_Clear(void);
void PyErr_SetNone(PyObject *);
void PyErr_SetObject(PyObject *, PyObject *);
void PyErr_SetString(PyObject *, const char *);
PyObject *PyErr_Format(PyObject *, const char *, ...);
PyObject *PyErr_NoMemory(void);
PyObject *PyErr_SetFromErrno(PyObject *);
void PyErr_Fetch(PyObject **, PyObject **, PyObject **);
void PyErr_Restore(PyObject *, PyObject *, PyObject *);
void PyErr_NormalizeException(PyObject **, PyObject **, PyObject **);
int PyErr_ExceptionMatches(PyObject *);
int PyErr_GivenExceptionMatches(PyObject *, PyObject *);
void PyErr_WriteUnraisable(PyObject *);
int PyErr_CheckSignals(void);
int PyException_SetTraceback(PyObject *, PyObject *);
PyObject *PyException_GetTraceback(PyObject *);

/* Threads */

typedef struct _ts PyThreadState;
typedef struct _is PyInterpreterState;
PyInterpreterState *PyInterpreterState_Get(void);
int64_t PyInterpreterState_GetID(PyInterpreterState *);
typedef enum { PyGILState_LOCKED, PyGILState_UNLOCKED } PyGILState_STATE;
PyThreadState *PyThreadState_Get(void);
PyThreadState *PyEval_SaveThread(void);
void PyEval_RestoreThread(PyThreadState *);
PyGILState_STATE PyGILState_Ensure(void);
void PyGILState_Release(PyGILState_STATE);
int Py_AddPendingCall(int (*)(void *), void *);
int Py_EnterRecursiveCall(const char *);
void Py_LeaveRecursiveCall(void);
int Py_IsInitialized(void);

/* Memory */

void *PyMem_Malloc(size_t);
void *PyMem_Calloc(size_t, size_t);
void *PyMem_Realloc(void *, size_t);
void PyMem_Free(void *);

#endif
