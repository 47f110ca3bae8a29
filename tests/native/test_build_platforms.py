"""For which platform an extension module is: read from the file itself."""

from __future__ import annotations

import shlex
import struct
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.compilers import COMPILERS, compiler
from tests.package.modules import binary, translate
from wasm2py.errors import BuildError
from wasm2py.native import macho, pe
from wasm2py.native.build import NativeBuild
from wasm2py.native.compilers import SYSTEMS, cross_compiler
from wasm2py.native.elf import needs
from wasm2py.native.extension import Extension
from wasm2py.native.kept import Kept
from wasm2py.native.platforms import PLATFORMS, platform_tag
from wasm2py.targets.base import Options
from wasm2py.targets.registry import SOURCE_TARGETS

FUNCTION = "extern int g(int); int f(int x) { return g(x); }\n"
GLIBC = "extern char *getenv(const char *); char *f(char *x) { return getenv(x); }\n"
ENTRY = "__declspec(dllexport) int PyInit__native(void) { return 0; }\n"


def built(folder: Path, command: tuple[str, ...], text: str) -> bytes:
    """A shared object that has been built of a text."""
    (folder / "a.c").write_text(text)
    arguments = [*command, "-shared", "-fPIC", "-o", "a.so", "a.c"]
    if any("macos" in word for word in command):
        arguments += SYSTEMS["macOS"].linking
    subprocess.run(arguments, cwd=folder, check=True)
    return (folder / "a.so").read_bytes()


@pytest.fixture
def shared_object(tmp_path: Path) -> bytes:
    """One that needs a function of glibc, and little else."""
    return built(tmp_path, compiler("gcc").command, GLIBC)


@pytest.mark.parametrize("name", COMPILERS)
def test_what_is_needed(name: str, tmp_path: Path) -> None:
    found = needs(built(tmp_path, compiler(name).command, GLIBC))
    assert "libc.so.6" in found.libraries
    assert all(version.startswith("GLIBC_2.") for version in found.versions)
    assert found.versions
    assert found.unversioned == set()


def test_a_symbol_of_unknown_version(tmp_path: Path) -> None:
    """Whatever may have it: glibc, later than the rest says, or something else."""
    content = built(
        tmp_path, compiler("gcc").command, GLIBC + FUNCTION.replace("f(", "h(")
    )
    assert needs(content).unversioned == {"g"}
    assert platform_tag(content).startswith("linux_")


def test_the_python_that_loads_it_has_symbols_of_its_own(tmp_path: Path) -> None:
    text = GLIBC + FUNCTION.replace("g(", "PyLong_FromLong(").replace("f(", "h(")
    content = built(tmp_path, compiler("gcc").command, text)
    assert platform_tag(content).startswith("manylinux_2_")


def test_the_oldest_version_that_a_tag_can_have(shared_object: bytes) -> None:
    machine = {62: "manylinux_2_5_x86_64", 183: "manylinux_2_17_aarch64"}
    assert platform_tag(shared_object) == machine[needs(shared_object).machine]


def test_the_newest_version_decides(shared_object: bytes) -> None:
    renamed = shared_object.replace(b"GLIBC_2.2.5\0", b"GLIBC_2.41\0\0")
    assert "_2_41_" in platform_tag(renamed)


def test_a_version_that_is_none(shared_object: bytes) -> None:
    renamed = shared_object.replace(b"GLIBC_2.2.5\0", b"GLIBC_ABI_X\0")
    assert platform_tag(renamed).startswith("linux_")


def test_a_library_that_not_every_system_has(shared_object: bytes) -> None:
    renamed = shared_object.replace(b"libc.so.6\0", b"libz.so.1\0")
    assert platform_tag(renamed).startswith("linux_")


def test_an_unknown_machine(shared_object: bytes) -> None:
    changed = bytearray(shared_object)
    struct.pack_into("<H", changed, 18, 243)
    with pytest.raises(BuildError, match="is for machine 243"):
        platform_tag(bytes(changed))


@pytest.mark.parametrize(
    "content", [b"", b"\x7fELF", b"MZ", bytes(99), b"\x7fELF\x01\x01\x01"]
)
def test_no_file_of_that_kind(content: bytes) -> None:
    with pytest.raises(BuildError, match="cannot be read"):
        platform_tag(content)


def test_damaged_files_are_told(tmp_path: Path) -> None:
    content = built(tmp_path, compiler("gcc").command, GLIBC)

    @settings(max_examples=300, deadline=None)
    @given(st.integers(0, len(content)), st.integers(0, 1023), st.binary(max_size=8))
    def check(end: int, place: int, noise: bytes) -> None:
        changed = content[:place] + noise + content[place + len(noise) :]
        for damaged in (changed, changed[:end]):
            try:
                needs(damaged)
            except ValueError:
                continue

    check()


