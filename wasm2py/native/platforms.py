"""The platforms that extension modules are built for, and the tags that wheels have for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from wasm2py.errors import BuildError
from wasm2py.native import elf, macho, pe

PLATFORMS: Final[Mapping[str, str]] = {
    "linux-x86_64": "x86_64-linux-gnu.2.31",
    "linux-aarch64": "aarch64-linux-gnu.2.31",
    "linux-x86_64-musl": "x86_64-linux-musl",
    "linux-aarch64-musl": "aarch64-linux-musl",
    "macos-x86_64": "x86_64-macos.11.0",
    "macos-aarch64": "aarch64-macos.11.0",
    "windows-x86_64": "x86_64-windows-gnu",
}
"""What zig calls a platform, by our name for it."""

# EM_X86_64, EM_AARCH64; with the first version of glibc that tags can name.
_MACHINES: Final = {62: ("x86_64", (2, 5)), 183: ("aarch64", (2, 17))}

# What every Linux with glibc has (PEP 600), as far as it is in glibc.
_GLIBC: Final = frozenset(
    (
        *("libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1"),
        *("ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"),
    )
)
_GLIBC_VERSION: Final = re.compile(r"GLIBC_([0-9]+)\.([0-9]+)(?:\.[0-9]+)?")
# musl's linker, and Alpine's.
_MUSL: Final = re.compile(r"libc\.so|libc\.musl-[a-z0-9_]+\.so\.1")
_PYTHON: Final = re.compile("_?Py")
# musl does not version its symbols; 1.2 is of 2020, older than any Python that loads this.
_MUSL_TAG: Final = "musllinux_1_2"


# What every macOS has.
_MACOS: Final = frozenset(("/usr/lib/libSystem.B.dylib",))
_MACOS_MACHINES: Final = {macho.CPU_X86_64: "x86_64", macho.CPU_ARM64: "arm64"}
_PYTHON_ON_MACOS: Final = re.compile("__?Py")
# From this version on, tags name whole versions only.
_WHOLE_VERSIONS: Final = 11

# What every Windows since 10 has, its C library among it, and every Python that takes the stable ABI.
_WINDOWS: Final = re.compile(
    r"kernel32\.dll|api-ms-win-crt-[a-z]+-l1-1-0\.dll|python3\.dll"
)
_ENTRY: Final = "PyInit__native"


def platform_tag(extension: bytes) -> str:
    """The platform of an extension module, as the tag of a wheel.

    That is ``linux_...``, which means systems like this one, where it cannot be told what
    the module needs. Raises BuildError for a file that is for no known machine, or that would
    not load.
    """
    tags = {macho.MAGIC: _macos_tag, pe.MAGIC: _windows_tag}
    tag = next(
        (tags[magic] for magic in tags if extension.startswith(magic)), _linux_tag
    )
    try:
        return tag(extension)
    except ValueError as error:
        raise BuildError(f"what has been built cannot be read: {error}") from error


def _linux_tag(extension: bytes) -> str:
    needed = elf.needs(extension)
    if needed.machine not in _MACHINES:
        raise BuildError(f"what has been built is for machine {needed.machine}")
    machine, oldest = _MACHINES[needed.machine]
    return f"{_linux(needed, oldest)}_{machine}"


def _linux(needed: elf.Needs, oldest: tuple[int, int]) -> str:
    matches = [_GLIBC_VERSION.fullmatch(version) for version in needed.versions]
    versions = [(int(match[1]), int(match[2])) for match in matches if match]
    # A symbol without a version may be newer than the others.
    is_told = versions and len(versions) == len(matches)
    is_told = is_told and all(map(_PYTHON.match, needed.unversioned))
    if needed.libraries <= _GLIBC and is_told:
        major, minor = max(oldest, *versions)
        return f"manylinux_{major}_{minor}"
    if needed.libraries and all(map(_MUSL.fullmatch, needed.libraries)):
        return _MUSL_TAG
    return "linux"


def _macos_tag(extension: bytes) -> str:
    needed = macho.needs(extension)
    if needed.machine not in _MACOS_MACHINES:
        raise BuildError(f"what has been built is for machine {needed.machine:#x}")
    unknown = {name for name in needed.anywhere if not _PYTHON_ON_MACOS.match(name)}
    unknown |= needed.libraries - _MACOS
    if unknown:
        # A linker that looks for symbols later does not miss any.
        text = ", ".join(sorted(unknown))
        raise BuildError(f"what has been built needs what macOS does not have: {text}")
    major, minor = needed.version
    if major >= _WHOLE_VERSIONS and minor:
        major, minor = major + 1, 0
    return f"macosx_{major}_{minor}_{_MACOS_MACHINES[needed.machine]}"


def _windows_tag(extension: bytes) -> str:
    needed = pe.needs(extension)
    if needed.machine != pe.MACHINE_X86_64:
        raise BuildError(f"what has been built is for machine {needed.machine:#x}")
    unknown = {name for name in needed.libraries if not _WINDOWS.fullmatch(name)}
    if unknown:
        text = ", ".join(sorted(unknown))
        raise BuildError(
            f"what has been built needs what Windows does not have: {text}"
        )
    if needed.exported != {_ENTRY}:
        text = ", ".join(sorted(needed.exported)) or "nothing"
        raise BuildError(f"what has been built exports {text}, not {_ENTRY}")
    return "win_amd64"
