"""Readable names for a module's imports and exports, from the script that comes with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from wasm2py.glue.reader import MOST_BYTES, Assignment, Glue, Path
from wasm2py.spec.environment import Export, Import, ModuleEnvironment
from wasm2py.spec.types import FuncType
from wasm2py_runtime.emscripten.signatures import (
    ENV,
    GOT_FUNC,
    GOT_MEM,
    MEMORY,
    TABLE,
)
from wasm2py_runtime.wasi import signatures as wasi

# Names that are the same in scripts and in modules. All others have an underscore in front.
_SAME: Final = frozenset(
    (
        *("stackSave", "stackRestore", "stackAlloc", "setThrew", "abort"),
        *("setTempRet0", "getTempRet0", MEMORY, TABLE),
    )
)
# Modules whose names are readable already.
_LONG: Final = frozenset((ENV, GOT_MEM, GOT_FUNC, wasi.PREVIEW1, wasi.UNSTABLE))
_OBJECTS: Final = {"wasmMemory": MEMORY, "wasmTable": TABLE}
_PREFIXES: Final = ("dynCall_", "invoke_")
_OBJECT_NAMES: Final = {"memory": MEMORY, "table": TABLE}
# What scripts call the module's exports, unless their own names are short, too.
_EXPORTS: Final = frozenset(("wasmExports", "asm", "exports"))
# So many of another name's members have to look like exports.
_ENOUGH: Final = 3
# With short names. Toolchains have one or two; each is looked for in all objects.
_MOST_MODULES: Final = 10
_CONSTRUCTORS: Final = "__wasm_call_ctors"
_SHOWN: Final = 10


class Renamed(NamedTuple):
    """Imports and exports with readable names, and what is to be said about it.

    An export has its own name as well, after the readable ones.
    """

    imports: list[Import]
    exports: list[Export]
    notes: list[str]


def rename(env: ModuleEnvironment, glue: Glue) -> list[str]:
    """Give a module's imports and exports the names of a script; what is to be said of it."""
    renamed = renamed_by(env.imports, env.exports, glue, _initialisers(env))
    env.imports[:] = renamed.imports
    env.exports[:] = renamed.exports
    return renamed.notes


def renamed_by(
    imports: list[Import], exports: list[Export], glue: Glue, initialisers: set[str]
) -> Renamed:
    """The same, without changing anything.

    ``initialisers`` are the exports that are functions without parameters and results.
    """
    new_imports, unknown = _imports(imports, glue)
    names, ambiguous = _export_names(glue, {item.name for item in exports})
    found = {key for keys in names.values() for key in keys}
    constructors = _constructors(glue, initialisers - found)
    if len(constructors) == 1:
        names.setdefault(_CONSTRUCTORS, constructors)
    readable: dict[str, list[str]] = {}
    own = {item.name for item in exports}
    for name, keys in names.items():
        (key,) = keys
        if name not in own:
            readable.setdefault(key, []).append(name)
    new_exports = [
        item._replace(name=name)
        for item in exports
        # Once: several exports may have one name, in modules that are not valid.
        for name in (*readable.pop(item.name, ()), item.name)
    ]
    notes = []
    if new_exports == exports and new_imports == imports:
        notes.append("the script has no other names for what the module has")
    notes += _note("imports", "the script does not name what it gives them", unknown)
    notes += _note("exports", "the script has several for one name", ambiguous)
    return Renamed(new_imports, new_exports, notes)


def _note(what: str, why: str, names: Iterable[str]) -> list[str]:
    listed = sorted(names)
    if not listed:
        return []
    shown = ", ".join(map(repr, listed[:_SHOWN]))
    more = f" and {len(listed) - _SHOWN:,} more" if len(listed) > _SHOWN else ""
    return [f"{what} that keep their names, as {why}: {shown}{more}"]


def readable_name(name: str) -> str | None:
    """What a name of a script's is called in the module; None for what is none's."""
    if name in _OBJECTS:
        return _OBJECTS[name]
    if name in _SAME or name.startswith(_PREFIXES):
        return name
    return name[1:] if len(name) > 1 and name.startswith("_") else None


