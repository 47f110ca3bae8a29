"""The names of what Emscripten's modules import, and the types.

Types are written as parameters, a colon and the result: i is an i32, I an i64, f and d are
floats. Versions of Emscripten differ, so a function may have several; behind "=" is what
does it then, if that is another function. Where modules are not built for JavaScript's
BigInt, each I is two i32, the low half first.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..lean import NamedTuple
from ..wasi import signatures as wasi

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, List, Optional, Tuple

    Types = Tuple[Tuple[str, ...], Tuple[str, ...]]

ENV = "env"
MEMORY = "memory"
TABLE = "__indirect_function_table"
# What modules called the table that they import until 1.39.
OLD_TABLE = "table"
# Of modules that others are loaded into.
STACK_POINTER = "__stack_pointer"
MEMORY_BASE, TABLE_BASE = "__memory_base", "__table_base"
GOT_MEM, GOT_FUNC = "GOT.mem", "GOT.func"
_OBJECTS = {
    "memory": (MEMORY,),
    "table": (TABLE, OLD_TABLE),
    "global": (STACK_POINTER, MEMORY_BASE, TABLE_BASE),
}

HEAP = {
    "emscripten_resize_heap": "i:i",
    "emscripten_get_heap_max": ":i",
    "emscripten_notify_memory_growth": "i:",
    "emscripten_memcpy_big": "iii:i iii:",
    "emscripten_memcpy_js": "iii:",
    "_emscripten_memcpy_js": "iii:",
}
MAPPING = {
    "_mmap_js": "iiiiIii:i iiiiiii:i=mmap_at",
    "_munmap_js": "iiiiiI:i iiiiii:i",
    "_msync_js": "iiiiiI:i iiii:i=msync",
}
CLOCKS = {
    "emscripten_date_now": ":d",
    "emscripten_get_now": ":d",
    "emscripten_get_now_res": ":d",
    "_emscripten_get_now_is_monotonic": ":i",
    "emscripten_get_now_is_monotonic": ":i",
    "clock": ":i",
    "time": "i:i",
    "gettimeofday": "ii:i",
    "clock_gettime": "ii:i",
    "__clock_gettime": "ii:i=clock_gettime",
    "timespec_get": "ii:i",
    "difftime": "ii:d",
    "clock_getres": "ii:i",
    "_tzset_js": "iiii: iii:",
    "_localtime_js": "Ii: Ii:i ii:=gmtime_at",
    "_gmtime_js": "Ii: Ii:i ii:=gmtime_at",
    "_mktime_js": "i:I i:i",
    "_timegm_js": "i:I i:i",
    "_setitimer_js": "id:i",
}
DATES = {
    "strftime": "iiii:i",
    "strftime_l": "iiiii:i",
    "strptime": "iii:i",
    "strptime_l": "iiii:i",
    "__asctime_r": "ii:i",
}
PROCESS = {
    "abort": ":",
    "_abort_js": ":",
    "__assert_fail": "iiii:",
    "exit": "i:",
    "_exit": "i:",
    "emscripten_force_exit": "i:",
    "_emscripten_runtime_keepalive_clear": ":",
    "emscripten_runtime_keepalive_push": ":",
    "emscripten_runtime_keepalive_pop": ":",
    "emscripten_runtime_keepalive_check": ":i",
    "__handle_stack_overflow": "i:",
    "segfault": ":",
    "alignfault": ":",
    "system": "i:i",
    "_emscripten_system": "i:i",
    "getentropy": "ii:i",
    "emscripten_random": ":f",
    "emscripten_math_random": ":d",
    "_emscripten_get_progname": "ii:",
    "emscripten_has_asyncify": ":i",
    "emscripten_has_threading_support": ":i",
    "emscripten_out": "i:",
    "emscripten_err": "i:",
    "_emscripten_out": "i:",
    "_emscripten_err": "i:",
    "emscripten_outn": "ii:",
    "emscripten_errn": "ii:",
    "emscripten_console_log": "i:",
    "emscripten_console_warn": "i:",
    "emscripten_console_error": "i:",
    "pthread_rwlock_init": "ii:i",
    "pthread_rwlock_destroy": "i:i",
    "pthread_rwlock_rdlock": "i:i",
    "pthread_rwlock_unlock": "i:i",
    "pthread_rwlock_wrlock": "i:i",
    "atexit": "i:i",
    "__cxa_atexit": "iii:i",
    "__cxa_thread_atexit": "iii:i",
    "__call_sighandler": "ii:",
}
UNWINDING = {
    "_emscripten_throw_longjmp": ":",
    "emscripten_longjmp": "ii:",
    "setTempRet0": "i:",
    "getTempRet0": ":i",
}
EXCEPTIONS = {
    "llvm_eh_typeid_for": "i:i",
    "__cxa_allocate_exception": "i:i",
    "__cxa_free_exception": "i: i:i",
    "__cxa_throw": "iii:",
    "__cxa_rethrow": ":",
    "__cxa_rethrow_primary_exception": "i:",
    "__cxa_begin_catch": "i:i",
    "__cxa_end_catch": ":",
    "__cxa_get_exception_ptr": "i:i",
    "__cxa_uncaught_exceptions": ":i",
    "__cxa_uncaught_exception": ":i",
    "__cxa_current_primary_exception": ":i",
    "__cxa_current_exception_type": ":i",
    "__cxa_increment_exception_refcount": "i:",
    "__cxa_decrement_exception_refcount": "i:",
    "__cxa_call_unexpected": "i:",
    "__resumeException": "i:",
}
DESCRIPTOR_CALLS = {
    "__syscall_fcntl64": "iii:i",
    "__syscall_ioctl": "iii:i",
    "__syscall_getdents64": "iii:i",
    "__syscall_ftruncate64": "iI:i",
    "__syscall_fallocate": "iiII:i",
    "__syscall_fadvise64": "iIIi:i",
    "__syscall_fadvise64_64": "iIIi:i",
    "__syscall_dup": "i:i",
    "__syscall_dup3": "iii:i",
    "__syscall_pipe": "i:i",
    "__syscall_pipe2": "ii:i",
    "__syscall_poll": "iii:i",
    "__syscall__newselect": "iiiii:i",
    "__syscall_fdatasync": "i:i",
}
PATH_CALLS = {
    "__syscall_openat": "iiii:i",
    "__syscall_open": "iii:i",
    "__syscall_stat64": "ii:i",
    "__syscall_lstat64": "ii:i",
    "__syscall_fstat64": "ii:i",
    "__syscall_newfstatat": "iiii:i",
    "__syscall_fstatat64": "iiii:i",
    "__syscall_statfs64": "iii:i",
    "__syscall_fstatfs64": "iii:i",
    "__syscall_unlinkat": "iii:i",
    "__syscall_unlink": "i:i",
    "__syscall_rmdir": "i:i",
    "__syscall_mkdirat": "iii:i",
    "__syscall_mkdir": "ii:i",
    "__syscall_mknodat": "iiii:i",
    "__syscall_renameat": "iiii:i",
    "__syscall_rename": "ii:i",
    "__syscall_linkat": "iiiii:i",
    "__syscall_symlinkat": "iii:i",
    "__syscall_symlink": "ii:i",
    "__syscall_readlinkat": "iiii:i",
    "__syscall_readlink": "iii:i",
    "__syscall_truncate64": "iI:i",
    "__syscall_getcwd": "ii:i",
    "__syscall_chdir": "i:i",
    "__syscall_fchdir": "i:i",
    "__syscall_faccessat": "iiii:i",
    "__syscall_access": "ii:i",
    "__syscall_utimensat": "iiii:i",
    "__syscall_chmod": "ii:i",
    "__syscall_fchmod": "ii:i",
    "__syscall_fchmodat": "iiii:i",
    "__syscall_fchmodat2": "iiii:i",
    "__syscall_chown32": "iii:i",
    "__syscall_lchown32": "iii:i",
    "__syscall_fchown32": "iii:i",
    "__syscall_fchownat": "iiiii:i",
    "__syscall_umask": "i:i",
    "__syscall_getuid32": ":i",
    "__syscall_getgid32": ":i",
    "__syscall_geteuid32": ":i",
    "__syscall_getegid32": ":i",
    "__syscall_socket": "iiiiii:i iii:i",
}
"""Functions by the file that they are in; those that a pattern names come besides."""

FUNCTIONS: Dict[str, str] = {
    **HEAP,
    **MAPPING,
    **CLOCKS,
    **DATES,
    **PROCESS,
    **UNWINDING,
    **EXCEPTIONS,
    **DESCRIPTOR_CALLS,
    **PATH_CALLS,
}
# The result of nearly every function of WASI is an error number.
_OF_WASI = {
    name: f"{params}:{'' if name in wasi.WITHOUT_RESULT else 'i'}"
    for name, params in wasi.PARAMETERS.items()
}

_WITH_WASI = (wasi.PREVIEW1, wasi.UNSTABLE, ENV)

_INVOKE = re.compile(r"invoke_[vijfdp]+\Z")
# What others may call their functions, too, such as "exit", is left out.
_CHARACTERISTIC = re.compile(
    r"_?emscripten_|invoke_|__syscall_|__cxa_|_\w+_js\Z|llvm_eh_|__resumeException"
    r"|[gs]etTempRet0|__handle_stack_overflow"
)
_MATCHING_CATCH = re.compile(r"__cxa_find_matching_catch_[0-9]{1,4}\Z")
_LETTERS = {"i": ("i32",), "I": ("i64",), "f": ("f32",), "d": ("f64",)}


class Signature(NamedTuple):
    """One of a function's types; ``letters`` are its parameters, ``function`` does it."""

    letters: str
    function: str
    params: Tuple[str, ...]
    results: Tuple[str, ...]


