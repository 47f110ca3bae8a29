"""Writing a translated module as an installable wheel (PyPA's binary distribution format)."""

from __future__ import annotations

import re
import stat
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from hashlib import sha256
from keyword import iskeyword
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from wasm2py import __version__
from wasm2py.binary.budget import within
from wasm2py.native.platforms import platform_tag
from wasm2py.native.runtime import EXTENSIONS
from wasm2py.package.directory import write_file
from wasm2py.package.writer import VENDORED, PackageOptions, is_program, package_files
from wasm2py.spec import limits
from wasm2py.translation.translator import Translation

_NAME: Final = re.compile("[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]")
_SEPARATORS: Final = re.compile("[-_.]+")
_NUMBER: Final = "(?:0|[1-9][0-9]*)"
_LOCAL: Final = f"(?:{_NUMBER}|[0-9]*[a-z][a-z0-9]*)"
# Epoch, release, pre-release, post-release, development release, local version.
_VERSION: Final = re.compile(
    rf"(?:[1-9][0-9]*!)?{_NUMBER}(?:\.{_NUMBER})*(?:(?:a|b|rc){_NUMBER})?"
    rf"(?:\.post{_NUMBER})?(?:\.dev{_NUMBER})?(?:\+{_LOCAL}(?:\.{_LOCAL})*)?"
)
_FILE_NAME: Final = re.compile("[A-Za-z0-9][A-Za-z0-9._+-]*")

# The first time that an archive can hold.
_TIME: Final = (1980, 1, 1, 0, 0, 0)
_MODE: Final = (stat.S_IFREG | 0o644) << 16
_UNIX: Final = 3

_SUMMARY: Final = "A WebAssembly module, translated by wasm2py"
_DESCRIPTION: Final = """\
# {name}

A WebAssembly module, which wasm2py has translated into a Python package: `import {package}`.
`help({package})` lists what it exports.
"""


class Distribution(NamedTuple):
    """What a wheel is called; ``name`` and ``version`` are in their normal forms.

    ``license`` is the name and the content of a file.
    """

    name: str
    version: str
    license: tuple[str, bytes] | None = None

    @property
    def package(self) -> str:
        """The import name, which is also the name in those of files."""
        return self.name.replace("-", "_")


def normal_name(text: str) -> str:
    """The normal form of a distribution's name (PEP 503).

    Raises ValueError for what is none, and where it makes no import name.
    """
    if not _NAME.fullmatch(text):
        raise ValueError(
            f"{text!r} is no name of a distribution: letters, digits, and between"
            " them dots, hyphens and underscores"
        )
    name = _SEPARATORS.sub("-", text).lower()
    package = name.replace("-", "_")
    if not package.isidentifier() or iskeyword(package):
        raise ValueError(
            f"{text!r} makes {package!r} the import name, which no import statement"
            " can have"
        )
    return name


def checked_version(text: str) -> str:
    """The same text; raises ValueError for what is no version in its normal form (PEP 440)."""
    if not _VERSION.fullmatch(text):
        raise ValueError(
            f"{text!r} is no version in normal form, such as 1.0, 2.1rc1,"
            " 1.0.post1 or 1.0.dev3+local.1"
        )
    return text


def check_license_name(name: str) -> None:
    """Raise ValueError for a file name that metadata cannot have as it is."""
    if not _FILE_NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} is no name for a licence file in a wheel: use letters, digits"
            " and ._+-"
        )


class Written(NamedTuple):
    """A file that has been written, and its size in bytes."""

    path: Path
    size: int


def write_wheel(
    translation: Translation,
    folder: Path,
    distribution: Distribution,
    options: PackageOptions,
    *,
    native: Mapping[str, bytes] | None = None,
    force: bool = False,
    max_output: int = limits.MAX_OUTPUT,
    committing: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> Written:
    """Write a wheel into ``folder``, whole or not at all, under the name that wheels have.

    The tags are for any platform, or for that of the extension module among the files of
    ``native``. Otherwise as `wasm2py.package.writer.write_package`, and BuildError for an
    extension module that is for no known platform. A wheel of that name is replaced only
    by the same one, or with ``force``.
    """
    tag = "py3-none-any"
    if native is not None:
        (extension,) = native.keys() & EXTENSIONS
        tag = f"cp311-abi3-{platform_tag(native[extension])}"
    stem = f"{distribution.package}-{distribution.version}"
    package = within(package_files(translation, options, native), max_output, VENDORED)
    files = [(f"{distribution.package}/{name}", content) for name, content in package]
    described = {
        "METADATA": _metadata(distribution, options, native is not None),
        "WHEEL": _wheel(tag, native is not None),
    }
    if is_program(translation.env):
        described["entry_points.txt"] = _entry_points(distribution)
    texts = {name: text.encode() for name, text in described.items()}
    if distribution.license is not None:
        name, content = distribution.license
        texts[f"licenses/{name}"] = content
    information = f"{stem}.dist-info"
    files += [(f"{information}/{name}", content) for name, content in texts.items()]
    record = f"{information}/RECORD"
    files.append((record, _record(files, record)))
    path = folder / f"{stem}-{tag}.whl"
    size = write_file(path, lambda file: _archive(file, files), force, committing)
    return Written(path, size)


def _archive(file: BinaryIO, files: Iterable[tuple[str, bytes]]) -> None:
    """Write files as an archive; those of metadata come last, as they should."""
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = _MODE
            archive.writestr(entry, content)


def _record(files: Iterable[tuple[str, bytes]], record: str) -> bytes:
    """The list of files, their checksums and sizes; it has none of its own."""
    lines = sorted(
        f"{name},{_digest(content)},{len(content)}" for name, content in files
    )
    return "".join(f"{line}\n" for line in (*lines, f"{record},,")).encode()


def _digest(content: bytes) -> str:
    digest = urlsafe_b64encode(sha256(content).digest()).rstrip(b"=")
    return f"sha256={digest.decode()}"


def _metadata(
    distribution: Distribution, options: PackageOptions, is_native: bool
) -> str:
    name, package = distribution.name, distribution.package
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {name}",
        f"Version: {distribution.version}",
        f"Summary: {_SUMMARY}",
        *_requirements(options, is_native),
        "Description-Content-Type: text/markdown",
    ]
    if distribution.license is not None:
        lines.append(f"License-File: {distribution.license[0]}")
    description = _DESCRIPTION.format(name=name, package=package)
    return "".join(f"{line}\n" for line in (*lines, "")) + description


def _requirements(options: PackageOptions, is_native: bool) -> Iterator[str]:
    imports_runtime = options.runtime == "import"
    # What the stable ABI begins with here, and the installed wasm2py.
    oldest = "3.11" if is_native or imports_runtime else "3.9"
    yield f"Requires-Python: >={oldest}"
    if imports_runtime:
        yield "Requires-Dist: wasm2py"


def _wheel(tag: str, is_native: bool) -> str:
    return (
        "Wheel-Version: 1.0\n"
        f"Generator: wasm2py {__version__}\n"
        f"Root-Is-Purelib: {'false' if is_native else 'true'}\n"
        f"Tag: {tag}\n"
    )


def _entry_points(distribution: Distribution) -> str:
    command = f"{distribution.name} = {distribution.package}.__main__:run"
    return f"[console_scripts]\n{command}\n"