def _imports(imports: list[Import], glue: Glue) -> tuple[list[Import], set[str]]:
    """Imports under their readable names; those whose names are not known, as they are."""
    modules: dict[str, set[str]] = {}
    for item in filter(_is_short, imports):
        modules.setdefault(item.module, set()).add(item.name)
    values: dict[str, dict[str, str]] = {}
    if len(modules) <= _MOST_MODULES:
        values = {name: _values(of, glue.objects) for name, of in modules.items()}
    renamed, unknown = [], set()
    room = MOST_BYTES  # a module may import one long name a million times
    for item in imports:
        new = _import(item, values.get(item.module, {}).get(item.name))
        if new is not None:
            room -= len(new.name)
            new = new if room >= 0 else None
        if new is None and _is_short(item):
            unknown.add(f"{item.module}.{item.name}")
        renamed.append(item if new is None else new)
    return renamed, unknown


def _values(
    names: set[str], objects: Iterable[dict[str, str | None]]
) -> dict[str, str]:
    """The readable names that all objects which may be a module's imports agree on.

    Where the script's own names are short, some may look like readable ones (``_e``): so
    most of an object's have to.
    """
    found: dict[str, set[str]] = {}
    for given in objects:
        if names <= given.keys():
            values = {name: readable_name(given[name] or "") for name in names}
            readable = {name: value for name, value in values.items() if value}
            if 2 * len(readable) > len(names):
                for name, value in readable.items():
                    found.setdefault(name, set()).add(value)
    return {name: min(of) for name, of in found.items() if len(of) == 1}


def _import(item: Import, readable: str | None) -> Import | None:
    name = _OBJECT_NAMES.get(item.kind, readable)
    if name is None or not _is_short(item):
        return None
    of_wasi = item.kind == "function" and name in wasi.names_in(wasi.PREVIEW1)
    return item._replace(module=wasi.PREVIEW1 if of_wasi else ENV, name=name)


def _is_short(item: Import) -> bool:
    """Whether an import's name is one of a script's tool, and not the program's own."""
    return item.module not in _LONG


def _export_names(glue: Glue, own: set[str]) -> tuple[dict[str, set[str]], set[str]]:
    """Readable names, each with its export; and those of which there are several."""
    names: dict[str, set[str]] = {}
    for assignment in _of_exports(glue, own):
        key = assignment.value[-1]
        is_known = _is_known(assignment.value)
        for target in assignment.targets:
            # A variable's own name says nothing where names are short.
            name = readable_name(target[-1]) if is_known or len(target) > 1 else None
            if name is not None and name != key:
                names.setdefault(name, set()).add(key)
    ambiguous = {name for name, keys in names.items() if len(keys) > 1}
    return {name: names[name] for name in names if name not in ambiguous}, ambiguous


def _of_exports(glue: Glue, own: set[str]) -> list[Assignment]:
    """The assignments whose values are exports.

    Where few are known to be, another script is the module's, whose names are short.
    """
    members = [item for item in glue.assignments if item.value[-1] in own]
    known = [item for item in members if _is_known(item.value)]
    counts: Counter[Path] = Counter()
    for item in members:
        if not _is_known(item.value) and any(
            len(target) > 1 and target[-1].startswith("_") for target in item.targets
        ):
            counts[item.value[:-1]] += 1
    best = counts.most_common(2)
    if not best or best[0][1] < max(_ENOUGH, len(known) + 1):
        return known
    if len(best) > 1 and best[0][1] == best[1][1]:
        return known
    return known + [item for item in members if item.value[:-1] == best[0][0]]


def _is_known(value: Path) -> bool:
    return value[-2] in _EXPORTS


def _constructors(glue: Glue, initialisers: set[str]) -> set[str]:
    """The exports that are called as such, which scripts of today give no name."""
    calls = [call for call in glue.calls if call[-1] in initialisers]
    known = {call[-1] for call in calls if _is_known(call)}
    # Where names are short, a variable holds the exports, which nothing else calls so.
    return known or {call[-1] for call in calls if len(call) == 2}


def _initialisers(env: ModuleEnvironment) -> set[str]:
    nothing = FuncType((), ())
    return {
        item.name
        for item in env.exports
        if item.kind == "function" and env.func_type(item.index) == nothing
    }