def test_zig_is_told_the_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    compiler("zig")
    own = (sys.executable, "-m", "ziglang", "cc")
    for platform, target in PLATFORMS.items():
        expected = (*own, "-target", target)
        assert cross_compiler(platform, {}).command == expected
        given = {"CC": shlex.join(own)}
        assert cross_compiler(platform, given).command == expected
        assert cross_compiler(platform, {}).name == "zig"


def test_only_zig_can_be_told(tmp_path: Path) -> None:
    command = compiler("gcc").command
    with pytest.raises(BuildError, match="only zig"):
        cross_compiler("linux-aarch64", {"CC": command[0], "PATH": "/usr/bin:/bin"})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("platform", "tag"),
    [
        ("linux-x86_64", "manylinux_2_5_x86_64"),
        ("linux-aarch64", "manylinux_2_17_aarch64"),
        ("linux-x86_64-musl", "musllinux_1_2_x86_64"),
        ("linux-aarch64-musl", "musllinux_1_2_aarch64"),
        ("macos-x86_64", "macosx_11_0_x86_64"),
        ("macos-aarch64", "macosx_11_0_arm64"),
        ("windows-x86_64", "win_amd64"),
    ],
)
def test_what_zig_builds(platform: str, tag: str, tmp_path: Path) -> None:
    compiler("zig")
    text = ENTRY if platform.startswith("windows") else GLIBC
    content = built(tmp_path, cross_compiler(platform, {}).command, text)
    assert platform_tag(content) == tag


# macOS, of which there is none to run anything: what a loader would read.


class Library(NamedTuple):
    """A dynamic library of macOS that exists for what it needs."""

    machine: int = macho.CPU_ARM64
    version: tuple[int, int] = (11, 0)
    library: bytes = b"/usr/lib/libSystem.B.dylib"
    symbols: tuple[bytes, ...] = (b"_PyLong_FromLong", b"__Py_NoneStruct")

    def content(self) -> bytes:
        """The file, as mach-o/loader.h lays it out."""
        library = self.library + bytes(-len(self.library) % 8 or 8)
        least = self.version[0] << 16 | self.version[1] << 8
        names = b"\0" + b"".join(symbol + b"\0" for symbol in self.symbols)
        build = struct.pack("<6I", 0x32, 24, 1, least, least, 0)
        load = struct.pack("<6I", 0xC, 24 + len(library), 24, 0, 0, 0) + library
        end = 32 + len(build) + len(load) + 24
        place, symbols = 1, b""
        for symbol in self.symbols:
            symbols += struct.pack("<IBBHQ", place, 1, 0, 0xFE00, 0)
            place += len(symbol) + 1
        sizes = end, len(self.symbols), end + len(symbols), len(names)
        table = struct.pack("<6I", 2, 24, *sizes)
        head = struct.pack("<4s7I", macho.MAGIC, self.machine, 0, 6, 3, end - 32, 0, 0)
        return head + build + load + table + symbols + names


@pytest.mark.parametrize(
    ("library", "tag"),
    [
        (Library(), "macosx_11_0_arm64"),
        (Library(macho.CPU_X86_64, (10, 13)), "macosx_10_13_x86_64"),
        # pip knows no 11.3: what needs that loads with 12.
        (Library(version=(11, 3)), "macosx_12_0_arm64"),
    ],
)
def test_tags_for_macos(library: Library, tag: str) -> None:
    assert platform_tag(library.content()) == tag


@pytest.mark.parametrize(
    ("library", "reason"),
    [
        (Library(symbols=(b"_gettid",)), "does not have: _gettid"),
        (Library(library=b"/opt/lib/libz.dylib"), "does not have: /opt/lib/libz.dylib"),
        (Library(7), "is for machine 0x7"),
    ],
)
def test_what_does_not_load_with_macos(library: Library, reason: str) -> None:
    with pytest.raises(BuildError, match=reason):
        platform_tag(library.content())


def test_damaged_libraries_are_told() -> None:
    content = Library().content()

    @settings(max_examples=300, deadline=None)
    @given(st.integers(0, len(content)), st.integers(0, 200), st.binary(max_size=8))
    def check(end: int, place: int, noise: bytes) -> None:
        changed = content[:place] + noise + content[place + len(noise) :]
        for damaged in (changed, changed[:end]):
            try:
                macho.needs(damaged)
            except ValueError:
                continue

    check()