@lru_cache(maxsize=None)
def signatures(name: str) -> List[Signature]:
    """The types that a function has, in the order in which they are tried."""
    found = []
    for text in (FUNCTIONS.get(name) or _OF_WASI[name]).split():
        type_, _, function = text.partition("=")
        params, _, result = type_.partition(":")
        results = _LETTERS[result] if result else ()
        found.append(Signature(params, function or name, _types(params), results))
    return found


def _types(letters: str) -> Tuple[str, ...]:
    return tuple(type_ for letter in letters for type_ in _LETTERS[letter])


def find_signature(
    name: str, params: Iterable[str], results: Iterable[str]
) -> Optional[Tuple[Signature, bool]]:
    """The signature that a type is, and whether its i64 are in halves; None for none."""
    given = tuple(params), tuple(results)
    for signature in signatures(name):
        if given == (signature.params, signature.results):
            return signature, False
    for signature in signatures(name):
        if given == (_types(signature.letters.replace("I", "ii")), signature.results):
            return signature, True
    return None


def is_invoke(name: str) -> bool:
    """Whether it calls an element of the table, and stops what is thrown there."""
    return _INVOKE.match(name) is not None


def is_matching_catch(name: str) -> bool:
    """Whether it looks for the handler of a C++ exception."""
    return _MATCHING_CATCH.match(name) is not None


