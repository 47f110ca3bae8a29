"""Functions as references, and the wrappers between them and the host.

A wrapper is compiled once for each function type. Its text is made of the letters of
the type and nothing else.
"""

from __future__ import annotations

from .abi import RT_ABI
from .deadline import watch
from .errors import HIDDEN_TRAPS, HOST_CALL, as_trap, is_plain
from .external import FunctionType
from .float_bits import fround
from .info import ModuleInfo
from .lean import Protocol
from .recursion import ALONE, ANYBODY, ENTRY, Users, entering
from .values import value_kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Callable, Dict, List, NoReturn, Optional, Sequence, Tuple

    Raw = Callable[..., Any]


# The call of a function that may nest calls, or call the host; `recursion` explains it.
# No `try` begins between entering and leaving: CPython lets what is raised at that very
# line pass by the handlers around it.
_ENTERING = """
  limit = getrecursionlimit()
  entry = None
  done = False
  try:
   try:
    try:
     if {least} <= limit < {most} and not alone:
      alone[users] = limit
      setrecursionlimit({most})
     else:
      entry = next(numbers)
      enter(entry, users)
     r = raw({arguments})
    except HIDDEN_TRAPS as error:
     if is_plain(error):
      raise
     raise as_trap(error) from None
    done = True
    if entry:
     leave(limit, entry, users)
    else:
     if getrecursionlimit() == {most} and not inside:
      setrecursionlimit(limit)
     del alone[users]
   except RecursionError:
    leave(limit, entry, users)
    if not done:
     raise
   except BaseException:
    leave(limit, entry, users)
    raise
  except BaseException:
   leave(limit, entry, users)
   raise
"""
_SHALLOW = """
  try:
   r = raw({arguments})
  except HIDDEN_TRAPS as error:
   if is_plain(error):
    raise
   raise as_trap(error) from None
"""
_binders: Dict[Tuple[object, ...], Callable[..., Any]] = {}


class FunctionOwner(Protocol):
    """What the handle of a function asks for, giving the function's index."""

    # What the host sees of functions, by index.
    exported: Dict[int, Raw]

    def load(self, index: int) -> Raw:
        """The callable on values in the form of the code."""

    def name(self, index: int) -> str:
        """A name for people."""

    def is_shallow(self, index: int) -> bool:
        """Whether calls in the function nest but a little, whatever its arguments."""

    def new_export(self, handle: "Function", index: int) -> Raw:
        """What the host gets of the function."""


class Function:
    """The handle of a function, which is what a funcref holds.

    Thousands may be in a table and few of them be called: the function itself, and
    what the host sees of it, are made when they are first needed.
    """

    __slots__ = ("__weakref__", "_index", "_owner", "_wasm_exported", "_wasm_type")
    _wasm_abi = RT_ABI
    _wasm_kind = "function"

    def __init__(self, type_: FunctionType, owner: FunctionOwner, index: int) -> None:
        self._wasm_type = type_
        self._wasm_exported: Optional[Raw] = None
        self._owner = owner
        self._index = index

    def _wasm_load(self) -> Raw:
        """The callable on values in the form of the code."""
        return self._owner.load(self._index)

    def _wasm_export(self) -> Raw:
        """The function as the host sees it, always the same object."""
        export = self._wasm_exported
        if export is None:
            # The first of those that are made at the same time is kept.
            owner, index = self._owner, self._index
            export = owner.exported.setdefault(index, owner.new_export(self, index))
            self._wasm_exported = export
        return export

    def __repr__(self) -> str:
        return (
            f"<WebAssembly function {self._owner.name(self._index)} {self._wasm_type}>"
        )

    def __reduce__(self) -> NoReturn:
        raise TypeError("cannot pickle a WebAssembly function")


