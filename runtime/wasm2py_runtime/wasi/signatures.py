"""The names of WASI's functions, and their types."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, List, Tuple

PREVIEW1 = "wasi_snapshot_preview1"
UNSTABLE = "wasi_unstable"
"""Names of the modules: of preview 1, and of the version before it."""

# Parameters: i is an i32, I an i64. The result is an i32, the error number; proc_exit has none.
PARAMETERS = {
    "args_get": "ii",
    "args_sizes_get": "ii",
    "environ_get": "ii",
    "environ_sizes_get": "ii",
    "clock_res_get": "ii",
    "clock_time_get": "iIi",
    "fd_advise": "iIIi",
    "fd_allocate": "iII",
    "fd_close": "i",
    "fd_datasync": "i",
    "fd_fdstat_get": "ii",
    "fd_fdstat_set_flags": "ii",
    "fd_fdstat_set_rights": "iII",
    "fd_filestat_get": "ii",
    "fd_filestat_set_size": "iI",
    "fd_filestat_set_times": "iIIi",
    "fd_pread": "iiiIi",
    "fd_prestat_get": "ii",
    "fd_prestat_dir_name": "iii",
    "fd_pwrite": "iiiIi",
    "fd_read": "iiii",
    "fd_readdir": "iiiIi",
    "fd_renumber": "ii",
    "fd_seek": "iIii",
    "fd_sync": "i",
    "fd_tell": "ii",
    "fd_write": "iiii",
    "path_create_directory": "iii",
    "path_filestat_get": "iiiii",
    "path_filestat_set_times": "iiiiIIi",
    "path_link": "iiiiiii",
    "path_open": "iiiiiIIii",
    "path_readlink": "iiiiii",
    "path_remove_directory": "iii",
    "path_rename": "iiiiii",
    "path_symlink": "iiiii",
    "path_unlink_file": "iii",
    "poll_oneoff": "iiii",
    "proc_exit": "i",
    "proc_raise": "i",
    "random_get": "ii",
    "sched_yield": "",
    "sock_accept": "iii",
    "sock_recv": "iiiiii",
    "sock_send": "iiiii",
    "sock_shutdown": "ii",
}
WITHOUT_RESULT = frozenset(("proc_exit",))
_NEW_IN_PREVIEW1 = frozenset(("sock_accept",))


def names_in(module: str) -> List[str]:
    """The functions of a module, by its name; none where it is not one of WASI's."""
    if module not in (PREVIEW1, UNSTABLE):
        return []
    old = module == UNSTABLE
    return [name for name in PARAMETERS if not (old and name in _NEW_IN_PREVIEW1)]


def is_wasi_only(imports: Iterable[Tuple[str, str]]) -> bool:
    """Whether imports, by module and name, are all functions of WASI."""
    return all(name in names_in(module) for module, name in imports)
