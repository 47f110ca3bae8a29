"""Where the subtests of the web platform tests (`wasm/webapi`) have their twins."""

from __future__ import annotations

from typing import Final

from tests.api.subtests import Subtests, Table

_HERE: Final = "test_web_api.py::"
_INSTANCES: Final = "tests/api/test_instantiate.py::"

_CORS: Final = (
    "no meaning: there are no origins; a response that hides itself has status 0,"
    " which test_wrong_status refuses"
)

WEB_API: Final[Table] = {
    "contenttype.any.js": [
        Subtests("Response with no Content-Type: *", 2, _HERE + "test_no_content_type"),
        Subtests(
            'Response with Content-Type "*": *, refused and accepted',
            30,
            f"{_HERE}test_wrong_content_type, {_HERE}test_content_type",
        ),
    ],
    "status.any.js": [
        Subtests("Response with status *: *", 16, _HERE + "test_wrong_status"),
    ],
    "invalid-args.any.js": [
        Subtests("*Streaming: * (in a promise)", 44, _HERE + "test_no_response"),
    ],
    "invalid-code.any.js": [
        Subtests("Invalid code (*): *", 4, _HERE + "test_invalid_code"),
    ],
    "empty-body.any.js": [
        Subtests("*: no body, empty body (in a promise)", 8, _HERE + "test_empty_body"),
    ],
    "body.any.js": [
        Subtests("* after consumption", 2, _HERE + "test_consumed_body"),
        # The promise is at work before the page consumes; an awaitable begins when it
        # is awaited, and from then on the body counts as used.
        Subtests("* before consumption", 2, _HERE + "test_body_is_consumed"),
    ],
    "abort.any.js": [
        Subtests(
            "*() on an already-aborted request",
            2,
            "test_cancellation.py::test_cancelled_before_it_begins",
        ),
        Subtests(
            "*() synchronously followed by abort",
            2,
            "test_cancellation.py::test_cancelled_at_once",
        ),
        Subtests(
            "*() asynchronously racing with abort",
            2,
            "test_cancellation.py::test_cancelled_at_every_step",
        ),
    ],
    "rejected-arg.any.js": [
        Subtests("*Streaming", 2, _HERE + "test_error_of_the_awaitable"),
    ],
    "modified-contenttype.any.js": [
        Subtests(
            "* with Content-Type set late", 2, _HERE + "test_content_type_set_late"
        ),
        Subtests(
            "* with Content-Type removed late",
            2,
            _HERE + "test_content_type_removed_late",
        ),
    ],
    "instantiateStreaming.any.js": [
        Subtests(
            "Empty module *",
            3,
            f"{_HERE}test_omitted_imports, {_INSTANCES}test_empty_module",
        ),
        Subtests(
            "getter order for imports object", 1, _INSTANCES + "test_order_of_access"
        ),
        Subtests("imports *", 3, _INSTANCES + "test_imports"),
        Subtests("exports with empty name: *", 3, _INSTANCES + "test_empty_name"),
        Subtests("No imports", 1, _INSTANCES + "test_exports"),
        Subtests("(i64) exports and imports", 2, _INSTANCES + "test_global_of_a_value"),
        Subtests(
            "import with i32/i64-returning function",
            2,
            _INSTANCES + "test_wrong_result",
        ),
        Subtests(
            "import with function that takes and returns i32/i64",
            2,
            f"{_INSTANCES}test_result, {_INSTANCES}test_arguments_of_a_host_function",
        ),
        Subtests(
            "import with i32/i64-taking function", 2, _INSTANCES + "test_no_integers"
        ),
        Subtests(
            "export i64-returning function", 1, _INSTANCES + "test_several_arguments"
        ),
        Subtests(
            "* mutable WebAssembly.Global import", 2, _INSTANCES + "test_mutable_global"
        ),
        Subtests("Multiple i64 arguments", 1, _INSTANCES + "test_several_arguments"),
        Subtests(
            "stray argument",
            1,
            "no meaning: Python refuses arguments that a function does not have",
        ),
        Subtests(
            "Synchronous options handling",
            1,
            _HERE + "test_imports_are_read_in_the_end",
        ),
    ],
    "instantiateStreaming-bad-imports.any.js": [
        Subtests(
            "Non-object imports argument: null",
            1,
            "no meaning: None is how Python leaves an argument out",
        ),
        Subtests("Non-object and missing *", 18, _HERE + "test_bad_imports"),
        Subtests("Importing *, but for what follows", 78, _HERE + "test_bad_imports"),
        Subtests(
            "Importing *: WebAssembly.*.prototype",
            6,
            "no meaning: classes are the prototypes of Python; they are tried",
        ),
        Subtests(
            "Importing an f32/f64 global: BigInt",
            2,
            "no meaning: an int is taken for a float; a complex number is tried instead",
        ),
        Subtests("Importing a function with *: {}", 1, _HERE + "test_bad_imports"),
    ],
    "instantiateStreaming-omitted-imports.any.js": [
        Subtests("Omitted import object *", 2, _HERE + "test_omitted_imports"),
    ],
    "wasm_stream_compile_test.html, wasm_stream_instantiate_test.html": [
        Subtests(
            "* using resolved response, using promise response",
            6,
            f"{_HERE}test_content_type, {_HERE}test_bodies,"
            " test_clients.py::test_awaitable_of_httpx_response",
        ),
        Subtests(
            "* raise error if wrong mime type", 2, _HERE + "test_wrong_content_type"
        ),
        Subtests("* raise error if no mime type", 2, _HERE + "test_no_content_type"),
        Subtests("* raise error if 404 status", 2, "test_clients.py::test_refused"),
        Subtests("* check CORS, raise error if no-cors", 4, _CORS),
        Subtests("* response created from ArrayBuffer", 2, _HERE + "test_bodies"),
        Subtests("* ReadableStream with Uint8Array chunks", 2, _HERE + "test_bodies"),
        Subtests(
            "* ReadableStream with ArrayBuffer chunk",
            2,
            _HERE + "test_chunk_that_is_not_bytes_like",
        ),
        Subtests("* using blob", 2, _HERE + "test_file_as_body"),
        Subtests("* using FormData", 2, _HERE + "test_other_contents"),
    ],
    "historical.any.js": [
        Subtests("(unnamed: a module cannot be stored)", 1, _HERE + "test_storage"),
    ],
    "origin.sub.any.js": [
        Subtests("Opaque response, opaque redirect response: *", 4, _CORS),
    ],
    "esm-integration/*": [
        Subtests(
            "import of modules by pages and scripts",
            0,
            "waits for the import hook, which is an issue of its own",
        ),
    ],
}

NUMBERS: Final = {
    "contenttype.any.js": 32,
    "status.any.js": 16,
    "invalid-args.any.js": 44,
    "invalid-code.any.js": 4,
    "empty-body.any.js": 8,
    "body.any.js": 4,
    "abort.any.js": 6,
    "rejected-arg.any.js": 2,
    "modified-contenttype.any.js": 4,
    "instantiateStreaming.any.js": 25,
    "instantiateStreaming-bad-imports.any.js": 106,
    "instantiateStreaming-omitted-imports.any.js": 2,
    "wasm_stream_compile_test.html, wasm_stream_instantiate_test.html": 26,
    "historical.any.js": 1,
    "origin.sub.any.js": 4,
    "esm-integration/*": 0,
}
"""Subtests of each file, for the table to be complete."""
