/* Values as Python has them and as native code does.
 *
 * Here are the usual ones. Whatever else is given is for Python to convert or to refuse, which then
 * gives raw values: those that the code of packages in Python has. */

#include "host.h"

static PyObject *float_of_f32(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    if ((bits & 0x7FFFFFFF) <= 0x7F800000)
        return PyFloat_FromDouble(value);
    /* C would quiet the NaN. */
    uint64_t wide = (uint64_t)(bits & 0x80000000) << 32 | 0x7FF0000000000000 |
                    (uint64_t)(bits & 0x007FFFFF) << 29;
    double number;
    memcpy(&number, &wide, sizeof number);
    return PyFloat_FromDouble(number);
}

/* Of a NaN, the leading bits, one of which is set. */
static float f32_of_float(double number) {
    if (number == number)
        return (float)number;
    uint64_t wide;
    memcpy(&wide, &number, sizeof wide);
    uint32_t bits = (uint32_t)(wide >> 32 & 0x80000000) | 0x7F800000 |
                    (uint32_t)(wide >> 29 & 0x007FFFFF);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The host's value; NULL for one that Python has to make, or with an exception. */
PyObject *w2p_to_host(char kind, int is_externref, const w2p_value *value) {
    switch (kind) {
    case 'i':
        return PyLong_FromLong((int32_t)value->i32);
    case 'l':
        return PyLong_FromLongLong((int64_t)value->i64);
    case 'I':
        return PyLong_FromUnsignedLong(value->i32);
    case 'L':
        return PyLong_FromUnsignedLongLong(value->i64);
    case 'f':
        return float_of_f32(value->f32);
    case 'd':
        return PyFloat_FromDouble(value->f64);
    default:
        if (!value->ref)
            return Py_NewRef(Py_None);
        return is_externref ? Py_NewRef((PyObject *)value->ref) : NULL;
    }
}

/* The value as code in Python has it; NULL with an exception. */
PyObject *w2p_raw(char kind, const w2p_value *value) {
    return w2p_to_host(kind == 'i' ? 'I' : kind == 'l' ? 'L' : kind, 1, value);
}

/* The value from one that code in Python has; -1 with an exception. A reference is kept. */
int w2p_from_raw(char kind, PyObject *raw, w2p_value *into) {
    switch (kind) {
    case 'i':
        into->i32 = (uint32_t)PyLong_AsUnsignedLongLongMask(raw);
        break;
    case 'l':
        into->i64 = PyLong_AsUnsignedLongLongMask(raw);
        break;
    case 'f':
        into->f32 = f32_of_float(PyFloat_AsDouble(raw));
        break;
    case 'd':
        into->f64 = PyFloat_AsDouble(raw);
        break;
    default: {
        into->ref = NULL;
        if (raw == Py_None)
            return 0;
        struct w2p_thread *thread = w2p_this_thread();
        into->ref = (w2p_ref)raw;
        return thread ? w2p_keep(thread, raw) : -1;
    }
    }
    return PyErr_Occurred() ? -1 : 0;
}
