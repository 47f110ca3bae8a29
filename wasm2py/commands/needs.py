"""What `wasm2py inspect --needs` prints: what a module needs to run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from wasm2py.inspection import ComponentInspection, Inspection
from wasm2py.package.emscripten import wanted
from wasm2py_runtime.emscripten.signatures import uses_emscripten
from wasm2py_runtime.wasi import signatures as wasi

# Of other modules that a module is linked with when it is loaded.
_DYNAMIC_LINKING = ("dylink.0", "dylink")
# What Emscripten's own JavaScript gives, generic or not, and what it calls it where names
# are short.
_EMSCRIPTEN = re.compile(r"_?emscripten_|invoke_[vijfd]+$|__syscall_|_embind_")
# The same for Rust's wasm-bindgen, whose modules export such functions, too, and the names of
# the modules that Go's gives.
_BINDGEN = re.compile(r"__wbindgen_|__wbg_")
_GO_MODULES = ("gojs", "go")
_MINIFIED = re.compile(r"[a-zA-Z_$][a-zA-Z0-9_$]?$")
_MINIFIED_MODULE = "a"
# Imports that a line names.
_SHOWN = 10


def needs(inspection: Inspection | ComponentInspection) -> dict[str, str]:
    """What a module needs, by kind; kinds of which it needs nothing are left out."""
    if isinstance(inspection, ComponentInspection):
        return _needs_of_component(inspection)
    given = [(item.module, item.name) for item, _ in inspection.imports]
    found = {
        "proposals": ", ".join(inspection.features),
        "not supported": "; ".join(inspection.unsupported),
        "WASI": _wasi(inspection, given),
        "Emscripten": _emscripten(inspection),
        "wasm-bindgen": _bindgen(inspection),
        "Go": _go(inspection),
        "dynamic linking": _dynamic_linking(inspection),
        "imports": _others(inspection),
    }
    return {kind: text for kind, text in found.items() if text}


def _needs_of_component(inspection: ComponentInspection) -> dict[str, str]:
    count = len(inspection.modules)
    modules = "1 module" if count == 1 else f"{count:,} modules"
    proposals = {name for _, module in inspection.modules for name in module.features}
    found = {
        "component": f"it is one, of {modules}, which are not taken as they are joined",
        "proposals": ", ".join(sorted(proposals)),
        "imports": _listed(inspection.imports),
    }
    return {kind: text for kind, text in found.items() if text}


def needs_report(inspection: Inspection | ComponentInspection) -> str:
    """The same for people."""
    found = needs(inspection)
    if not found:
        return "needs nothing"
    return "\n".join(f"{kind}: {text}" for kind, text in found.items())


def needs_json(inspection: Inspection | ComponentInspection) -> str:
    """The same as a JSON object, in ASCII."""
    return json.dumps(needs(inspection), indent=2)


def _wasi(inspection: Inspection, given: list[tuple[str, str]]) -> str:
    modules = {module for module, _ in given}
    versions = []
    if wasi.PREVIEW1 in modules:
        versions.append("preview 1")
    if wasi.UNSTABLE in modules:
        versions.append("the version before preview 1 (wasi_unstable)")
    if any(module.startswith("wasi:") for module in modules):
        versions.append("preview 2 or later, as a part of a component")
    if ("wasi", "thread-spawn") in given:
        versions.append("threads")
    if not versions:
        return ""
    exports = {item.name for item, _ in inspection.exports}
    kind = "a library, without _initialize"
    if "_start" in exports:
        kind = "a program (_start)"
    elif "_initialize" in exports:
        kind = "a library (_initialize)"
    return f"{', '.join(versions)}; it is {kind}"


def _emscripten(inspection: Inspection) -> str:
    listed = wanted(inspection.imports)
    if uses_emscripten(listed):
        given = sum(item.is_provided for item in listed)
        return f"emscripten(...) gives {given:,} of its {len(listed):,} imports"
    if any(_EMSCRIPTEN.match(item.name) for item in listed):
        return "its own JavaScript gives its imports"
    if listed and all(
        item.module == _MINIFIED_MODULE and _MINIFIED.match(item.name)
        for item in listed
    ):
        return "likely: the names are minified; its JavaScript has others: --names-from"
    return ""


def _bindgen(inspection: Inspection) -> str:
    if any(_BINDGEN.match(item.name) for item, _ in inspection.imports):
        return "its own JavaScript gives its imports, and tells how it is called"
    if any(_BINDGEN.match(item.name) for item, _ in inspection.exports):
        return "its own JavaScript tells how it is called"
    return ""


def _go(inspection: Inspection) -> str:
    if any(item.module in _GO_MODULES for item, _ in inspection.imports):
        return "its wasm_exec.js gives its imports"
    return ""


def _dynamic_linking(inspection: Inspection) -> str:
    sections = {section.name for section in inspection.sections if not section.id}
    names = [name for name in _DYNAMIC_LINKING if name in sections]
    return f"it is to be loaded into another module ({names[0]})" if names else ""


def _others(inspection: Inspection) -> str:
    listed = wanted(inspection.imports)
    has_emscripten = uses_emscripten(listed)
    return _listed(
        [
            f"{item.module}.{item.name}"
            for item in listed
            if item.name not in wasi.names_in(item.module)
            and not (has_emscripten and item.is_provided)
        ]
    )


def _listed(names: list[str]) -> str:
    return ", ".join(_listed_parts(names))


def _listed_parts(names: list[str]) -> Iterator[str]:
    yield from (json.dumps(name) for name in names[:_SHOWN])
    if len(names) > _SHOWN:
        yield f"and {len(names) - _SHOWN:,} more"