class HostFunctions:
    """The owner of the functions that the host gives to an instance.

    ``imported`` are all functions that the instance imports; those of the host are its
    callables, which get integers as ``unsigned`` says. A wrapper is made when the function is
    first called.
    """

    __slots__ = ("_imported", "_info", "_unsigned", "_wrappers", "exported")

    def __init__(
        self, info: ModuleInfo, imported: Sequence[Any], unsigned: bool
    ) -> None:
        self._info = info
        self._imported = imported
        self._unsigned = unsigned
        self._wrappers: Dict[int, Raw] = {}
        self.exported: Dict[int, Raw] = {}

    def load(self, index: int) -> Raw:
        wrapper = self._wrappers.get(index)
        if wrapper is None:
            type_ = self._info.function_type(index)
            host = self._imported[index]
            new = host_wrapper(type_, host, self.name(index), self._unsigned)
            wrapper = self._wrappers.setdefault(index, new)
        return wrapper

    def name(self, index: int) -> str:
        return ".".join(self._info.imported_function(index))

    def is_shallow(self, index: int) -> bool:
        return False

    def new_export(self, handle: Function, index: int) -> Raw:
        return exported(handle, self.name(index), False, self._unsigned, ANYBODY)


def exported(
    handle: Function,
    name: str,
    shallow: bool,
    unsigned: bool,
    users: Users,
    load: Optional[Callable[[], Raw]] = None,
) -> Raw:
    """A function as the host sees it, whose code is in Python.

    ``users`` are those of the instance that it runs in. ``load`` gives what it calls, if that is
    not the handle's own.
    """
    bind = _binder(_export_source, handle._wasm_type, shallow, unsigned)
    export: Any = bind(load or handle._wasm_load, users)
    export.__name__ = export.__qualname__ = name
    export.__code__ = renamed(export.__code__, name)
    export.__module__ = __name__
    export.__doc__ = description(handle._wasm_type)
    export._wasm_function = handle
    return export  # type: ignore[no-any-return]


def description(type_: FunctionType) -> str:
    """The documentation of an exported function."""
    return f"WebAssembly function {type_}."


def host_wrapper(type_: FunctionType, host: Raw, name: str, unsigned: bool) -> Raw:
    """What code in Python calls for a callable that takes and gives values of the host."""
    wrapper: Raw = _binder(_host_source, type_, False, unsigned)(host, name)
    return wrapper


def renamed(code: CodeType, name: str) -> CodeType:
    """The same code, under another name in tracebacks and profiles."""
    changes: Dict[str, Any] = {"co_name": name}
    if hasattr(code, "co_qualname"):
        changes["co_qualname"] = name
    return code.replace(**changes)


def _binder(
    source: Callable[[FunctionType, bool, bool], List[str]],
    type_: FunctionType,
    shallow: bool,
    unsigned: bool,
) -> Callable[..., Any]:
    """The function that makes wrappers for a function type, compiled once."""
    key = (source, type_, shallow, unsigned)
    binder = _binders.get(key)
    if binder is None:
        text = "\n".join(source(type_, shallow, unsigned)) + "\n"
        side, mark = (
            ("import", HOST_CALL) if source is _host_source else ("export", ENTRY)
        )
        namespace: Dict[str, Any] = {**_GLOBALS, mark: True}
        for kind in {*type_.params, *type_.results}:
            namespace[_converter(kind)] = value_kind(kind).from_host
        exec(compile(text, f"<{side} {type_}>", "exec"), namespace)
        binder = _binders[key] = namespace["bind"]
    return binder


def _converter(kind: str) -> str:
    """The name of what takes the values of a type that are unusual, or wrong."""
    letters = [letter if letter.isalnum() else "_" for letter in kind]
    return f"convert_{''.join(letters)}"


def _export_source(type_: FunctionType, shallow: bool, unsigned: bool) -> List[str]:
    """Text of ``bind(load, users)``, which gives what the host calls."""
    names = [f"a{i}" for i in range(len(type_.params))]
    lines = [
        "def bind(load, users):",
        " def raw(*args):",
        "  nonlocal raw",
        "  raw = load()",
        "  return raw(*args)",
        f" def export({', '.join(names + ['/'] if names else [])}):",
    ]
    for name, kind in zip(names, type_.params):
        is_unusual = value_kind(kind).is_unusual
        if is_unusual:
            lines.append(f"  if {is_unusual.format(name)}:")
            lines.append(f"   {name} = {_converter(kind)}({name})")
    arguments = [
        value_kind(kind).code.format(a) for a, kind in zip(names, type_.params)
    ]
    text = _SHALLOW if shallow else _ENTERING
    text = text.format(
        arguments=", ".join(arguments), least=ALONE.start, most=ALONE.stop
    )
    lines += text.splitlines()
    forms = [value_kind(kind, unsigned).host for kind in type_.results]
    return lines + _results(forms) + [" return export"]


