"""Modules that consist of tables: a million globals, types, segments, exports.

What is known of a module is in columns of numbers: they are read, not compiled, and
what an instance does not use is never made.
"""

from __future__ import annotations

import ast
import resource
import subprocess
import sys
from pathlib import Path

import pytest

import wasm2py
from tests.frontend.binary import module, section, sized, u32
from wasm2py.package.writer import PackageOptions, package_files, write_package
from wasm2py.spec.types import Constant
from wasm2py.translation.translator import Translator

EMPTY = section(1, b"\1\x60\0\0")
FUNCTION = section(3, b"\1\0")
BODY = section(10, b"\1\2\0\x0b")


def repeated(id: int, item: bytes, count: int) -> bytes:
    return section(id, u32(count) + item * count)


def counted(id: int, items: list[bytes]) -> bytes:
    return section(id, u32(len(items)) + b"".join(items))


def names(count: int) -> list[bytes]:
    return [sized(b"%x" % number) for number in range(count)]


def imports(owner: bytes, description: bytes, count: int) -> bytes:
    items = [sized(owner) + name + description for name in names(count)]
    return counted(2, items)


def imports_in_a_table(count: int) -> bytes:
    table = section(4, b"\1\x70\0" + u32(count))
    segment = b"\0\x41\0\x0b" + u32(count) + b"".join(map(u32, range(count)))
    elements = section(9, b"\1" + segment)
    return module(EMPTY, imports(b"f", b"\0\0", count), table, elements)


def one_segment(count: int) -> bytes:
    table = section(4, b"\1\x70\0" + u32(count))
    items = b"\1\0\x41\0\x0b" + u32(count) + bytes(count)
    return module(EMPTY, FUNCTION, table, section(9, items), BODY)