def native_build(platform: str) -> Extension:
    """A small module's extension module for a platform, by zig."""
    compiler("zig")
    what = translate(
        binary('(module (memory 1) (func (export "f")))'), Options(target="c")
    )
    with NativeBuild(
        SOURCE_TARGETS["c"], cross_compiler(platform, {}), 1, Kept(None)
    ) as native:
        return native.finish(what.env, what.codes, {0: "f"})


@pytest.mark.slow
@pytest.mark.parametrize("platform", ["macos-x86_64", "macos-aarch64"])
def test_native_builds_for_macos(platform: str) -> None:
    """It needs Python and the system, and is signed where it has to be."""
    content = native_build(platform).content
    needed = macho.needs(content)
    assert needed.is_signed or platform == "macos-x86_64"
    assert "_PyLong_FromLong" in needed.anywhere
    assert platform_tag(content).startswith("macosx_11_0_")


# Windows: of this, too, what a loader would read.


class Module(NamedTuple):
    """A dynamic library of Windows that exists for what it needs."""

    machine: int = pe.MACHINE_X86_64
    libraries: tuple[str, ...] = ("python3.dll", "KERNEL32.dll")
    exported: str = "PyInit__native"

    def content(self) -> bytes:
        """The file, as the PE format lays it out, with one section of all that is loaded."""
        start, texts = 0x1000, bytearray()

        def put(content: bytes) -> int:
            texts.extend(content)
            return start + len(texts) - len(content)

        name = put(self.exported.encode() + b"\0")
        names = put(struct.pack("<I", name))
        exports = put(struct.pack("<24xI4xI4x", bool(self.exported), names))
        symbol = put(b"\0\0symbol\0")
        thunks = put(struct.pack("<2Q", symbol, 0))
        entries = b"".join(
            struct.pack("<5I", thunks, 0, 0, put(library.encode() + b"\0"), thunks)
            for library in self.libraries
        )
        imports = put(entries + bytes(20))
        tables = struct.pack("<4I", exports, 40, imports, len(entries) + 20)
        optional = b"\x0b\x02".ljust(112, b"\0") + tables
        kind = (1, 0, 0, 0, len(optional), 0x2000)
        section = struct.pack("<8s4I16x", b".text", 0, start, len(texts), 1024)
        head = b"MZ".ljust(60, b"\0") + struct.pack("<I4sH", 64, b"PE", self.machine)
        head += struct.pack("<HIIIHH", *kind) + optional + section
        return head.ljust(1024, b"\0") + bytes(texts)


def test_tag_for_windows() -> None:
    assert platform_tag(Module().content()) == "win_amd64"
    system = ("api-ms-win-crt-heap-l1-1-0.dll", "KERNEL32.dll", "python3.dll")
    assert platform_tag(Module(libraries=system).content()) == "win_amd64"


def test_the_file_is_called_what_its_system_wants(shared_object: bytes) -> None:
    assert Extension(Module().content(), None, "").name == "_native.pyd"
    assert Extension(Library().content(), None, "").name == "_native.abi3.so"
    assert Extension(shared_object, None, "").name == "_native.abi3.so"


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        (Module(libraries=("MSVCR120.dll",)), "does not have: msvcr120.dll"),
        (Module(libraries=("python311.dll",)), "does not have: python311.dll"),
        (Module(0xAA64), "is for machine 0xaa64"),
        (Module(exported="f0"), "exports f0, not PyInit__native"),
        (Module(exported=""), "exports nothing, not PyInit__native"),
    ],
)
def test_what_does_not_load_with_windows(module: Module, reason: str) -> None:
    with pytest.raises(BuildError, match=reason):
        platform_tag(module.content())


def test_damaged_modules_are_told() -> None:
    content = Module().content()

    @settings(max_examples=300, deadline=None)
    @given(st.integers(0, len(content)), st.integers(0, 1400), st.binary(max_size=8))
    def check(end: int, place: int, noise: bytes) -> None:
        changed = content[:place] + noise + content[place + len(noise) :]
        for damaged in (changed, changed[:end]):
            try:
                pe.needs(damaged)
            except ValueError:
                continue

    check()


@pytest.mark.slow
def test_native_builds_for_windows() -> None:
    """It needs Python and the system, by name, and is the same each time."""
    extension = native_build("windows-x86_64")
    assert extension.name == "_native.pyd"
    needed = pe.needs(extension.content)
    assert {"PyLong_FromLong", "_Py_NoneStruct", "VirtualAlloc"} <= needed.imported
    assert platform_tag(extension.content) == "win_amd64"
    assert native_build("windows-x86_64").content == extension.content
