"""JavaScript in plain Python, by QuickJS; scripts reach nothing that is outside.

wasm2py compile https://unpkg.com/quickjs-wasi@3.7.0/quickjs.wasm --snapshot=qjs_init -o quickjs_wasm
"""

import json
from typing import Any, Optional

from quickjs_wasm import Limits, instantiate, wasi

ENV = (
    "call get_timezone_offset interrupt module_load module_normalize promise_rejection"
)
UTC = {f"host_{name}": lambda *_: 0 for name in ENV.split()}


class JavaScriptError(Exception):
    """What a script has thrown."""


def evaluate(javascript: str, seconds: Optional[float] = None) -> Any:  # noqa: UP045
    """The value of a script, as JSON has it. Each script has a world of its own.

    What takes more than 64 MiB, or so many seconds, ends in a `quickjs_wasm.Trap`.
    `Math.random()` gives the same numbers each time.
    """
    limits = Limits(memory=64 << 20, deadline=seconds)
    js = instantiate({**wasi().imports, "env": UTC}, limits=limits)
    js.exports.qjs_set_max_stack_size(800_000)
    code = f"JSON.stringify([(0, eval)({json.dumps(javascript)})])"
    with js.cstring(code) as text, js.cstring("script") as name:
        value = js.exports.qjs_eval(text, len(code), name, 0)
    thrown = js.exports.qjs_is_exception(value)
    if thrown:
        value = js.exports.qjs_get_exception()
    result = js.memory.cstring(js.exports.qjs_get_string(value)).decode()
    if thrown:
        raise JavaScriptError(result)
    return json.loads(result)[0]
