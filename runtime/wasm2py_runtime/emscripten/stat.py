"""The structure ``stat``, which has changed with the versions of Emscripten."""

from __future__ import annotations

from struct import Struct

from ..lean import NamedTuple
from ..wasi import rights
from ..wasi.tree import Status
from .signatures import Wanted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Tuple

_MODES = {
    rights.DIRECTORY: 0o040755,
    rights.REGULAR_FILE: 0o100644,
    rights.SYMBOLIC_LINK: 0o120777,
    rights.BLOCK_DEVICE: 0o060644,
    rights.SOCKET_STREAM: 0o140644,
    rights.SOCKET_DGRAM: 0o140644,
}
_CHARACTER_DEVICE = 0o020666
_BLOCK = 4096
_SECTOR = 512
_NANOSECONDS = 1_000_000_000
_U32 = 0xFFFFFFFF


class StatLayout(NamedTuple):
    """How it lies in memory: the numbers in order, and whether some are there twice.

    Their order is device, (inode), mode, links, size, size of blocks, blocks, three
    times in seconds and nanoseconds, inode.
    """

    struct: Struct
    has_short_inode: bool = False
    time_mask: int = 0xFFFFFFFFFFFFFFFF

    def pack(self, status: Status) -> bytes:
        times: List[int] = []
        for time in (status.accessed, status.modified, status.changed):
            seconds, nanoseconds = divmod(time, _NANOSECONDS)
            times += [seconds & self.time_mask, nanoseconds]
        inode = status.inode & 0xFFFFFFFFFFFFFFFF
        short = [inode & _U32] if self.has_short_inode else []
        blocks = -(-status.size // _SECTOR) & _U32
        return self.struct.pack(
            status.device & _U32,
            *short,
            _MODES.get(status.type, _CHARACTER_DEVICE),
            status.links & _U32,
            status.size & 0xFFFFFFFFFFFFFFFF,
            _BLOCK,
            blocks,
            *times,
            inode,
        )


STAT = StatLayout(Struct("<III12xQII" + "QI4x" * 3 + "Q"))
"""Since 3.1.42."""
_STAT_64 = StatLayout(Struct("<I4xIII20xQII" + "QI4x" * 3 + "Q"), True)
_STAT_32 = StatLayout(Struct("<I4xIII20xQII" + "II" * 3 + "Q"), True, _U32)


def stat_layout(imports: List[Wanted]) -> StatLayout:
    """The one that a module has, as far as its other imports tell how old it is."""
    types = {item.name: item.type for item in imports}
    if "__syscall_fstatat64" in types:
        return _STAT_32
    if "emscripten_memcpy_big" in types or _has_time_by_address(
        types.get("_localtime_js"), types.get("_gmtime_js")
    ):
        return _STAT_64
    return STAT


def _has_time_by_address(
    *types: Optional[Tuple[Tuple[str, ...], Tuple[str, ...]]]
) -> bool:
    return any(type_ is not None and type_[0] == ("i32", "i32") for type_ in types)
