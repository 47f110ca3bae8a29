"""Where the subtests of the JavaScript API's suite have their twins.

The suite is `test/js-api` of WebAssembly/spec. Its subtests about conversions that
Python does not do (a string, an object with `valueOf` where a number is wanted) have
the refusal of such values as their twin.
"""

from __future__ import annotations

from typing import Final

from tests.api.subtests import Subtests, Table

_PROPERTIES: Final = (
    "no meaning: property descriptors, function lengths and @@toStringTag are JavaScript's"
)
_BRANDING: Final = "no meaning: Python checks what a method is called on by itself"
_STRAY: Final = "no meaning: Python refuses arguments that a function does not have"
_CALLING: Final = "no meaning: calling a class is how Python makes an object"
_PROMISE: Final = "no meaning: this call needs no event loop; compile_streaming has one"
_DESCRIPTOR: Final = "no meaning: there is no descriptor object, arguments have names"
_EXCEPTIONS: Final = "waits for exceptions"
_GC: Final = "waits for gc"
_MEMORY64: Final = "waits for memory64"

_INSTANTIATE: Final = "test_instantiate.py::"
_COMPILE: Final = "test_compile.py::"
_OBJECTS: Final = "test_objects.py::"
_STRINGS: Final = "test_js_string.py::"

# What `instanceTestFactory.js` makes, and where it is tested here.
_FACTORY: Final = (
    ("Empty module *", 3, _INSTANTIATE + "test_empty_module"),
    ("getter order for imports object", 1, _INSTANTIATE + "test_order_of_access"),
    ("imports *", 3, _INSTANTIATE + "test_imports"),
    ("exports with empty name: *", 3, _INSTANTIATE + "test_empty_name"),
    ("No imports", 1, _INSTANTIATE + "test_exports"),
    ("(i64) exports and imports", 2, _INSTANTIATE + "test_global_of_a_value"),
    ("import with *-returning function", 2, _INSTANTIATE + "test_wrong_result"),
    (
        "import with function that takes and returns *",
        2,
        f"{_INSTANTIATE}test_result, {_INSTANTIATE}test_arguments_of_a_host_function",
    ),
    ("import with *-taking function", 2, _INSTANTIATE + "test_no_integers"),
    ("export i64-returning function", 1, _INSTANTIATE + "test_several_arguments"),
    ("* mutable WebAssembly.Global import", 2, _INSTANTIATE + "test_mutable_global"),
    ("Multiple i64 arguments", 1, _INSTANTIATE + "test_several_arguments"),
    ("stray argument", 1, _STRAY),
)


def _factory(times: int) -> list[Subtests]:
    return [Subtests(name, times * number, answer) for name, number, answer in _FACTORY]


def _bad_imports(times: int) -> list[Subtests]:
    answer = _INSTANTIATE + "test_bad_imports"
    return [
        Subtests("*, but for what follows", times * 97, answer),
        Subtests(
            "Non-object imports argument: null",
            times,
            "no meaning: None is how Python leaves an argument out",
        ),
        Subtests(
            "*: WebAssembly.*.prototype",
            times * 6,
            "no meaning: classes are the prototypes of Python; they are tried",
        ),
        Subtests(
            "Importing an f32/f64 global: BigInt",
            times * 2,
            "no meaning: an int is taken for a float; a complex number is tried instead",
        ),
    ]


_BUFFERS: Final = [
    Subtests("*Buffer-backed view", 3, _COMPILE + "test_buffers"),
    Subtests("Invalid module in *", 3, _COMPILE + "test_invalid_buffers"),
]

