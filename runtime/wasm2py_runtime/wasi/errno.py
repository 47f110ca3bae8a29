"""WASI's error numbers, and the errors of Python that they stand for."""

from __future__ import annotations

import errno as host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional

SUCCESS = 0
TOOBIG = 1
ACCES = 2
ADDRINUSE = 3
ADDRNOTAVAIL = 4
AFNOSUPPORT = 5
AGAIN = 6
ALREADY = 7
BADF = 8
BADMSG = 9
BUSY = 10
CANCELED = 11
CHILD = 12
CONNABORTED = 13
CONNREFUSED = 14
CONNRESET = 15
DEADLK = 16
DESTADDRREQ = 17
DOM = 18
DQUOT = 19
EXIST = 20
FAULT = 21
FBIG = 22
HOSTUNREACH = 23
IDRM = 24
ILSEQ = 25
INPROGRESS = 26
INTR = 27
INVAL = 28
IO = 29
ISCONN = 30
ISDIR = 31
LOOP = 32
MFILE = 33
MLINK = 34
MSGSIZE = 35
MULTIHOP = 36
NAMETOOLONG = 37
NETDOWN = 38
NETRESET = 39
NETUNREACH = 40
NFILE = 41
NOBUFS = 42
NODEV = 43
NOENT = 44
NOEXEC = 45
NOLCK = 46
NOLINK = 47
NOMEM = 48
NOMSG = 49
NOPROTOOPT = 50
NOSPC = 51
NOSYS = 52
NOTCONN = 53
NOTDIR = 54
NOTEMPTY = 55
NOTRECOVERABLE = 56
NOTSOCK = 57
NOTSUP = 58
NOTTY = 59
NXIO = 60
OVERFLOW = 61
OWNERDEAD = 62
PERM = 63
PIPE = 64
PROTO = 65
PROTONOSUPPORT = 66
PROTOTYPE = 67
RANGE = 68
ROFS = 69
SPIPE = 70
SRCH = 71
STALE = 72
TIMEDOUT = 73
TXTBSY = 74
XDEV = 75
NOTCAPABLE = 76

# What has the same name on the host, which numbers them differently. NOTSUP comes last:
# on Linux another name has its number.
_OF_HOST: Dict[int, int] = {
    getattr(host, f"E{name}"): number
    for name, number in sorted(globals().items())
    if name.isupper() and hasattr(host, f"E{name}")
}
_OF_HOST[host.EOPNOTSUPP] = NOTSUP
# Some systems say so of a link where O_NOFOLLOW forbids following it.
_OF_HOST[getattr(host, "EFTYPE", host.ELOOP)] = LOOP


class Refused(Exception):
    """A call that ends with an error number; never leaves WASI's functions."""

    _wasm_kind = "wasi error"

    def __init__(self, errno: int) -> None:
        super().__init__(errno)
        self.errno = errno


def of_host(error: OSError) -> int:
    """The number of an error of the host; IO for one that WASI does not know."""
    return _OF_HOST.get(error.errno or 0, IO)


def number_of(error: Exception) -> Optional[int]:
    """What a call ends with that raised an exception; None if that is no error of WASI."""
    if isinstance(error, OSError):
        return of_host(error)
    # A folder in memory may be that of another copy of the runtime.
    if getattr(error, "_wasm_kind", None) == Refused._wasm_kind:
        number: int = error.errno  # type: ignore[attr-defined]
        return number
    return None