SHAPES = {
    "globals": lambda n: module(repeated(6, b"\x7f\0\x41\0\x0b", n)),
    "types": lambda n: module(repeated(1, b"\x60\0\0", n)),
    "functions' types": lambda n: module(
        counted(
            1,
            [b"\x60\2" + bytes((0x7F - k % 4, 0x7C + k % 3)) + b"\0" for k in range(n)],
        )
    ),
    "active segments": lambda n: module(
        EMPTY,
        FUNCTION,
        section(4, b"\1\x70\0\1"),
        repeated(9, b"\0\x41\0\x0b\1\0", n),
        BODY,
    ),
    "passive segments": lambda n: module(
        EMPTY, FUNCTION, repeated(9, b"\1\0\1\0", n), BODY
    ),
    "one segment": lambda n: one_segment(5 * n),
    "exports": lambda n: module(
        section(6, b"\1\x7f\0\x41\0\x0b"),
        counted(7, [name + b"\3\0" for name in names(n)]),
    ),
    "data segments": lambda n: module(
        section(5, b"\1\0\1"), repeated(11, b"\0\x41\0\x0b\1x", n // 10)
    ),
    "tables": lambda n: module(repeated(4, b"\x70\0\0", n // 10)),
    "imports of functions": lambda n: module(EMPTY, imports(b"f", b"\0\0", n)),
    "imports of numbers": lambda n: module(imports(b"n", b"\3\x7f\0", n)),
    "imports in a table": imports_in_a_table,
}

PROGRAM = """
import sys
sys.path.insert(0, {folder!r})
import package
class Everything(dict):
    def __init__(self, item):
        self.item = item
    def __missing__(self, name):
        return self.item
instance = package.instantiate({{"f": Everything(print), "n": Everything(5)}})
for name in list(instance.exports)[:10]:
    instance.exports[name]
# Not what `getrusage` says: that counts the process that this one was forked from.
status = open("/proc/self/status").read()
print(status.partition("VmHWM:")[2].split()[0])
"""


def write(content: bytes, folder: Path) -> None:
    translator = Translator()
    translator.receive(content)
    translator.receive(b"")
    options = PackageOptions(runtime="vendor")
    write_package(translator.finish(), folder, options)


@pytest.fixture(autouse=True)
def _linux() -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("memory is measured as Linux tells it")


def run(folder: Path) -> int:
    """KiB at the peak that importing and instantiating take."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        # A million items take 4 seconds at most: what grows as their square ends here.
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))

    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", PROGRAM.format(folder=str(folder))],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.parametrize("shape", SHAPES)
def test_packages_of_many_items_are_small(shape: str, tmp_path: Path) -> None:
    content = SHAPES[shape](30_000)
    write(content, tmp_path / "package")
    size = sum(
        path.stat().st_size for path in (tmp_path / "package/_data").rglob("*.py")
    )
    assert size < 5 * len(content) + 8000
    # What Python itself and the runtime take, and 20 times the module's size.
    assert run(tmp_path) * 1024 < (20 << 20) + 20 * len(content)


def test_types_of_a_great_many_exports_and_imports_are_any() -> None:
    count = 100_000
    exports = counted(7, [name + b"\3\0" for name in names(count)])
    importing = module(imports(b"a", b"\3\x7f\0", count))
    exporting = module(section(6, b"\1\x7f\0\x41\0\x0b"), exports)
    for content in (exporting, importing):
        translator = Translator()
        translator.receive(content)
        translator.receive(b"")
        stub = dict(package_files(translator.finish()))["__init__.pyi"].decode()
        assert len(stub) < 3_000_000
        ast.parse(stub)
        if content == importing:
            assert "    imports: Mapping[str, Any],\n    *,\n" in stub
        else:
            assert stub.count("def __getattr__(") == 2


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_a_million_items(shape: str, tmp_path: Path) -> None:
    content = SHAPES[shape](1_000_000)
    write(content, tmp_path / "package")
    assert run(tmp_path) * 1024 < (20 << 20) + 20 * len(content)


EXPRESSION_LENGTH = 200_000


@pytest.mark.parametrize(
    "expression",
    [
        b"\x41\1" + b"\x41\1\x6a" * EXPRESSION_LENGTH,
        b"\x41\1" + b"\x41\1" * EXPRESSION_LENGTH + b"\x6a" * EXPRESSION_LENGTH,
        b"\x23\0" + b"\x41\1\x6a" * EXPRESSION_LENGTH,
        b"\x41\1" * EXPRESSION_LENGTH + b"\x23\0" + b"\x6a" * EXPRESSION_LENGTH,
    ],
    ids=["numbers", "numbers, then additions", "a global first", "a global last"],
)
@pytest.mark.parametrize("place", ["global", "element", "data"])
def test_long_constant_expressions_leave_little(expression: bytes, place: str) -> None:
    sections = {
        "global": section(6, b"\1\x7f\0" + expression + b"\x0b"),
        "element": section(4, b"\1\x70\0\0")
        + section(9, b"\1\0" + expression + b"\x0b\0"),
        "data": section(5, b"\1\0\0") + section(11, b"\1\0" + expression + b"\x0b\0"),
    }
    imported = section(2, b"\1\1a\1b\3\x7f\0")
    translator = Translator()
    translator.receive(module(imported, sections[place]))
    translator.receive(b"")
    env = translator.finish().env
    if place == "global":
        constant: Constant | None = env.global_inits[0]
    else:
        segments = env.elements if place == "element" else env.data
        constant = segments[0].offset
    assert constant is not None and len(constant.parts) <= 3
    number = constant.parts[1][1] if constant.parts else constant.value
    assert number in (EXPRESSION_LENGTH, EXPRESSION_LENGTH + 1)


def test_globals_that_name_each_other_are_evaluated_without_recursion() -> None:
    count = 20_000
    items = [b"\x7f\0\x23" + u32(k) + b"\x41\1\x6a\x0b" for k in range(count)]
    content = module(
        section(2, b"\1\1a\1b\3\x7f\0"),
        counted(6, items),
        section(7, b"\1\1g\3" + u32(count)),
    )
    _, instance = wasm2py.instantiate(content, {"a": {"b": 5}})
    assert instance.exports.g.value == count + 5