JS_API: Final[Table] = {
    "constructor/compile.any.js": [
        Subtests("Missing argument", 1, _COMPILE + "test_missing_argument"),
        Subtests("Invalid arguments", 1, _COMPILE + "test_no_source"),
        Subtests("Branding", 1, _BRANDING),
        Subtests("Promise type", 1, _PROMISE),
        Subtests("Empty buffer", 1, _COMPILE + "test_incomplete_header"),
        Subtests("Invalid code", 1, _COMPILE + "test_invalid_buffers"),
        Subtests("Result type", 1, _COMPILE + "test_buffers"),
        Subtests("Stray argument", 1, _COMPILE + "test_wrong_options"),
        Subtests("Changing the buffer", 1, _COMPILE + "test_changed_buffer"),
        *_BUFFERS,
    ],
    "constructor/instantiate-bad-imports.any.js": _bad_imports(2),
    "constructor/instantiate.any.js": [
        Subtests("Missing arguments", 1, _COMPILE + "test_missing_argument"),
        Subtests("Branding", 1, _BRANDING),
        Subtests("Invalid arguments", 1, _INSTANTIATE + "test_no_module"),
        Subtests("Promise type", 1, _PROMISE),
        *_factory(2),
        Subtests(
            "Synchronous options handling: *",
            2,
            "tests/streaming/test_web_api.py::test_imports_are_read_in_the_end",
        ),
        Subtests("Empty buffer", 1, _COMPILE + "test_incomplete_header"),
        Subtests("Invalid code", 1, _COMPILE + "test_invalid_buffers"),
        Subtests("Changing the buffer", 1, _COMPILE + "test_changed_buffer"),
        *_BUFFERS,
    ],
    "constructor/multi-value.any.js": [
        Subtests(
            "multiple return values *",
            3,
            f"{_INSTANTIATE}test_several_results,"
            f" {_INSTANTIATE}test_wrong_several_results",
        ),
    ],
    "constructor/toStringTag.any.js": [Subtests("*", 4, _PROPERTIES)],
    "constructor/validate.any.js": [
        Subtests("Missing argument", 1, _COMPILE + "test_missing_argument"),
        Subtests("Invalid arguments", 1, _COMPILE + "test_no_source"),
        Subtests("Branding", 1, _BRANDING),
        Subtests(
            "Validating module [*] in *",
            58,
            f"{_COMPILE}test_validate, {_COMPILE}test_incomplete_header,"
            f" {_COMPILE}test_buffers, {_COMPILE}test_invalid_buffers",
        ),
        Subtests("Stray argument", 1, _COMPILE + "test_wrong_options"),
        *_BUFFERS,
    ],
    "exception/basic.tentative.any.js": [
        Subtests(
            "Imported JS function throws",
            1,
            _INSTANTIATE + "test_exception_of_a_host_function",
        ),
        Subtests("*, by WebAssembly code", 5, _EXCEPTIONS),
    ],
    "exception/constructor.tentative.any.js": [
        Subtests("name, length", 2, _PROPERTIES),
        Subtests("No arguments", 1, _OBJECTS + "test_exception"),
        Subtests("Calling", 1, _CALLING),
        Subtests(
            "Invalid * argument",
            2,
            f"{_OBJECTS}test_exception_of_no_tag, {_OBJECTS}test_wrong_payload",
        ),
    ],
    "exception/getArg.tentative.any.js": [
        Subtests("getArg", 1, _OBJECTS + "test_exception"),
        Subtests(
            "*", 4, "no meaning: the payload is a tuple, which checks its indices"
        ),
    ],
    "exception/identity.tentative.any.js": [Subtests("Identity check", 1, _EXCEPTIONS)],
    "exception/is.tentative.any.js": [
        Subtests("is", 1, _OBJECTS + "test_exception"),
        Subtests("*", 2, "no meaning: `exception.tag is tag` is Python's own"),
    ],
    "exception/jsTag.tentative.any.js": [Subtests("*", 3, _EXCEPTIONS)],
    "exception/toString.tentative.any.js": [Subtests("*", 2, _PROPERTIES)],
    "gc/casts.tentative.any.js": [Subtests("*", 11, _GC)],
    "gc/default-value.tentative.any.js": [Subtests("*", 4, _GC)],
    "gc/exported-object.tentative.any.js": [Subtests("*", 19, _GC)],
    "gc/i31.tentative.any.js": [Subtests("*", 6, _GC)],
    "global/constructor.any.js": [
        Subtests("name, length", 2, _PROPERTIES),
        Subtests("No arguments", 1, _OBJECTS + "test_global_arguments"),
        Subtests("Calling", 1, _CALLING),
        Subtests("Order of evaluation", 1, _DESCRIPTOR),
        Subtests("Invalid * argument", 2, _OBJECTS + "test_global_arguments"),
        Subtests(
            "* with default, Default value for type *",
            4,
            "no meaning: a Global is given its value",
        ),
        Subtests(
            "Explicit value * for type *",
            39,
            f"{_OBJECTS}test_global, {_OBJECTS}test_wrong_global",
        ),
        Subtests(
            "BigInt value for type *, Pass non-bigint as i64 Global value: *",
            8,
            _OBJECTS + "test_wrong_global",
        ),
        Subtests("Stray argument", 1, _STRAY),
        Subtests("Construct v128 global", 1, "waits for simd"),
        Subtests("externref global *", 2, _OBJECTS + "test_global"),
    ],
    "global/toString.any.js": [Subtests("*", 2, _PROPERTIES)],
    "global/value-get-set.any.js": [
        Subtests("Branding", 1, _BRANDING),
        Subtests("Immutable * (*)", 48, _OBJECTS + "test_global"),
        Subtests(
            "Mutable * (*)", 16, f"{_OBJECTS}test_global, {_OBJECTS}test_wrong_global"
        ),
        Subtests("i64 mutability", 1, _OBJECTS + "test_wrong_global"),
        Subtests("Calling setter without argument, Stray argument", 2, _STRAY),
        Subtests("externref global", 1, _OBJECTS + "test_global"),
    ],
    "global/valueOf.any.js": [
        Subtests("*", 2, "no meaning: `value` is the only way to the value"),
    ],
    "instance/constructor-bad-imports.any.js": _bad_imports(1),
    "instance/constructor-caching.any.js": [
        Subtests("(unnamed)", 1, _INSTANTIATE + "test_identity"),
    ],
    "instance/constructor.any.js": [
        Subtests("name, length", 2, _PROPERTIES),
        Subtests(
            "No arguments, Non-Module arguments", 2, _INSTANTIATE + "test_no_module"
        ),
        Subtests("Calling", 1, _CALLING),
        *_factory(1),
    ],
    "instance/exports.any.js": [
        Subtests("Branding", 1, _BRANDING),
        Subtests("Stray argument", 1, _STRAY),
        Subtests("Setting (*)", 2, _INSTANTIATE + "test_exports_cannot_be_changed"),
    ],
    "instance/toString.any.js": [Subtests("*", 2, _PROPERTIES)],
    "interface.any.js": [Subtests("*", 72, _PROPERTIES)],
    "js-string/basic.any.js": [
        Subtests("(unnamed: types)", 1, _STRINGS + "test_types"),
        Subtests("(unnamed: fromCharCode)", 1, _STRINGS + "test_from_char_code"),
        Subtests(
            "(unnamed: fromCodePoint)",
            1,
            f"{_STRINGS}test_from_code_point, {_STRINGS}test_no_code_point",
        ),
        Subtests("(unnamed: strings)", 1, _STRINGS + "test_units"),
        Subtests("(unnamed: pairs)", 1, _STRINGS + "test_pairs"),
        Subtests("Incorrect types", 1, _STRINGS + "test_wrong_types"),
    ],
    "js-string/constants.any.js": [
        Subtests("(unnamed: wrong types)", 4, _STRINGS + "test_wrong_constants"),
        Subtests("(unnamed: types of later proposals)", 6, _GC),
        Subtests("(unnamed: externref)", 15, _STRINGS + "test_constants"),
        Subtests("(unnamed: (ref extern))", 15, "waits for function-references"),
    ],
    "js-string/imports.any.js": [
        Subtests("(unnamed)", 1, f"{_STRINGS}test_constants, {_STRINGS}test_sets"),
    ],
    "limits.any.js": [
        Subtests(
            "* minimum, * limit, * over limit",
            117,
            "test_limits.py::test_limit, test_limits.py::test_large_limit,"
            " test_limits.py::test_beyond_large_limit,"
            " test_limits.py::test_locals_include_parameters",
        ),
        Subtests(
            "* element segments minimum, * element segments over limit",
            6,
            "test_limits.py::test_element_segments",
        ),
        Subtests(
            "* element segments limit",
            3,
            "no meaning: a module of 30 MB to learn that a number is accepted",
        ),
        Subtests(
            "* initial table size beyond its dynamic limit",
            5,
            "no meaning: the specification's text refuses the module, the suite does not",
        ),
        Subtests("* maximum table size *", 5, _OBJECTS + "test_table_size_limit"),
        Subtests(
            "Grow WebAssembly.Table object *", 1, _OBJECTS + "test_table_size_limit"
        ),
        Subtests("* module size limit", 6, "test_limits.py::test_module_size"),
    ],
    "memory/buffer.any.js": [
        Subtests("Branding", 1, _BRANDING),
        Subtests("Stray argument", 1, _STRAY),
        Subtests("Setting (*)", 2, _OBJECTS + "test_memory_buffer"),
    ],
    "memory/constructor-memory64.any.js": [Subtests("*", 10, _MEMORY64)],
    "memory/constructor.any.js": [
        Subtests("name, length", 2, _PROPERTIES),
        Subtests("No arguments", 1, _OBJECTS + "test_memory_arguments"),
        Subtests("Calling", 1, _CALLING),
        Subtests("* in descriptor (of wrong type)", 2, _OBJECTS + "test_memory_limits"),
        Subtests(
            "Out-of-range * value in descriptor: *", 12, _OBJECTS + "test_memory_limits"
        ),
        Subtests(
            "Initial value exceeds maximum", 1, _OBJECTS + "test_memory_arguments"
        ),
        Subtests(
            "Proxy descriptor, Order of evaluation for descriptor", 2, _DESCRIPTOR
        ),
        Subtests("Zero initial, Non-zero initial", 2, _OBJECTS + "test_memory"),
        Subtests("Stray argument", 1, _STRAY),
        Subtests("Memory with address *", 2, _OBJECTS + "test_memory"),
        Subtests("Memory with * value for initial", 2, _OBJECTS + "test_memory_limits"),
        Subtests("Unknown memory address", 1, _OBJECTS + "test_memory_arguments"),
    ],
    "memory/grow-memory64.any.js": [Subtests("*", 8, _MEMORY64)],
    "memory/grow.any.js": [
        Subtests("Missing arguments", 1, _OBJECTS + "test_memory_arguments"),
        Subtests("Branding", 1, _BRANDING),
        Subtests("* initial *", 5, _OBJECTS + "test_memory_grow"),
        Subtests(
            "Zero initial growing too much", 1, _OBJECTS + "test_memory_grows_too_much"
        ),
        Subtests("Out-of-range argument: *", 9, _OBJECTS + "test_memory_limits"),
        Subtests("Stray argument", 1, _STRAY),
        Subtests("Growing shared memory *", 1, _OBJECTS + "test_shared_memory"),
    ],
    "memory/toString.any.js": [Subtests("*", 2, _PROPERTIES)],
    "module/constructor.any.js": [
        Subtests("name, length", 2, _PROPERTIES),
        Subtests("No arguments", 1, _COMPILE + "test_missing_argument"),
        Subtests("Calling", 1, _CALLING),
        Subtests("Invalid arguments", 1, _COMPILE + "test_no_source"),
        Subtests("Empty buffer", 1, _COMPILE + "test_incomplete_header"),
        Subtests("Invalid code", 1, _COMPILE + "test_invalid_buffers"),
        Subtests("Prototype", 1, _COMPILE + "test_buffers"),
        Subtests("Extensibility", 1, "no meaning: JavaScript's objects are open"),
        Subtests("Stray argument", 1, _COMPILE + "test_wrong_options"),
        *_BUFFERS,
    ],
    "module/customSections.any.js": [
        Subtests(
            "Missing arguments, Non-Module arguments",
            2,
            _COMPILE + "test_descriptors_of_no_module",
        ),
        Subtests("Branding", 1, _BRANDING),
        Subtests("Empty module *", 2, _COMPILE + "test_descriptors_of_an_empty_module"),
        Subtests("Custom sections", 1, _COMPILE + "test_custom_sections"),
        Subtests(
            "Custom sections with *",
            2,
            _COMPILE + "test_custom_sections_with_unusual_names",
        ),
        Subtests("Stray argument", 1, _STRAY),
    ],
    **{
        f"module/{name}.any.js": [
            Subtests(
                "Missing arguments, Non-Module arguments",
                2,
                _COMPILE + "test_descriptors_of_no_module",
            ),
            Subtests("Branding", 1, _BRANDING),
            Subtests(
                "Return type, Empty module *",
                3,
                _COMPILE + "test_descriptors_of_an_empty_module",
            ),
            Subtests(f"{name} *", 4, _COMPILE + "test_descriptors"),
            Subtests("Stray argument", 1, _STRAY),
        ]
        for name in ("exports", "imports")
    },
    "module/toString.any.js": [Subtests("*", 2, _PROPERTIES)],
    "prototypes.any.js": [
        Subtests(
            "_Instance, _Memory, _Table, _Global", 4, _COMPILE + "test_subclasses"
        ),
        Subtests("_Module", 1, "no meaning: compile() makes a Module, not its class"),
    ],
    "table/constructor-memory64.any.js": [Subtests("*", 12, _MEMORY64)],
    "table/constructor.any.js": [
        Subtests("name, length", 2, _PROPERTIES),
        Subtests(
            "No arguments, Empty descriptor", 2, _OBJECTS + "test_table_arguments"
        ),
        Subtests("Calling", 1, _CALLING),
        Subtests(
            "Invalid descriptor argument, Undefined * value in descriptor",
            3,
            f"{_OBJECTS}test_table_limits, {_OBJECTS}test_table_arguments",
        ),
        Subtests(
            "Out-of-range * value in descriptor: *", 12, _OBJECTS + "test_table_limits"
        ),
        Subtests("Initial value exceeds maximum", 1, _OBJECTS + "test_table_arguments"),
        Subtests("Basic (*)", 2, _OBJECTS + "test_table"),
        Subtests("Stray argument", 1, _STRAY),
        Subtests(
            "Proxy descriptor, Type conversion *, Order of evaluation *", 3, _DESCRIPTOR
        ),
        Subtests(
            "initialize * table with default value",
            2,
            _OBJECTS + "test_table_initial_values",
        ),
        Subtests(
            "initialize table with a wrong element value",
            1,
            _OBJECTS + "test_table_arguments",
        ),
        Subtests(
            "initialize anyfunc table with a bad default value",
            1,
            _OBJECTS + "test_table_of_functions",
        ),
        Subtests("Table with i32 address constructor", 1, _OBJECTS + "test_table"),
        Subtests("Table with * value for *", 4, _OBJECTS + "test_table_limits"),
        Subtests("Unknown table address", 1, _OBJECTS + "test_table_arguments"),
        Subtests(
            "initialize table with a wrong * type *",
            4,
            _OBJECTS + "test_table_arguments",
        ),
    ],
    "table/get-set.any.js": [
        Subtests("Missing arguments: *", 2, _OBJECTS + "test_table_arguments"),
        Subtests("Branding: *", 2, _BRANDING),
        Subtests(
            "Basic *, Growing *, Setting out-of-bounds *", 6, _OBJECTS + "test_table"
        ),
        Subtests("Setting non-*", 3, _OBJECTS + "test_table_of_functions"),
        Subtests("* out-of-range argument *", 24, _OBJECTS + "test_table_limits"),
        Subtests(
            "Order of argument conversion",
            1,
            "no meaning: no argument is converted by code of its own",
        ),
        Subtests("Stray argument", 1, _STRAY),
        Subtests(
            "Arguments for * table set", 2, _OBJECTS + "test_table_initial_values"
        ),
    ],
    "table/grow-memory64.any.js": [Subtests("*", 6, _MEMORY64)],
    "table/grow.any.js": [
        Subtests("Missing arguments", 1, _OBJECTS + "test_table_arguments"),
        Subtests("Branding", 1, _BRANDING),
        Subtests("Basic i32", 1, _OBJECTS + "test_table"),
        Subtests("* maximum (i32)", 2, _OBJECTS + "test_table_growth"),
        Subtests("Out-of-range argument: *", 9, _OBJECTS + "test_table_limits"),
        Subtests("Stray argument", 1, _STRAY),
        Subtests(
            "Grow with exported-function argument",
            1,
            _OBJECTS + "test_table_initial_values",
        ),
        Subtests(
            "Grow with *-function argument", 2, _OBJECTS + "test_table_of_functions"
        ),
    ],
    "table/length.any.js": [
        Subtests("Branding", 1, _BRANDING),
        Subtests("Stray argument", 1, _STRAY),
        Subtests("Setting (*)", 2, _OBJECTS + "test_table_length"),
    ],
    "table/toString.any.js": [Subtests("*", 2, _PROPERTIES)],
    "tag/constructor.tentative.any.js": [
        Subtests("name, length", 2, _PROPERTIES),
        Subtests("No arguments", 1, "no meaning: a tag without values needs none"),
        Subtests("Calling", 1, _CALLING),
        Subtests("Invalid *", 2, _OBJECTS + "test_tag"),
    ],
    "tag/toString.tentative.any.js": [Subtests("*", 2, _PROPERTIES)],
}