def _host_source(type_: FunctionType, shallow: bool, unsigned: bool) -> List[str]:
    """Text of ``bind(host, name)``, which gives what WebAssembly code calls."""
    names = [f"a{i}" for i in range(len(type_.params))]
    arguments = [
        value_kind(kind, unsigned).host.format(a)
        for a, kind in zip(names, type_.params)
    ]
    lines = [
        "def bind(host, name):",
        f" def call({', '.join(names)}):",
        # Usually there is no deadline.
        "  if current:",
        f"   r = suspended(host, ({''.join(f'{a}, ' for a in arguments)}))",
        "  else:",
        f"   r = host({', '.join(arguments)})",
    ]
    results = type_.results
    if not results:
        lines += ["  if r is not None:", "   no_result(r, name)"]
    if len(results) > 1:
        lines.append(f"  r = several_results(r, {len(results)}, name)")
    targets = ["r"] if len(results) == 1 else [f"r{i}" for i in range(len(results))]
    if len(results) > 1:
        lines.append(f"  {', '.join(targets)} = r")
    for target, kind in zip(targets, results):
        is_unusual = value_kind(kind).is_unusual
        if is_unusual:
            lines.append(f"  if {is_unusual.format(target)}:")
            lines.append(f"   {target} = result({_converter(kind)}, {target}, name)")
    forms = [value_kind(kind).code for kind in results]
    return lines + _results(forms, unpack=False) + [" return call"]


def _results(forms: Sequence[str], unpack: bool = True) -> List[str]:
    """Lines that return the value ``r``, or the values of that, in these forms."""
    if not forms:
        return []
    if len(forms) == 1:
        return [f"  return {forms[0].format('r')}"]
    names = [f"r{i}" for i in range(len(forms))]
    lines = [f"  {', '.join(names)} = r"] if unpack else []
    values = [form.format(name) for name, form in zip(names, forms)]
    return lines + [f"  return {', '.join(values)}"]


def host_results(type_: FunctionType, value: object, name: str) -> Tuple[Any, ...]:
    """What a host function has given, as values of the code.

    Raises TypeError and OverflowError for what its type does not allow.
    """
    kinds = [value_kind(kind) for kind in type_.results]
    if len(kinds) == 1:
        return (_result(kinds[0].from_host, value, name),)
    if kinds:
        values = _several_results(value, len(kinds), name)
        return tuple(
            _result(kind.from_host, item, name) for kind, item in zip(kinds, values)
        )
    _refuse_awaitable(value, name)
    return ()


def _result(convert: Callable[[object], Any], value: object, name: str) -> Any:
    try:
        return convert(value)
    except (TypeError, OverflowError) as error:
        _refuse_awaitable(value, name)
        raise type(error)(f"result of host function {name}: {error}") from None


def _several_results(value: Any, count: int, name: str) -> Tuple[Any, ...]:
    _refuse_awaitable(value, name)
    try:
        values = tuple(value)
    except TypeError:
        if hasattr(value, "__iter__"):
            raise
        given = type(value).__name__
        text = f"host function {name} must return {count} results"
        raise TypeError(f"{text}, not one of type {given}") from None
    if len(values) != count:
        text = f"host function {name} must return {count} results"
        raise TypeError(f"{text}, not {len(values)}")
    return values


def _refuse_awaitable(value: Any, name: str) -> None:
    """A result that nobody would await. What else a host returns for none is fine."""
    if hasattr(value, "__await__"):
        if hasattr(value, "close"):
            value.close()
        raise TypeError(async_host_function(name))


def async_host_function(name: str) -> str:
    """What to say about a host function that would have to be awaited."""
    return (
        f"host function {name} is async, and WebAssembly code cannot await it: import"
        " a plain function, for instance one that calls"
        " asyncio.run_coroutine_threadsafe(...).result() from another thread"
    )


_GLOBALS: Dict[str, Any] = {
    "HIDDEN_TRAPS": HIDDEN_TRAPS,
    "as_trap": as_trap,
    "current": watch.current,
    "is_plain": is_plain,
    "fround": fround,
    "no_result": _refuse_awaitable,
    "result": _result,
    "several_results": _several_results,
    "suspended": watch.suspended,
    **entering(),
}
