"""The file `__init__.pyi`: the types of what a module exports and imports.

Names of exports meet names that the stub itself uses (an export may be called `int`),
so each of the latter is bound to one that no export has. Everything is written as
black would format it; what would have to be broken in the middle gets an alias.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator, Mapping

from wasm2py.package.init_source import EMSCRIPTEN_NAMES, OWN_NAMES, Emscripten
from wasm2py.package.literals import (
    INDENT,
    LINE_LENGTH,
    literal_lines,
    text_literal,
)
from wasm2py.spec.environment import Export, Import, ModuleEnvironment
from wasm2py.spec.types import VALUE_KINDS, FuncType, GlobalType
from wasm2py_runtime.instance import Exports
from wasm2py_runtime.wasi import signatures as wasi

# An alias is made of types longer than this, so that what contains them fits.
_LONGEST_INLINE = 44
# mypy compares overloads with each other: beyond that many, `exports["name"]` is Any.
_MOST_OVERLOADS = 300
# A function with more parameters is not written out wherever it is exported: its type gets an alias.
_MOST_PARAMETERS = 32
# Nor does anybody read, nor mypy like, a million of them: beyond these, exports and
# imports are `Any`.
_MOST_TYPED = 20_000

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")

_IMPORTED_FROM = {
    "Callable": "collections.abc",
    "Iterable": "collections.abc",
    "Iterator": "collections.abc",
    "Mapping": "collections.abc",
    "Any": "typing",
    "Literal": "typing",
    "NoReturn": "typing",
    "Protocol": "typing",
    "TypeAlias": "typing",
    "TypedDict": "typing",
    "overload": "typing",
}
_BUILTINS = (
    "bool",
    "bytes",
    "float",
    "int",
    "memoryview",
    "object",
    "property",
    "str",
    "tuple",
)
_VALUES = {name: kind.host for name, kind in VALUE_KINDS.items() if kind.host}
# Packages carry copies of the runtime, and the objects of one serve in another: what is
# given as an import is known by what it does, not by its class.
_PROTOCOLS = {
    "memory": """\
    @{property}
    def buffer(self) -> {memoryview}: ...
    def grow(self, pages: {int}) -> {int}: ...
""",
    "table": """\
    def get(self, index: {int}) -> {Any}: ...
    def grow(self, count: {int}, init: {object} = None) -> {int}: ...
    def __len__(self) -> {int}: ...
""",
    "global": """\
    @{property}
    def value(self) -> {Any}: ...
""",
    # What tells an instance's exports from a dict, of which each item is checked.
    "exports": """\
    def __getitem__(self, name: {str}, /) -> {Any}: ...
    def __reduce__(self) -> {NoReturn}: ...
