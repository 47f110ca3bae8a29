"""Packages where Python has no more than it has on Windows."""

from __future__ import annotations

from pathlib import Path

from tests.package.modules import binary, run_python, translate
from wasm2py.package.writer import write_package

# What CPython for Windows does not have, of what does not: names, and beginnings of names.
LACKING = {
    "os": """EX_* F_LOCK F_TEST F_TLOCK F_ULOCK POSIX_* PRIO_* RTLD_* SCHED_* WNOHANG O_CLOEXEC O_DIRECTORY O_NOFOLLOW
        O_NONBLOCK O_SYNC O_DSYNC O_RSYNC O_PATH chown chroot copy_file_range environb eventfd*
        fchdir fchmod fchown fdatasync fork* fpathconf fstatvfs get_blocking getegid geteuid
        getgid getgroups getloadavg getpgid getpgrp getpriority getrandom getresgid getresuid
        getsid getuid killpg lchown lockf memfd_create mkfifo mknod nice openpty pathconf pipe2
        posix_* pread* pwrite* readv register_at_fork sched_* sendfile set_blocking set*id
        spawnlp* spawnvp* splice statvfs sync sysconf* ttyname uname wait wait3 wait4 waitid
        writev""",
    "signal": """ITIMER_* SIGALRM SIGBUS SIGCHLD SIGHUP SIGKILL SIGPIPE SIGUSR1 SIGUSR2 SIG_BLOCK
        SIG_SETMASK alarm getitimer pause pthread_* setitimer siginterrupt sigpending sigwait*
        sigtimedwait""",
    "mmap": "MADV_* MAP_* PROT_*",
    "select": "EPOLL* POLL* epoll poll PIPE_BUF",
    "time": "CLOCK_* clock_* pthread_* tzset",
}
MODULES = ("fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "termios")

REMOVE = f"""
import fnmatch, importlib, sys
for name, lacking in {LACKING!r}.items():
    module = importlib.import_module(name)
    for pattern in lacking.split():
        found = fnmatch.filter(dir(module), pattern)
        for name in found:
            delattr(module, name)
for name in {MODULES!r}:
    sys.modules[name] = None
import os
os.supports_dir_fd = set()
"""

MODULE = """
(module
  (memory (export "memory") 1)
  (func (export "add") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1)))
  (func (export "grow") (result i32) (memory.grow (i32.const 2)))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func $recurse (export "recurse") (call $recurse))
  (func (export "spin") (loop (br 0))))
"""
USE = """
import portable
assert portable.add(2, 3) == 5 and portable.grow() == 1
assert portable.load(3 * 65536 - 4) == 0
for call, arguments in ((portable.load, (-1,)), (portable.recurse, ())):
    try:
        call(*arguments)
    except portable.Trap:
        continue
    raise AssertionError
exports = portable.instantiate(limits=portable.Limits(deadline=0.05)).exports
try:
    exports.spin()
except portable.DeadlineReached:
    print("all well")
"""

PROGRAM = """
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\\08\\00\\00\\00\\06\\00\\00\\00hello\\n")
  (func (export "_start")
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))))
"""


def outcome(wat: str, code: str, folder: Path) -> tuple[str, str]:
    """What a program prints that uses the module as a package, `portable`."""
    write_package(translate(binary(wat)), folder / "portable")
    done = run_python(REMOVE + code, folder)
    return done.stdout, done.stderr


def test_a_package(tmp_path: Path) -> None:
    assert outcome(MODULE, USE, tmp_path) == ("all well\n", "")


def test_a_program_of_wasi(tmp_path: Path) -> None:
    run = "from portable.__main__ import run; sys.argv = ['portable']; run()"
    assert outcome(PROGRAM, run, tmp_path) == ("hello\n", "")
