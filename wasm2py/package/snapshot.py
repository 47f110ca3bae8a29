"""Snapshots: a module as it is once it has been initialised (after Wizer).

The initialiser runs here, in Python, and sees nothing of the world. What memories, globals and
tables hold then becomes what they hold at first. Indices stay as they are, since code has them:
segments that have been used up stay, empty, and those that write the snapshot come after them.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from itertools import islice
from random import Random
from typing import Any, Final, NoReturn

from wasm2py.binary.budget import too_much_output
from wasm2py.errors import SnapshotError
from wasm2py.options import Initializer, Settings
from wasm2py.package.memory_module import memory_module
from wasm2py.spec.environment import (
    DataSegment,
    ElementSegment,
    Export,
    Import,
    ModuleEnvironment,
)
from wasm2py.spec.types import F32, F64, MASKS, Constant, Limits, TagType
from wasm2py.translation.translator import Translation
from wasm2py_runtime import WASI, Instance, ProcExit, Tag, Trap, WasmError
from wasm2py_runtime import Limits as InstanceLimits
from wasm2py_runtime.float_bits import i32_reinterpret_f32, i64_reinterpret_f64
from wasm2py_runtime.info import FUNCTION, NULL, NUMBER
from wasm2py_runtime.wasi.command import backtrace

INITIALIZE: Final = "_initialize"
WIZER_INITIALIZE: Final = "wizer.initialize"
_WIZER_RESUME: Final = "wizer.resume"
_START: Final = "_start"

# Zeros, or null references, that are left out. To describe a run takes twenty bytes.
_GAP: Final = 64
_MOST_RUNS: Final = 100_000
_NONZERO: Final = re.compile(rb"[^\0]")
_STEP: Final = 1 << 20

# What a program may have been told, by the first words of the functions that tell it.
_TOLD: Final = {
    "args": "no arguments",
    "environ": "no variables",
    "fd_prestat": "no folders",
    "path": "no folders",
    "fd_read": "no input",
    "clock": "a clock that stands at 1 ns",
    "random": "random bytes that are always the same",
}

# In nanoseconds. Go's programs refuse to begin at 0.
_NOW: Final = 1
# Of what an initialiser writes, in bytes, where it fails.
_MOST_SAID: Final = 300


def initialized(
    translation: Translation, chosen: Settings, note: Callable[[str], object]
) -> Translation:
    """The module as its initialiser leaves it, for settings that ask for a snapshot.

    What runs is the start function, then `_initialize`, then the export that is named, or
    `wizer.initialize`; these are no exports of the result. A callable gets the instance in place
    of the last. `note` is called with what the user
    should know. Raises SnapshotError where an instance cannot be made or not be kept,
    LimitExceeded where memories hold more than may be written, and what the callable raises
    besides errors of WebAssembly's.
    """
    env = translation.env
    names = _initializers(env, chosen.snapshot)
    world = _World()
    instance = world.run(translation, chosen, names)
    result = copy(env)
    result.start = None
    result.exports = _exports(env, names)
    _keep_globals(result, instance)
    _keep_tables(result, instance)
    data = _keep_memories(result, instance, chosen.max_output)
    for text in world.notes():
        note(text)
    return Translation(result, translation.codes, data)


def _initializers(env: ModuleEnvironment, wanted: Initializer) -> list[str]:
    """The exports that are to be called: the usual ones, and one that is named."""
    known = {item.name: item for item in env.exports if item.kind == "function"}
    names = [INITIALIZE] if INITIALIZE in known and _START not in known else []
    if isinstance(wanted, bool):
        names += [WIZER_INITIALIZE] if WIZER_INITIALIZE in known else []
        if not names and env.start is None:
            raise SnapshotError(
                "there is nothing to initialise: the module has no start function, and"
                f" exports neither {INITIALIZE} nor {WIZER_INITIALIZE};"
                " name an export with --snapshot=EXPORT"
            )
    elif isinstance(wanted, str):
        if wanted not in known:
            text = f"there is no function {wanted!r} among the exports"
            raise SnapshotError(f"{text} to initialise the module with")
        names += [] if wanted in names else [wanted]
    for name in names:
        params = env.func_type(known[name].index).params
        if params:
            text = f"takes arguments ({', '.join(params)})"
            raise SnapshotError(f"{name!r} {text}: it cannot initialise the module")
    return names


def _exports(env: ModuleEnvironment, called: list[str]) -> list[Export]:
    """The exports that are left; a program made for Wizer goes on where it says so."""
    left = [item for item in env.exports if item.name not in called]
    names = [item.name for item in left]
    if WIZER_INITIALIZE not in called or _WIZER_RESUME not in names:
        return left
    renamed = {_WIZER_RESUME: _START}
    return [
        item._replace(name=renamed.get(item.name, item.name))
        for item in left
        if item.name != _START
    ]


# Running


class _World:
    """All that the initialiser sees: WASI with nothing in it, always the same."""

    def __init__(self) -> None:
        self._written = 0
        self._last = b""
        self._told: dict[str, None] = {}
        self._results: dict[str, object] = {}
        self._wasi = WASI(
            stdout=self._write,
            stderr=self._write,
            clock=lambda: _NOW,
            random=Random(0).randbytes,
        )

    def run(
        self, translation: Translation, chosen: Settings, names: list[str]
    ) -> Instance:
        """An instance, initialised; raises SnapshotError."""
        module = memory_module(
            translation, chosen._replace(target="python", names_from=None)
        )
        before = self._descriptors()
        try:
            instance = Instance(
                module,
                self._imports(translation.env, module.provided),
                limits=InstanceLimits(memory=chosen.max_memory),
            )
            for name in names:
                self._results[name] = instance.exports[name]()
            if callable(chosen.snapshot):
                chosen.snapshot(instance)
        except ProcExit as end:
            text = f"the initialiser has ended the program, with status {end.code}"
            raise SnapshotError(f"{text}{self._said()}") from None
        except WasmError as error:
            kind = "trap" if isinstance(error, Trap) else "error"
            text = f"the initialiser has failed: {kind}: {error}{backtrace(error)}"
            raise SnapshotError(f"{text}{self._said()}") from error
        if self._descriptors() != before:
            raise SnapshotError(
                "a snapshot cannot keep what the initialiser has done to descriptors:"
                " it has opened, closed or changed some"
            )
        return instance

    def notes(self) -> Iterator[str]:
        """What a user may not expect of the snapshot."""
        told = dict.fromkeys(
            text
            for start, text in _TOLD.items()
            if any(name.startswith(start) for name in self._told)
        )
        if told:
            yield f"the snapshot keeps what the initialiser was told: {', '.join(told)}"
        if self._written:
            yield f"the initialiser has written {self._written:,} bytes, which are lost"
        for name, result in self._results.items():
            if result not in (None, 0):
                yield f"{name!r} has returned {result}"

    def _write(self, data: bytes) -> None:
        self._written += len(data)
        self._last = (self._last + data[-_MOST_SAID:])[-_MOST_SAID:]

    def _said(self) -> str:
        """The end of what has been written, which may be why the initialiser has failed."""
        text = self._last.decode("utf-8", "replace").strip()
        return f"; it has written {text!r}" if text else ""

    def _descriptors(self) -> list[tuple[object, ...]]:
        return self._wasi._system.descriptors.state()

    def _imports(
        self, env: ModuleEnvironment, provided: Mapping[str, Mapping[str, object]]
    ) -> dict[str, dict[str, object]]:
        imports: dict[str, dict[str, object]] = {}
        for item in env.imports:
            if item.name not in provided.get(item.module, ()):
                imports.setdefault(item.module, {})[item.name] = self._import(item)
        return imports

    def _import(self, item: Import) -> object:
        if isinstance(item.type, TagType):
            return Tag(item.type.type.params)
        shown = f"{item.module!r} {item.name!r}"
        if item.kind != "function":
            text = f"the module imports a {item.kind} of the host, {shown}"
            raise SnapshotError(f"{text}, which a snapshot cannot keep")
        functions = self._wasi.get(item.module, {})
        if item.name in functions:
            return _Told(functions[item.name], item.name, self._told)

        def call(*args: object) -> NoReturn:
            text = f"the initialiser calls a function of the host, {shown}"
            raise SnapshotError(f"{text}, which is not there when a snapshot is taken")

        return call


class _Told:
    """A function of WASI, of which is known whether it has been called."""

    def __init__(self, function: Any, name: str, told: dict[str, None]) -> None:
        self._function = function
        self._name = name
        self._told = told

    def __call__(self, *args: int) -> object:
        return self._function(*args)

    def _wasm_for_instance(self, instance: Any, wanted: Any) -> Callable[..., object]:
        function = self._function._wasm_for_instance(instance, wanted)

        def call(*args: int) -> object:
            self._told[self._name] = None
            return function(*args)

        return call


# Keeping what is there


def _keep_globals(env: ModuleEnvironment, instance: Instance) -> None:
    env.global_inits = [
        _constant(instance, type.type, index) if type.mutable else init
        for index, (type, init) in enumerate(
            zip(env.globals[env.imported_globals :], env.global_inits, strict=True),
            env.imported_globals,
        )
    ]


def _constant(instance: Instance, type: str, index: int) -> Constant:
    """The value of a global, as one that it begins with."""
    raw = instance._spaces.globals[index].raw
    if raw is None:
        return Constant(NULL, 0)
    if type in MASKS:
        return Constant(NUMBER, int(raw))
    if type == F32:
        return Constant(NUMBER, i32_reinterpret_f32(raw))
    if type == F64:
        return Constant(NUMBER, i64_reinterpret_f64(raw))
    return Constant(FUNCTION, _function(instance, raw, f"global {index}"))


def _function(instance: Instance, handle: Any, place: str) -> int:
    """The index of the function that a reference refers to."""
    index = getattr(handle, "_index", -1)
    if index < 0 or instance._functions.reference(index) is not handle:
        text = f"{place} holds a reference to something of the host"
        raise SnapshotError(f"{text}, which a snapshot cannot keep")
    return index


def _keep_tables(env: ModuleEnvironment, instance: Instance) -> None:
    spaces = instance._spaces
    env.elements = [
        ElementSegment(
            "passive", 0, None, item.type, item.items if segment.length else b""
        )
        for index, item in enumerate(env.elements)
        for segment in (spaces.elements[index],)
    ]
    env.tables = list(env.tables)
    env.table_inits = [None] * len(env.tables)
    for index, type in enumerate(env.tables):
        elements = spaces.tables[index]._wasm_elements
        size = Limits(len(elements), type.limits.maximum)
        env.tables[index] = type._replace(limits=size)
        for run in _runs_of_references(elements):
            place = f"table {index}"
            numbers = array("I", (_item(instance, elements[at], place) for at in run))
            offset = Constant(NUMBER, run.start)
            segment = ("active", index, offset, type.element, numbers.tobytes())
            env.elements.append(ElementSegment(*segment))


def _item(instance: Instance, handle: Any, place: str) -> int:
    """A reference, as element segments have it."""
    return 0 if handle is None else 1 + 2 * _function(instance, handle, place)


def _runs_of_references(elements: list[Any]) -> Iterator[range]:
    """Where there are elements between gaps of many null references."""
    start = end = 0
    for index, element in enumerate(elements):
        if element is not None:
            if index - end >= _GAP or not end:
                if end:
                    yield range(start, end)
                start = index
            end = index + 1
    if end:
        yield range(start, end)


def _keep_memories(
    env: ModuleEnvironment, instance: Instance, max_output: int
) -> bytes:
    """Gives the bytes of all data segments, joined."""
    spaces = instance._spaces
    data = bytearray()
    segments = []
    for index in range(len(env.data)):
        content = spaces.datas[index].data
        segments.append(DataSegment("passive", 0, None, len(data), len(content)))
        data += content
    env.memories = list(env.memories)
    for index, type in enumerate(env.memories):
        memory = spaces.memories[index]
        size = Limits(memory._wasm_type.minimum, type.limits.maximum)
        env.memories[index] = type._replace(limits=size)
        runs = _runs_of_bytes(memory.buffer)
        if len(data) + sum(map(len, runs)) > max_output:
            raise too_much_output(max_output)
        for run in runs:
            offset = Constant(NUMBER, run.start)
            segments.append(DataSegment("active", index, offset, len(data), len(run)))
            data += memory.buffer[run.start : run.stop]
    env.data = segments
    return bytes(data)


def _runs_of_bytes(memory: memoryview) -> list[range]:
    """Where there are bytes between gaps of zeros, which are longer where they are many."""
    gap = _GAP
    while True:
        runs = list(islice(_between_gaps(memory, bytes(gap)), _MOST_RUNS + 1))
        if len(runs) <= _MOST_RUNS:
            return runs
        gap *= 16


def _between_gaps(memory: memoryview, gap: bytes) -> Iterator[range]:
    for start in range(0, len(memory), _STEP):
        piece = bytes(memory[start : start + _STEP])
        found = None if piece == bytes(len(piece)) else _NONZERO.search(piece)
        while found is not None:
            first = found.start()
            end = piece.find(gap, first)
            last = len(piece.rstrip(b"\0")) if end < 0 else end
            yield range(start + first, start + last)
            found = None if end < 0 else _NONZERO.search(piece, end)