""",
}
_OBJECTS = {"memory": "Memory", "table": "Table", "global": "Global", "tag": "Tag"}


def is_attribute(name: str) -> bool:
    """Whether an export of that name can be written after a dot, in any program.

    Only ASCII counts: what else is an identifier depends on the Python that asks.
    """
    dunder = name.startswith("__") and name.endswith("__")
    return bool(_IDENTIFIER.match(name)) and not keyword.iskeyword(name) and not dunder


def needs_nothing_of_callers(
    env: ModuleEnvironment, emscripten: Emscripten | None = None
) -> bool:
    """Whether a package makes an instance by itself, for its attributes."""
    if emscripten is not None:
        return emscripten.only
    return wasi.is_wasi_only((item.module, item.name) for item in env.imports)


def stub_source(
    env: ModuleEnvironment,
    runtime: str,
    public: Iterable[str],
    emscripten: Emscripten | None = None,
) -> str:
    """The text of `__init__.pyi`.

    ``runtime`` is the runtime's name in an import, ``public`` what it offers to
    callers.
    """
    return _Stub(env, runtime, frozenset(public), emscripten).source()


class _Stub:
    def __init__(
        self,
        env: ModuleEnvironment,
        runtime: str,
        public: frozenset[str],
        emscripten: Emscripten | None,
    ) -> None:
        self._env = env
        self._runtime = runtime
        self._public = public
        self._emscripten = emscripten
        # Names that the package has, of its own and of the runtime's.
        self._package_names = OWN_NAMES | public
        if emscripten is not None:
            self._package_names |= EMSCRIPTEN_NAMES | {"emscripten"}
        self._taken = {export.name for export in env.exports}
        self._taken |= {*_IMPORTED_FROM, *_BUILTINS, *self._package_names}
        # black wants variables and functions apart from each other.
        self._objects_first = sorted(
            env.exports[:_MOST_TYPED],
            key=lambda export: not self._is_variable(export),
        )
        self._are_all_typed = len(env.exports) <= _MOST_TYPED
        self._imports = ""
        self._exports = ""
        self._bound: dict[str, str] = {}
        self._protocols: dict[str, str] = {}
        self._aliases: dict[str, str] = {}
        self._callables: dict[tuple[int, bool], str] = {}
        self._alias_lines: list[str] = []

    def source(self) -> str:
        imports = list(self._import_types())
        exports = list(self._exports_class())
        rest = list(self._package_members())
        # The head comes last: it binds the names that the rest has turned out to use.
        parts = [list(self._head()), self._alias_lines, imports, exports, rest]
        return "\n\n".join("\n".join(part) for part in parts if part) + "\n"

    def _use(self, name: str) -> str:
        """What the builtin, typing or runtime name ``name`` is called here."""
        if name not in self._bound:
            clash = any(export.name == name for export in self._env.exports)
            self._bound[name] = self._own(name) if clash else name
        return self._bound[name]

    def _own(self, name: str) -> str:
        """A new name that nothing else has: ``_name``, with as many "_" as it takes."""
        own = f"_{name}"
        while own in self._taken:
            own = f"_{own}"
        self._taken.add(own)
        return own

    def _head(self) -> Iterator[str]:
        # Only "X as X" offers an imported name to those who import the stub.
        used = {self._runtime: [f"{name} as {name}" for name in self._public]}
        if self._emscripten is not None:
            names = [f"{name} as {name}" for name in sorted(EMSCRIPTEN_NAMES)]
            used[f"{self._runtime}.emscripten"] = names
        for name, bound in self._bound.items():
            if name in _IMPORTED_FROM:
                module = _IMPORTED_FROM[name]
            elif name in _BUILTINS:
                module = "builtins"
            elif name in EMSCRIPTEN_NAMES:
                module = f"{self._runtime}.emscripten"
            else:
                module = self._runtime
            at_hand = name in _BUILTINS or name in self._package_names
            if bound != name or not at_hand:
                used.setdefault(module, []).append(_renamed(name, bound))
        for module in sorted(used, key=lambda name: (name.startswith("."), name)):
            yield f"from {module} import ("
            yield from (f"{INDENT}{item}," for item in sorted(used[module]))
            yield ")"

    def _type(self, text: str, lines: Iterable[str]) -> str:
        """A type written as ``text``, or the alias of it (defined by ``lines``)."""
        if len(text) <= _LONGEST_INLINE:
            return text
        return self._alias(text, lines)

    def _alias(self, text: str, lines: Iterable[str]) -> str:
        """The alias of a type; ``text`` is what it is known by."""
        if text not in self._aliases:
            alias = self._aliases[text] = self._own(f"Type{len(self._aliases)}")
            head = f"{alias}: {self._use('TypeAlias')} = "
            first, *others = lines
            if len(head) + len(text) <= LINE_LENGTH:
                first, others = text, []
            self._alias_lines += [head + first, *others]
        return self._aliases[text]

    def _value(self, valtype: str, given: bool) -> str:
        """The type of a value which the program gives, or else gets."""
        if valtype in _VALUES:
            return self._use(_VALUES[valtype])
        # A reference may be anything on its way out: the program knows better.
        return self._use("object" if given else "Any")

    def _values(self, valtypes: tuple[str, ...], given: bool) -> list[str]:
        return [self._value(valtype, given) for valtype in valtypes]

    def _result(self, results: tuple[str, ...], given: bool) -> str:
        if not results:
            # The value of a host function without results is not looked at.
            return self._use("object") if given else "None"
        types = self._values(results, given)
        if len(types) == 1:
            return types[0]
        name = self._use("tuple")
        lines = [f"{name}[", *(f"{INDENT}{item}," for item in types), "]"]
        return self._type(f"{name}[{', '.join(types)}]", lines)

    def _callable(self, typeidx: int, host: bool) -> str:
        """The type of a function of the host, which wasm calls, or the other way."""
        key = typeidx, host
        if key not in self._callables:
            self._callables[key] = self._new_callable(self._env.types[typeidx], host)
        return self._callables[key]

    def _new_callable(self, functype: FuncType, host: bool) -> str:
        params = self._values(functype.params, given=not host)
        result = self._result(functype.results, given=host)
        name = self._use("Callable")
        flat = f"[{', '.join(params)}]"
        if len(flat) + len(INDENT) < LINE_LENGTH:
            listed = [f"{INDENT}{flat},"]
        else:
            items = [f"{INDENT}{INDENT}{item}," for item in params]
            listed = [f"{INDENT}[", *items, f"{INDENT}],"]
        lines = [f"{name}[", *listed, f"{INDENT}{result},", "]"]
        return self._type(f"{name}[{flat}, {result}]", lines)

    def _import_types(self) -> Iterator[str]:
        """A TypedDict for each module that is imported from, and one of those."""
        if len(self._env.imports) > _MOST_TYPED:
            self._imports = self._mapping()
            return
        modules: dict[str, dict[str, str]] = {}
        for item in self._env.imports:
            fields = modules.setdefault(item.module, {})
            described = self._import_type(item)
            if fields.setdefault(item.name, described) != described:
                # Imported twice, as two things that no object need be at once.
                fields[item.name] = self._use("Any")
        if not modules:
            return
        # What any instance exports serves as well.
        exports = self._protocol("exports")
        yield from self._protocol_classes()
        imports: dict[str, str] = {}
        for index, (module, fields) in enumerate(modules.items()):
            name = self._own(f"Module{index}")
            imports[module] = f"{name} | {exports}"
            yield from self._typed_dict(name, fields)
        self._imports = self._own("Imports")
        yield from self._typed_dict(self._imports, imports)

    def _protocol(self, kind: str) -> str:
        if kind not in self._protocols:
            self._protocols[kind] = self._own(f"Any{kind.capitalize()}")
        return self._protocols[kind]

    def _protocol_classes(self) -> Iterator[str]:
        for kind, name in self._protocols.items():
            body = _PROTOCOLS[kind]
            used = {word: self._use(word) for word in re.findall(r"{(\w+)}", body)}
            yield f"class {name}({self._use('Protocol')}):"
            yield body.format(**used)

    def _import_type(self, item: Import) -> str:
        if item.kind == "tag":
            return self._use("Any")
        if isinstance(item.type, int):
            return self._callable(item.type, host=True)
        name = self._protocol(item.kind)
        if isinstance(item.type, GlobalType) and not item.type.mutable:
            return f"{name} | {self._value(item.type.type, given=True)}"
        return name

    def _typed_dict(self, name: str, fields: Mapping[str, str]) -> Iterator[str]:
        yield f"{name} = {self._use('TypedDict')}("
        yield f'{INDENT}"{name}",'
        yield f"{INDENT}{{"
        for field, described in fields.items():
            line = f"{INDENT}{INDENT}{text_literal(field)}: {described},"
            if len(line) > LINE_LENGTH:
                # Nothing in the line may be left that black could break.
                alias = self._alias(described, [described])
                line = f"{INDENT}{INDENT}{text_literal(field)}: {alias},"
            yield line
        yield f"{INDENT}}},"
        yield ")"

    def _exports_class(self) -> Iterator[str]:
        self._exports = self._own("Exports")
        members = [
            line
            for export in self._objects_first
            if is_attribute(export.name) and not hasattr(Exports, export.name)
            for line in self._member(export, "self", INDENT)
        ]
        listed = self._env.exports[:_MOST_OVERLOADS]
        items = [line for export in listed for line in self._item(export)]
        # Not the runtime's class, of which mypy thinks that it has all attributes.
        yield f"class {self._exports}({self._mapping()}):"
        yield from members
        if not self._are_all_typed:
            yield f"{INDENT}{self._any_attribute('self, ')}"
        names = f"{self._use('Iterator')}[{self._use('str')}]"
        yield f"{INDENT}def __iter__(self) -> {names}: ..."
        yield f"{INDENT}def __len__(self) -> {self._use('int')}: ..."
        yield f"{INDENT}def __reduce__(self) -> {self._use('NoReturn')}: ..."
        yield from items
        if items:
            yield f"{INDENT}@{self._use('overload')}"
        yield from self._getitem(self._use("str"), self._use("Any"))

    def _member(self, export: Export, receiver: str, margin: str) -> Iterator[str]:
        """The export as a member of a class, or of the package (no receiver)."""
        if self._is_variable(export):
            yield from _variable(margin, export.name, self._described(export))
            return
        functype = self._env.func_type(export.index)
        types = self._values(functype.params, given=True)
        params = [f"v{index}: {item}" for index, item in enumerate(types)]
        listed = [
            *([receiver] if receiver else []),
            *params,
            *(["/"] if params else []),
        ]
        result = self._result(functype.results, given=False)
        head = f"{margin}def {export.name}("
        yield from _definition(head, listed, result)

    def _is_variable(self, export: Export) -> bool:
        """Whether an export is written as a variable: what is no function, or one of many parameters."""
        if export.kind != "function":
            return True
        return len(self._env.func_type(export.index).params) > _MOST_PARAMETERS

    def _described(self, export: Export) -> str:
        """The type of an export."""
        if export.kind != "function":
            return self._use(_OBJECTS[export.kind])
        return self._callable(self._env.functions[export.index], host=False)

    def _item(self, export: Export) -> Iterator[str]:
        described = self._described(export)
        yield f"{INDENT}@{self._use('overload')}"
        literal = f"{self._use('Literal')}[{text_literal(export.name)}]"
        yield from self._getitem(self._alias_of_name(literal, export.name), described)

    def _alias_of_name(self, literal: str, name: str) -> str:
        if len(literal) <= _LONGEST_INLINE:
            return literal
        first, *others = literal_lines(name)
        if others:
            lines = [f"{self._use('Literal')}[", *others[:-1], "]"]
        else:
            lines = [f"{self._use('Literal')}[", f"{INDENT}{first}", "]"]
        return self._alias(literal, lines)

    def _getitem(self, name: str, result: str) -> Iterator[str]:
        head = f"{INDENT}def __getitem__("
        return _definition(head, ["self", f"name: {name}", "/"], result)

    def _package_members(self) -> Iterator[str]:
        instance = self._own("Instance")
        yield f"class {instance}({self._use('Instance')}):"
        yield f"{INDENT}@{self._use('property')}"
        yield f"{INDENT}def exports(self) -> {self._exports}: ...  # type: ignore[override]"
        yield ""
        yield f"module: {self._use('Module')}"
        yield f"target: {self._use('str')}"
        yield f"wasi = {self._use('WASI')}"
        members = []
        if needs_nothing_of_callers(self._env, self._emscripten):
            members = [item for item in self._objects_first if self._is_member(item)]
        imports = self._imports
        if not self._env.imports:
            imports = f"{self._mapping()} | None = None"
        elif any(
            item.module in (wasi.PREVIEW1, wasi.UNSTABLE) for item in self._env.imports
        ) or (self._emscripten is not None):
            # What is merged with WASI's functions is not checked name by name.
            imports = f"{imports} | {self._mapping()}"
        for export in members:
            if self._is_variable(export):
                yield from self._member(export, "", "")
        yield ""
        limits = f"limits: {self._use('Limits')} | None = None"
        unsigned = f"unsigned: {self._use('bool')} = ..."
        release_gil = f"release_gil: {self._use('bool')} = False"
        params = [f"imports: {imports}", "*", limits, unsigned, release_gil]
        yield from _definition("def instantiate(", params, instance)
        yield from _definition("def local(", [], instance)
        if self._emscripten is not None:
            yield from self._emscripten_function()
        for export in members:
            if not self._is_variable(export):
                yield from self._member(export, "", "")
        if members and not self._are_all_typed:
            yield self._any_attribute("")

    def _emscripten_function(self) -> Iterator[str]:
        """The function that makes imports: as the runtime's class, less the module."""
        text, any_ = self._use("str"), self._use("Any")
        text_or_bytes = f"{text} | {self._use('bytes')}"
        number, function = self._use("int"), self._use("Callable")
        params = [
            f"args: {self._use('Iterable')}[{text_or_bytes}] = ()",
            f"env: {self._use('Mapping')}[{text}, {text}] | None = None",
            *(f"{name}: {any_} = None" for name in ("stdin", "stdout", "stderr")),
            f"preopens: {self._mapping()} | None = None",
            "*",
            f"imports: {self._mapping()} | None = None",
            f"clock: {function}[[], {number}] | None = None",
            f"random: {function}[[{number}], {self._use('bytes')}] | None = None",
        ]
        yield from _definition("def emscripten(", params, self._use("Emscripten"))

    def _mapping(self) -> str:
        return f"{self._use('Mapping')}[{self._use('str')}, {self._use('Any')}]"

    def _any_attribute(self, receiver: str) -> str:
        """The attributes that are not listed one by one."""
        name = f"name: {self._use('str')}"
        return f"def __getattr__({receiver}{name}) -> {self._use('Any')}: ..."

    def _is_member(self, export: Export) -> bool:
        """Whether the export is an attribute of the package (`DefaultInstance`)."""
        is_own = export.name in self._package_names
        return is_attribute(export.name) and not is_own


def _renamed(name: str, bound: str) -> str:
    return name if name == bound else f"{name} as {bound}"


def _definition(head: str, params: list[str], result: str) -> Iterator[str]:
    """A function of a stub; ``head`` ends with the opening parenthesis."""
    margin = " " * (len(head) - len(head.lstrip()))
    line = f"{head}{', '.join(params)}) -> {result}: ..."
    if len(line) <= LINE_LENGTH:
        yield line
    elif params:
        yield head
        yield from (f"{margin}{INDENT}{item}," for item in params)
        yield f"{margin}) -> {result}: ..."
    else:
        yield f"{head}) -> ("
        yield f"{margin}{INDENT}{result}"
        yield f"{margin}): ..."


def _variable(margin: str, name: str, described: str) -> Iterator[str]:
    line = f"{margin}{name}: {described}"
    if len(line) <= LINE_LENGTH:
        yield line
    else:
        yield f"{margin}{name}: ("
        yield f"{margin}{INDENT}{described}"
        yield f"{margin})"
