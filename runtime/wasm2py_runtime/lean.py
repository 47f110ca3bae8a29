"""What ``typing``, ``types``, ``functools`` and ``collections`` have, without importing them.

Their import takes longer than that of all of the runtime. What type checkers alone need is imported
``if TYPE_CHECKING``, which is False wherever Python runs; modules of the standard library that are
seldom needed are imported where they are, and those in C by their own names, such as ``_weakref``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections import deque
    from functools import partial
    from types import CodeType, FunctionType, ModuleType, TracebackType
    from typing import (
        Any,
        Callable,
        Dict,
        List,
        NamedTuple,
        Protocol,
        Tuple,
        TypeVar,
        overload,
    )

    Result = TypeVar("Result")
else:
    import sys
    from _collections import deque
    from _operator import itemgetter

    try:
        from _functools import partial
    except ImportError:  # on PyPy
        from functools import partial

    Protocol = object

    def _traceback() -> Any:
        """That of an error."""
        try:
            raise LookupError
        except LookupError as error:
            return error.__traceback__

    CodeType = type(_traceback.__code__)
    FunctionType = type(_traceback)
    ModuleType = type(sys)
    TracebackType = type(_traceback())

    def overload(function: Any) -> Any:
        """Nothing: the function that is defined last has all the signatures."""
        return function

    class _Fields(type):
        """The class of classes of tuples, which makes properties of their annotations."""

        def __new__(
            cls, name: str, bases: Tuple[type, ...], namespace: Dict[str, Any]
        ) -> type:
            if any(getattr(base, "_fields", ()) for base in bases):
                return super().__new__(cls, name, bases, namespace)  # has those
            fields = tuple(namespace.get("__annotations__", ()))
            defaults = {each: namespace[each] for each in fields if each in namespace}
            for place, field in enumerate(fields):
                namespace[field] = property(itemgetter(place))
            namespace.update(__slots__=(), __match_args__=fields)
            namespace.update(_fields=fields, _field_defaults=defaults)
            return super().__new__(cls, name, bases, namespace)

        @property
        def __signature__(cls) -> Any:
            """What ``help`` shows."""
            from inspect import Parameter, Signature

            kind, defaults = Parameter.POSITIONAL_OR_KEYWORD, cls._field_defaults
            none = Parameter.empty
            return Signature(
                [Parameter(x, kind, default=defaults.get(x, none)) for x in cls._fields]
            )

    class NamedTuple(tuple, metaclass=_Fields):
        """A tuple whose items have names: the fields that a subclass annotates, with defaults."""

        def __new__(cls, *args: Any, **named: Any) -> NamedTuple:
            """A tuple of all fields; TypeError if they are not as many, or others."""
            if named or len(args) != len(cls._fields):
                rest = cls._fields[len(args) :]
                known = {**cls._field_defaults, **named}
                args = (*args, *[known[field] for field in rest if field in known])
                if len(args) != len(cls._fields) or not named.keys() <= set(rest):
                    raise TypeError(f"{cls.__name__}() takes {', '.join(cls._fields)}")
            return tuple.__new__(cls, args)

        @classmethod
        def _make(cls, items: Any) -> NamedTuple:
            return cls(*items)

        def __getnewargs__(self) -> Tuple[Any, ...]:
            return tuple(self)

        def _asdict(self) -> Dict[str, Any]:
            return dict(zip(self._fields, self))

        def _replace(self, **named: Any) -> NamedTuple:
            return type(self)(**{**self._asdict(), **named})

        def __repr__(self) -> str:
            shown = [f"{name}={value!r}" for name, value in self._asdict().items()]
            return f"{type(self).__name__}({', '.join(shown)})"


def once(find: Callable[[], Result]) -> Callable[[], Result]:
    """A function that does what another one does the first time, and gives the same then."""
    found: List[Result] = []

    def get() -> Result:
        if not found:
            found.append(find())
        return found[0]

    get.__doc__ = find.__doc__
    get.__wrapped__ = find  # type: ignore[attr-defined]
    return get


__all__ = [
    "CodeType",
    "FunctionType",
    "ModuleType",
    "NamedTuple",
    "Protocol",
    "TracebackType",
    "deque",
    "once",
    "overload",
    "partial",
]
