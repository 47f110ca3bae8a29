"""`WASI`: what a program is given, folders among it, and running it.

This is imported with every package; what it needs is, when it is needed.
"""

from __future__ import annotations

import os
from _collections_abc import Iterable, Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple, Union
    from weakref import WeakSet

    Preopen = Union[str, "os.PathLike[str]", "Directory", "MemoryDirectory", Any]

    Stream = Any


class ProcExit(BaseException):
    """The program has called ``proc_exit`` with this ``code``.

    It is no Exception, so that it ends the program whatever is between: ``finally`` runs,
    and nothing that catches Exceptions keeps it. `WASI.start` turns it into a result.
    """

    def __init__(self, code: int, owner: object = None) -> None:
        super().__init__(code)
        self.code = code
        # Whose program it is, where one program runs another.
        self._wasm_owner = owner

    def __str__(self) -> str:
        return f"the program has exited with status {self.code}"


class Directory:
    """A folder of the host, for `WASI`'s ``preopens``; ``read_only`` if it may not change.

    It is opened when it is given to a program. Raises OSError then if there is no such
    folder, and NotImplementedError where the platform cannot confine a program to it.
    """

    _wasm_kind = "directory"

    def __init__(self, path: "str | os.PathLike[str]", read_only: bool = False) -> None:
        self.path = os.fspath(path)
        self.read_only = bool(read_only)

    def _wasm_open(self, now: Callable[[], int]) -> Any:
        from .host_folders import open_folder

        return open_folder(self.path, self.read_only)

    def __repr__(self) -> str:
        return f"Directory({self.path!r}, read_only={self.read_only})"


class MemoryDirectory:
    """A folder in memory, for `WASI`'s ``preopens``.

    ``files`` maps names to bytes (a file), mappings (a folder) or `PurePath` (a symbolic
    link). With ``max_bytes``, all files may have that many bytes together (links count
    with their targets), and there may be 100,000 names: more is "no space left" for the
    program.

    Raises TypeError and ValueError for what cannot be in a folder.
    """

    _wasm_kind = "directory"

    def __init__(
        self,
        files: Optional[Mapping[str, Any]] = None,
        max_bytes: Optional[int] = None,
    ) -> None:
        from .memory_folders import Tree

        if max_bytes is not None and (type(max_bytes) is not int or max_bytes < 0):
            raise ValueError(f"max_bytes must be an int >= 0, not {max_bytes!r}")
        self._tree = Tree(dict(_items(files, "files")), max_bytes)

    @property
    def files(self) -> Dict[str, Any]:
        """What the folder holds now, in the form of the argument."""
        return self._tree.files()

    def _wasm_open(self, now: Callable[[], int]) -> Any:
        return self._tree.open(now)

    def __repr__(self) -> str:
        return f"<MemoryDirectory: {', '.join(map(repr, self.files)) or 'empty'}>"


