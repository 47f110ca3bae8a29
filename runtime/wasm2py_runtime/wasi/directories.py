"""What a host gives as a folder: one of its own, or one in memory.

These are little, and imported with every package; what they need is, when it is needed.
"""

from __future__ import annotations

import os
from _collections_abc import Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Optional


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
        self._tree = Tree({} if files is None else files, max_bytes)

    @property
    def files(self) -> Dict[str, Any]:
        """What the folder holds now, in the form of the argument."""
        return self._tree.files()

    def _wasm_open(self, now: Callable[[], int]) -> Any:
        return self._tree.open(now)

    def __repr__(self) -> str:
        return f"<MemoryDirectory: {', '.join(map(repr, self.files)) or 'empty'}>"
