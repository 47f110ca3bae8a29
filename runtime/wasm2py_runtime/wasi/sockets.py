"""Sockets that the host gives, and those that they accept."""

from __future__ import annotations

import socket
from contextlib import contextmanager

from . import rights
from .errno import AGAIN, INVAL, NOTSUP, Refused
from .tree import Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, Tuple

_PEEK = 1 << 0
_WAITALL = 1 << 1
_SHUTDOWNS = {1: socket.SHUT_RD, 2: socket.SHUT_WR, 3: socket.SHUT_RDWR}
DATA_TRUNCATED = 1 << 0


@contextmanager
def _in_time() -> Iterator[None]:
    """Where the host's timeout ends, it is as if nobody wanted to wait longer."""
    try:
        yield
    except socket.timeout:  # without a number of the system
        raise Refused(AGAIN) from None


class Socket:
    """An open socket. It is the host's own: only what was accepted is closed."""

    def __init__(self, given: Any, is_given: bool = True) -> None:
        self._socket = given
        self._is_given = is_given
        stream = given.type == socket.SOCK_STREAM
        self.type = rights.SOCKET_STREAM if stream else rights.SOCKET_DGRAM

    @property
    def fileno(self) -> int:
        number: int = self._socket.fileno()
        return number

    def status(self) -> Status:
        return Status(0, 0, self.type, 0, 0, 0, 0, 0)

    def read(self, count: int) -> bytes:
        return self.receive(count, 0)[0]

    def write(self, data: bytes) -> int:
        with _in_time():
            sent: int = self._socket.send(data)
        return sent

    def set_flags(self, fdflags: int) -> None:
        self._socket.setblocking(not fdflags & rights.NONBLOCK)

    def receive(self, count: int, flags: int) -> Tuple[bytes, int]:
        """Bytes, and flags about them."""
        if flags & ~(_PEEK | _WAITALL):
            raise Refused(INVAL)
        host = socket.MSG_PEEK if flags & _PEEK else 0
        if flags & _WAITALL:
            host |= socket.MSG_WAITALL
        with _in_time():
            if self.type == rights.SOCKET_STREAM:
                return self._socket.recv(count, host), 0
            if not hasattr(self._socket, "recvmsg"):
                raise Refused(NOTSUP)
            data, _, about, _ = self._socket.recvmsg(count, 0, host)
        return data, DATA_TRUNCATED if about & socket.MSG_TRUNC else 0

    def accept(self, fdflags: int) -> "Socket":
        if fdflags & ~rights.NONBLOCK:
            raise Refused(INVAL)
        with _in_time():
            accepted, _ = self._socket.accept()
        new = Socket(accepted, is_given=False)
        new.set_flags(fdflags)
        return new

    def shut_down(self, how: int) -> None:
        if how not in _SHUTDOWNS:
            raise Refused(INVAL)
        self._socket.shutdown(_SHUTDOWNS[how])

    def close(self) -> None:
        if not self._is_given:
            self._socket.close()