class WASI(Mapping[str, "Mapping[str, Callable[..., Any]]"]):
    """The imports of a WASI (preview 1) program, which sees what is given and nothing else.

    It is a mapping of module names to functions: give it to ``instantiate`` as the imports,
    or merge its ``imports`` with others. One is for one program.

    ``args`` are the program's name and its arguments, ``env`` its environment. ``stdin`` is
    bytes or a binary file; ``stdout`` and ``stderr`` are binary files, or callables that take
    the bytes as they come (a text file stands for the binary file below it). What is not
    given is empty, or goes nowhere. ``preopens`` maps paths, as the program sees them, to
    folders: paths of the host, `Directory` or `MemoryDirectory`; the descriptors of sockets
    follow those of folders. ``clock`` gives nanoseconds, in place of every clock, and
    ``random`` so many random bytes: with both, a run is deterministic.

    Raises TypeError and ValueError for what cannot be given to a program, and OSError and
    NotImplementedError as `Directory` says.
    """

    _wasm_kind = "wasi"

    def __init__(
        self,
        args: "Iterable[str | bytes]" = (),
        env: "Optional[Mapping[str, str]]" = None,
        stdin: Stream = None,
        stdout: Stream = None,
        stderr: Stream = None,
        preopens: Optional[Mapping[str, Preopen]] = None,
        *,
        clock: Optional[Callable[[], int]] = None,
        random: Optional[Callable[[int], bytes]] = None,
    ) -> None:
        # Packages of modules that use no WASI import this one, and not these.
        from weakref import WeakSet

        from . import rights
        from .clocks import Clocks
        from .descriptors import StreamDescriptor
        from .functions import MODULES, functions
        from .process import System, random_source
        from .streams import input_stream, output_stream

        if isinstance(args, (str, bytes)):
            raise TypeError("args must be a list of texts, not one")
        if clock is not None and not callable(clock):
            raise TypeError(f"clock must be callable, not {type(clock).__name__}")
        texts = [_text(arg, "args") for arg in args]
        environ = [_variable(*pair) for pair in _items(env, "env")]
        clocks = Clocks(clock)
        self._system = System(texts, environ, clocks, random_source(random))
        streams = (
            StreamDescriptor(input_stream(stdin), rights.FD_READ),
            StreamDescriptor(output_stream(stdout, "stdout"), rights.FD_WRITE),
            StreamDescriptor(output_stream(stderr, "stderr"), rights.FD_WRITE),
        )
        for stream in streams:
            self._system.descriptors.add(stream)
        self._memory: Any = None
        self._initialized: "WeakSet[Any]" = WeakSet()
        self._functions: Dict[str, Mapping[str, Callable[..., Any]]] = {
            module: functions(module, self._system, lambda: self._memory)
            for module in MODULES
        }
        try:
            self._open(_items(preopens, "preopens"))
        except BaseException:
            self.close()
            raise

    def _open(self, preopens: "Iterable[Tuple[str, Preopen]]") -> None:
        from . import rights
        from .descriptors import FolderDescriptor, SocketDescriptor

        sockets: List[Any] = []
        for path, given in preopens:
            name = _text(path, "preopens")
            if not name:
                raise ValueError("a path in preopens is empty")
            if hasattr(given, "recv"):
                sockets.append(given)
                continue
            folder = _directory(given)._wasm_open(self._system.clocks.realtime)
            descriptor = FolderDescriptor(folder, rights.ALL, rights.ALL)
            descriptor.preopen = name
            self._system.descriptors.add(descriptor)
        for socket in sockets:
            from .sockets import Socket

            self._system.descriptors.add(SocketDescriptor(Socket(socket)))

    @property
    def imports(self) -> Dict[str, Dict[str, Callable[..., Any]]]:
        """The functions, by module and name, to merge with other imports."""
        return {module: dict(self[module]) for module in self}

    def start(self, instance: Any) -> int:
        """Run a program, a command: its exit status, 0 where it just returns.

        Afterwards what was opened for it is closed. Raises ValueError for an instance that
        exports no ``_start``, or one that takes arguments, and what leaves the program: a `Trap`, or what a function of
        the host raises.
        """
        begin = _entry(instance, "_start")
        if begin is None:
            raise ValueError("the instance exports no '_start': it is no WASI command")
        self._memory = instance.exports.get("memory")
        try:
            begin()
        except ProcExit as end:
            if end._wasm_owner is not self._system:
                raise
            return end.code
        finally:
            self.close()
        return 0

    def initialize(self, instance: Any) -> None:
        """Prepare a library, a reactor: call its ``_initialize``, if it has one, once.

        Where there is none, that is ``__wasm_call_ctors``. Raises ValueError for a command, and what `start` does.
        """
        if "_start" in instance.exports:
            raise ValueError("the instance exports '_start': start it, it is a command")
        if instance in self._initialized:
            return
        begin = _entry(instance, "_initialize") or _entry(instance, "__wasm_call_ctors")
        self._initialized.add(instance)
        self._memory = instance.exports.get("memory")
        if begin is not None:
            begin()

    def close(self) -> None:
        """Close what was opened for the program. What the host gave stays open."""
        self._system.descriptors.close_all()

    def __getitem__(self, module: str) -> Mapping[str, Callable[..., Any]]:
        return self._functions[module]

    def __iter__(self) -> Iterator[str]:
        return iter(self._functions)

    def __len__(self) -> int:
        return len(self._functions)

    def __repr__(self) -> str:
        return f"<WASI for {b' '.join(self._system.args).decode(errors='replace')!r}>"


def _entry(instance: Any, name: str) -> Optional[Callable[[], object]]:
    """The function where a program begins, None where there is no such export."""
    function = instance.exports.get(name)
    if not callable(function):
        return None
    handle = getattr(function, "_wasm_function", None)
    if handle is not None and handle._wasm_type.params:
        text = f"the instance's {name!r} takes arguments"
        raise ValueError(f"{text}, it is {handle._wasm_type}: that is no WASI program")
    return function  # type: ignore[no-any-return]


def _items(
    given: Optional[Mapping[str, Any]], where: str
) -> "Iterable[Tuple[str, Any]]":
    if given is None:
        return ()
    if not isinstance(given, Mapping):
        raise TypeError(f"{where} must be a mapping, not {type(given).__name__}")
    return given.items()


def _text(text: object, where: str) -> bytes:
    if isinstance(text, str):
        text = text.encode("utf-8", "surrogateescape")
    if not isinstance(text, bytes):
        raise TypeError(f"{where} must have texts, not {type(text).__name__}")
    if b"\0" in text:
        raise ValueError(f"{where}: {text!r} has a zero in it, which ends a text")
    return text


def _variable(name: object, value: object) -> bytes:
    key = _text(name, "env")
    if not key or b"=" in key:
        raise ValueError(f"env: {name!r} cannot be a variable's name")
    return key + b"=" + _text(value, "env")


def _directory(given: Any) -> Any:
    """The folder that the host gives, of whichever copy of the runtime."""
    if isinstance(given, (str, os.PathLike)):
        return Directory(given)
    if getattr(type(given), "_wasm_kind", None) != Directory._wasm_kind:
        kinds = "paths, Directory, MemoryDirectory or sockets"
        raise TypeError(f"preopens must be {kinds}, not {type(given).__name__}")
    return given
