"""The functions on sockets: ``sock_*``."""

from __future__ import annotations

from struct import Struct

from . import rights
from .descriptors import SocketDescriptor
from .errno import INVAL, Refused
from .fd_functions import gather, scatter
from .guest import Guest
from .process import System

_U32 = 4
_U16 = Struct("<H")


def sock_accept(
    system: System, guest: Guest, fd: int, fdflags: int, result: int
) -> None:
    descriptor = system.descriptors.socket(fd, rights.SOCK_ACCEPT)
    guest.check(result, _U32)
    accepted = SocketDescriptor(descriptor.opened.accept(fdflags))
    accepted.flags = fdflags
    guest.put_u32(result, system.descriptors.add(accepted))


def sock_recv(
    system: System,
    guest: Guest,
    fd: int,
    iovs: int,
    count: int,
    flags: int,
    size: int,
    about: int,
) -> None:
    descriptor = system.descriptors.socket(fd, rights.FD_READ)
    guest.check(size, _U32)
    guest.check(about, _U16.size)
    buffers = guest.buffers(iovs, count)
    told = 0

    def receive(length: int) -> bytes:
        nonlocal told
        data, told = descriptor.opened.receive(length, flags)
        return bytes(data)

    guest.put_u32(size, scatter(guest, buffers, receive))
    guest.write(about, _U16.pack(told))


def sock_send(
    system: System,
    guest: Guest,
    fd: int,
    iovs: int,
    count: int,
    flags: int,
    result: int,
) -> None:
    descriptor = system.descriptors.socket(fd, rights.FD_WRITE)
    if flags:
        raise Refused(INVAL)
    guest.check(result, _U32)
    buffers = guest.buffers(iovs, count)
    guest.put_u32(result, gather(guest, buffers, descriptor.opened.write))


def sock_shutdown(system: System, guest: Guest, fd: int, how: int) -> None:
    descriptor = system.descriptors.socket(fd, rights.SOCK_SHUTDOWN)
    descriptor.opened.shut_down(how)
