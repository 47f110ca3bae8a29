"""What bytes look like that are not a WebAssembly module."""

from __future__ import annotations

import re

PREFIX_LENGTH = 512
"""The bytes from the beginning of the input that are looked at."""

COMPONENT = (
    "a WebAssembly component, not a core module;"
    " take its modules out of it, with wasm-tools component unbundle"
)

_MAGIC = b"\0asm"

_SIGNATURES = (
    (b"\x1f\x8b", "a gzip file; decompress it first"),
    (b"\x28\xb5\x2f\xfd", "a zstandard file; decompress it first"),
    (b"\xfd7zXZ\0", "an xz file; decompress it first"),
    (b"BZh", "a bzip2 file; decompress it first"),
    (b"PK\x03\x04", "a zip archive; extract the module from it first"),
    (b"\x7fELF", "a native program (ELF)"),
    (b"MZ", "a native program (PE)"),
    (b"\xcf\xfa\xed\xfe", "a native program (Mach-O)"),
    (b"!<arch>\n", "an archive of object files; link it first"),
    (b"BC\xc0\xde", "LLVM bitcode; compile and link it first"),
    (b"\x89PNG", "a PNG image"),
    (b"%PDF", "a PDF document"),
)

# Comments of the text format: of a line, and of a block (without nesting).
_TEXT_COMMENTS = rb"(?:\s|;;[^\n]*\n|\(;.*?;\))*"
_WAT = re.compile(
    _TEXT_COMMENTS + rb"\(\s*(module|component|func|import|memory|type|export|data)\b",
    re.DOTALL,
)
_HTML = re.compile(rb"\s*<(!doctype\s+html|html|head|body|!--)", re.IGNORECASE)


def looks_like(prefix: bytes) -> str | None:
    """What input that begins with ``prefix`` seems to be; None if it may be a module.

    The answer completes the sentence "It looks like ...".
    """
    if prefix.startswith(_MAGIC):
        return _other_version(prefix)
    if not prefix:
        return "an empty file"
    if _MAGIC.startswith(prefix):
        return "the first bytes of a module, cut off"
    prefix = prefix.removeprefix(b"\xef\xbb\xbf")
    for signature, name in _SIGNATURES:
        if prefix.startswith(signature):
            return name
    if _WAT.match(prefix):
        return "WebAssembly's text format (WAT); assemble it first, with wat2wasm"
    if _HTML.match(prefix):
        return "an HTML page"
    return _some_text(prefix)


def _other_version(prefix: bytes) -> str | None:
    # Component model, "Binary": 16 bits of version, 16 bits of layer (1: component).
    if len(prefix) >= 8 and prefix[6:8] == b"\x01\0":
        return COMPONENT
    return None


def _some_text(prefix: bytes) -> str:
    text = prefix.lstrip()
    if text.startswith((b"{", b"[")):
        return "JSON"
    if text.startswith(b"<"):
        return "XML"
    control = bytes(range(32)).translate(None, b"\t\n\r\f\x1b")
    if prefix.translate(None, control) == prefix:
        return "text"
    return "some other binary file"