def provides_function(module: str, name: str, type_: Types) -> bool:
    """Whether Emscripten gives a function that is imported under these names."""
    params, results = type_
    if module in _WITH_WASI and name in _OF_WASI:
        return find_signature(name, params, results) is not None
    if module != ENV:
        return False
    if is_invoke(name):
        return params[:1] == ("i32",)
    if is_matching_catch(name):
        return {*params} <= {"i32"} and results == ("i32",)
    return name in FUNCTIONS and find_signature(name, params, results) is not None


class Wanted(NamedTuple):
    """An import: ``type`` is a function's parameters and results, or None."""

    module: str
    name: str
    kind: str
    type: Optional[Types]

    @property
    def is_provided(self) -> bool:
        """Whether Emscripten gives it."""
        if self.kind == "function" and self.type is not None:
            return provides_function(self.module, self.name, self.type)
        if self.kind == "global" and self.module in (GOT_MEM, GOT_FUNC):
            return True
        return self.module == ENV and self.name in _OBJECTS.get(self.kind, ())

    @property
    def is_characteristic(self) -> bool:
        """Whether Emscripten gives it, under a name that nobody else has for anything."""
        return _CHARACTERISTIC.match(self.name) is not None and self.is_provided


def uses_emscripten(imports: Iterable[Wanted]) -> bool:
    """Whether a module has been made by Emscripten, as far as its imports tell."""
    return any(item.is_characteristic for item in imports)


def is_emscripten_only(imports: Iterable[Wanted]) -> bool:
    """Whether Emscripten gives all that a module imports, which it has made."""
    listed = list(imports)
    return uses_emscripten(listed) and all(item.is_provided for item in listed)


def imports_of(info: Any) -> List[Wanted]:
    """The imports of a module, from what is known of it (`ModuleInfo`)."""
    found = []
    for module, name, kind, index in info.imports():
        type_ = None
        if kind == "function":
            external = info.external_type(kind, index)
            type_ = (external.params, external.results)
        found.append(Wanted(module, name, kind, type_))
    return found