NUMBERS: Final = {
    "constructor/compile.any.js": 15,
    "constructor/instantiate-bad-imports.any.js": 212,
    "constructor/instantiate.any.js": 63,
    "constructor/multi-value.any.js": 3,
    "constructor/toStringTag.any.js": 4,
    "constructor/validate.any.js": 68,
    "exception/basic.tentative.any.js": 6,
    "exception/constructor.tentative.any.js": 6,
    "exception/getArg.tentative.any.js": 5,
    "exception/identity.tentative.any.js": 1,
    "exception/is.tentative.any.js": 3,
    "exception/jsTag.tentative.any.js": 3,
    "exception/toString.tentative.any.js": 2,
    "gc/casts.tentative.any.js": 11,
    "gc/default-value.tentative.any.js": 4,
    "gc/exported-object.tentative.any.js": 19,
    "gc/i31.tentative.any.js": 6,
    "global/constructor.any.js": 62,
    "global/toString.any.js": 2,
    "global/value-get-set.any.js": 69,
    "global/valueOf.any.js": 2,
    "instance/constructor-bad-imports.any.js": 106,
    "instance/constructor-caching.any.js": 1,
    "instance/constructor.any.js": 29,
    "instance/exports.any.js": 4,
    "instance/toString.any.js": 2,
    "interface.any.js": 72,
    "js-string/basic.any.js": 6,
    "js-string/constants.any.js": 40,
    "js-string/imports.any.js": 1,
    "limits.any.js": 143,
    "memory/buffer.any.js": 4,
    "memory/constructor-memory64.any.js": 10,
    "memory/constructor.any.js": 29,
    "memory/grow-memory64.any.js": 8,
    "memory/grow.any.js": 19,
    "memory/toString.any.js": 2,
    "module/constructor.any.js": 16,
    "module/customSections.any.js": 9,
    "module/exports.any.js": 11,
    "module/imports.any.js": 11,
    "module/toString.any.js": 2,
    "prototypes.any.js": 5,
    "table/constructor-memory64.any.js": 12,
    "table/constructor.any.js": 41,
    "table/get-set.any.js": 41,
    "table/grow-memory64.any.js": 6,
    "table/grow.any.js": 18,
    "table/length.any.js": 4,
    "table/toString.any.js": 2,
    "tag/constructor.tentative.any.js": 6,
    "tag/toString.tentative.any.js": 2,
}
"""Subtests of each file, for the table to be complete."""
