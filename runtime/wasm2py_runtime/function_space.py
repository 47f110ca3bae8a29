"""The functions of an instance whose code is in Python: loaded in groups, when they are called."""

from __future__ import annotations

import sys

from .deadline import Deadline
from .functions import Function, HostFunctions, exported
from .limits import counting_calls, split_fuel
from .module import Module, parse, runtime_functions
from .recursion import Users
from .spaces import Spaces

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable, Dict, Iterable, List, Optional

    from .functions import FunctionOwner
    from .module import Name

    Raw = Callable[..., Any]


# First calls, one within the other, before everything is loaded, so that there are no more of
# them: each takes a kilobyte of C stack, also where other calls take none.
_MOST_FIRST_CALLS = 100


class FunctionSpace:
    """The functions of one instance, by index; handles and code are made when needed.

    ``bound`` tells what any other name in generated code means, ``unsigned`` whether the
    host's integers are, ``limits`` what calls may take.
    Nothing is locked: what two
    threads, or a thread and a finaliser that runs in it, make at the same time is the same,
    and the first is kept where identity matters.
    """

    def __init__(
        self,
        module: Module,
        namespace: Dict[str, Any],
        imported: List[Any],
        bound: Callable[[Name], Any],
        unsigned: bool,
        limits: Any,
    ) -> None:
        info = module.info
        self._module = module
        self._namespace = namespace
        # Handles, and the host's callables, of which handles are made.
        self._imported = imported
        self._host_functions = HostFunctions(info, imported, unsigned)
        self._handles: Dict[int, Function] = {}
        self._loaded: List[bool] = [False] * len(info.groups)
        self._bound = bound
        self._unsigned = unsigned
        self._users = Users()
        deadline, most = limits.deadline, limits.call_depth
        self._deadline = None if deadline is None else Deadline(deadline)
        # What counts the calls of a function, where they are limited.
        self._counted = None if most is None else counting_calls(most)
        # What the host has of the functions that are not imported, by index.
        self.exported: Dict[int, Callable[..., Any]] = {}

    def load(self, index: int) -> Callable[..., Any]:
        """The function itself, in the namespace from now on in place of its stub."""
        name = f"f{index}"
        if index < len(self._imported):
            self._namespace[name] = self.reference(index)._wasm_load()
        else:
            group = self._module.group_of(index)
            if not self._loaded[group]:
                code, texts = self._module.group_code(group)
                self._bind(texts)
                exec(code, self._namespace)
                if self._counted is not None:
                    self._count_calls(group, self._counted)
                self._loaded[group] = True
        function: Callable[..., Any] = self._namespace[name]
        return function

    def _count_calls(self, group: int, counted: Callable[[Raw], Raw]) -> None:
        """Count the calls of the functions of a group, which have just been defined."""
        info, namespace = self._module.info, self._namespace
        groups = [*info.groups, len(info.functions)]
        for index in range(groups[group], groups[group + 1]):
            namespace[f"f{index}"] = counted(namespace[f"f{index}"])

    def _bind(self, texts: Iterable[str]) -> None:
        """Give code that is about to be loaded what it calls by these names."""
        for text in texts:
            # Most are there already, for code that was loaded before.
            name = None if text in self._namespace else parse(text)
            if name is not None:
                function = name.kind == "f"
                value = _Stub(self, name.number) if function else self._bound(name)
                self._namespace.setdefault(text, value)

    def load_all(self) -> None:
        """Load everything that has not been loaded yet."""
        for first, loaded in zip(self._module.info.groups, self._loaded):
            if not loaded:
                self.load(first)
        for value in list(self._namespace.values()):
            if type(value) is _Stub:  # of an imported function
                self.load(value._index)

    def reference(self, index: int) -> Function:
        """The handle of a function (``ref.func``), always the same."""
        return self._handles.get(index) or self._new_handle(index)

    def _new_handle(self, index: int) -> Function:
        imported = self._imported
        owner: FunctionOwner = self
        if index < len(imported):
            given = imported[index]
            if not callable(given):
                return self._handles.setdefault(index, given)
            owner = self._host_functions
        type_ = self._module.info.function_type(index)
        return self._handles.setdefault(index, Function(type_, owner, index))

    def is_shallow(self, index: int) -> bool:
        return self._module.info.is_shallow(index)

    def name(self, index: int) -> str:
        """The name of the first export of the function, for people."""
        name = self._module.info.first_export(index)
        return f"f{index}" if name is None else name

    def new_export(self, handle: Function, index: int) -> Callable[..., Any]:
        """What the host gets of a function that is defined."""
        name, shallow = self.name(index), self.is_shallow(index)
        deadline = self._deadline
        if deadline is None:
            return exported(handle, name, shallow, self._unsigned, self._users)
        limited = deadline.limited
        return exported(
            handle,
            name,
            shallow,
            self._unsigned,
            self._users,
            lambda: limited(handle._wasm_load()),
        )

    @property
    def fuel(self) -> int:
        """How many instructions may still be executed, in metered code."""
        left: int = sum(self._namespace["fuel"])
        return left

    @fuel.setter
    def fuel(self, amount: int) -> None:
        self._namespace["fuel"][:] = split_fuel(amount)

    def attach(self, spaces: Spaces, release_gil: bool) -> None:
        """Get ready to run, with everything else of the instance in its place.

        Code in Python needs the GIL, and does not release it.
        """
        for name, function in runtime_functions().items():
            # An instance may have its own.
            self._namespace.setdefault(name, function)


class _Stub:
    """What stands for a function until it is first called."""

    __slots__ = ("_index", "_space")

    def __init__(self, space: FunctionSpace, index: int) -> None:
        self._space = space
        self._index = index

    def __call__(self, *args: Any) -> Any:
        if _first_calls() > _MOST_FIRST_CALLS:
            self._space.load_all()
        return self._space.load(self._index)(*args)


def _first_calls() -> int:
    """How many first calls are active in this thread, one within the other."""
    frame: Optional[FrameType] = sys._getframe()
    code = _Stub.__call__.__code__
    count = 0
    while frame is not None:
        count += frame.f_code is code
        frame = frame.f_back
    return count
