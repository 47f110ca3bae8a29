"""The modules of a package that hold data: a description, segments, names, sections."""

from __future__ import annotations

from binascii import b2a_base64, crc32
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from wasm2py.package.columns import bytes_columns, pack, text_columns
from wasm2py.package.init_source import listing_source
from wasm2py_runtime.package import DATA, part_module

PART_SIZE: Final = 3 << 18
"""Bytes in a file, which become 1 MiB of text.

Python's compiler needs some ten times as much memory as the text that it compiles."""

_TITLE: Final = "What the module is, and its data, in base64: read when it is needed."


def names_by_index(names: Mapping[int, str]) -> bytes:
    """Function names, as ``wasm2py_runtime.package.Names`` reads them."""
    ordered = sorted(names)
    texts = text_columns("names", [names[index] for index in ordered])
    return pack({"functions": ordered, **texts})


def custom_sections(sections: Sequence[tuple[str, bytes]]) -> bytes:
    """Custom sections in order, as ``wasm2py_runtime.package`` reads them."""
    names = text_columns("names", [name for name, _ in sections])
    contents = bytes_columns("contents", [content for _, content in sections])
    return pack({**names, **contents})


def content_files(contents: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Path and content of each file for contents of such names."""
    parts = {name: -(-len(content) // PART_SIZE) for name, content in contents.items()}
    modules = {
        name: [part_module(name, part) for part in range(count)]
        for name, count in parts.items()
    }
    listed = [module for name in modules for module in modules[name]]
    lines = [
        f'    "{name}": ({parts[name]}, "{crc32(content):08x}"),'
        for name, content in contents.items()
    ]
    head = "\n".join(["", "CONTENTS = {", *lines, "}"])
    yield f"{DATA}/__init__.py", listing_source(_TITLE, listed, head).encode()
    for name, content in contents.items():
        for part, module in enumerate(modules[name]):
            piece = content[part * PART_SIZE : (part + 1) * PART_SIZE]
            text = b2a_base64(piece, newline=False).decode()
            yield f"{module.replace('.', '/')}.py", f'CONTENT = "{text}"\n'.encode()
