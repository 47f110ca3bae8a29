"""The files of packages: literals, comments, formatting, determinism."""

from __future__ import annotations

import ast
import io
import marshal
import tokenize
from pathlib import Path

import black
import pytest

from tests.package.modules import (
    ALONE,
    EVERY_KIND,
    HOSTILE_NAMES,
    REPOSITORY,
    binary,
    hostile_module,
    run_python,
    translate,
    without_imports,
)
from wasm2py.package.columns import pack
from wasm2py.package.contents import PART_SIZE, content_files, names_by_index
from wasm2py.package.groups import comment_name
from wasm2py.package.literals import Data, flat_literal, literal_lines
from wasm2py.package.writer import PackageOptions, package_files
from wasm2py_runtime.abi import RT_ABI
from wasm2py_runtime.columns import Columns
from wasm2py_runtime.package import Names

MANY = "\n".join(
    (
        '(module (table (export "table") 900 funcref)',
        *(f'(global (export "g{n}") i32 (i32.const {n}))' for n in range(60)),
        *(f'(func $a_function_{n} (export "f{n}"))' for n in range(300)),
        "(elem (i32.const 0) func",
        *(f"$a_function_{n}" for n in range(300)),
        ")",
        f'(func (export "wide") (param {"f64 " * 40}) (result {"i32 " * 40})',
        "unreachable)",
        f'(func (export "{"long" * 20}") (result {"i32 " * 9}) unreachable)',
        f'(func (export "{"longer" * 20}") (param i64) unreachable)',
        f'(global (export "{"longest" * 20}") i32 (i32.const 0)))',
    )
)
MODULES = {
    "alone": ALONE,
    "every kind": EVERY_KIND,
    "hostile exports": without_imports(hostile_module()),
    "hostile imports": hostile_module(),
    "many": MANY,
    "many imports": MANY.replace(
        "(module", f'(module (import "m" "n" (func (param {"i64 " * 50})))'
    ),
    "empty": "(module)",
}
RUNTIMES = ("vendor", "import")


def _text_files(wat: str, runtime: str = "vendor") -> dict[str, str]:
    files = package_files(translate(binary(wat)), PackageOptions(runtime=runtime))
    return {
        name: content.decode()
        for name, content in files
        if name.endswith((".py", ".pyi")) and not name.startswith("_runtime/")
    }


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("wat", MODULES.values(), ids=MODULES)
def test_files_are_as_black_formats_them(wat: str, runtime: str) -> None:
    for name, text in _text_files(wat, runtime).items():
        mode = black.Mode(is_pyi=name.endswith(".pyi"))
        assert black.format_str(text, mode=mode) == text, name


@pytest.mark.parametrize("wat", MODULES.values(), ids=MODULES)
def test_text_is_ascii_with_bounded_lines(wat: str) -> None:
    for name, text in _text_files(wat).items():
        assert text.isascii(), name
        # Code is not broken in the middle of an identifier or of a dictionary's key.
        longest = max(map(len, text.splitlines()), default=0)
        data = name.startswith("_data/")
        assert longest <= 88 or data or name.endswith(".pyi"), name


def test_no_text_of_the_module_is_code() -> None:
    """All identifiers are known without looking at the names."""
    plain = [chr(ord("a") + number % 26) * 9 for number in range(len(HOSTILE_NAMES))]
    harmless = hostile_module(f"{name}{n}" for n, name in enumerate(plain))
    expected, given = _text_files(harmless), _text_files(hostile_module())
    for name in expected:
        if name.endswith(".py"):
            assert _code_tokens(given[name]) == _code_tokens(expected[name])


def _code_tokens(text: str) -> list[str]:
    left_out = (tokenize.STRING, tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE)
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    shape = (tokenize.INDENT, tokenize.DEDENT)
    return [
        token.string
        for token in tokens
        # Long literals are broken, in parentheses: only the names are compared.
        if token.type not in left_out + shape and token.string not in "(),"
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("std::vector<int, x>::at(int) const", "std::vector<int,_x>::at(int)_const"),
        ("# fmt: off", "__fmt:_off"),
        ("x\ny\u2028z\0", "x_y_z_"),
        ("vim: set ft=sh:", "vim:_set_ft=sh:"),
        ("\u00e9\"'\\;`", "______"),
        ("n" * 51, "n" * 50 + "..."),
    ],
)
def test_names_in_comments(name: str, shown: str) -> None:
    assert comment_name(name) == shown


def test_a_name_declares_no_encoding() -> None:
    wat = '(module (func (@name "coding:utf-7") (export "coding=utf-7")))'
    text = _text_files(wat)["_functions/group_0000.py"]
    assert "$coding:utf-7" in text
    encoding, _ = tokenize.detect_encoding(io.BytesIO(text.encode()).readline)
    assert encoding == "utf-8"


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        -1,
        2**64 - 1,
        "",
        'it\'s "quoted"\\\n\t\r\0\x7f\x85\u2028\uffff\U0001f600',
        "long" * 100,
        (),
        (1,),
        ("a" * 80,),
        (("i32",), ()),
        tuple(range(100)),
        (("x" * 200, (None, (("y",),))), ()),
    ],
)
def test_literals_give_the_value_back(value: Data) -> None:
    assert ast.literal_eval(flat_literal(value)) == value
    lines = list(literal_lines(value))
    assert ast.literal_eval("\n".join(lines)) == value
    assert max(map(len, lines)) <= 88


def test_literals_are_of_data_only() -> None:
    with pytest.raises(TypeError, match="no literal for float"):
        flat_literal((1, 2.0))


def test_names_table() -> None:
    names = {0: "a", 2: "\u00e9\n", 5: "x" * 1000}
    table = Names(names_by_index(names))
    assert dict(table) == names
    assert len(table) == 3
    for missing in (-1, 1, 6, 1 << 40):
        assert table.get(missing) is None
    assert dict(Names(names_by_index({}))) == {}


def test_columns() -> None:
    columns = {
        "none": [],
        "narrow": bytes(range(256)),
        "wide": [1, 1 << 8],
        "wider": [1 << 16],
        "widest": [1 << 63, 0],
        "texts": "\u00e9\n\0".encode(),
        "texts_ends": [2, 2, 4],
    }
    content = pack(columns)
    found = Columns(content, RT_ABI)
    for name, items in columns.items():
        assert list(found.numbers(name)) == list(items)
    assert list(found.numbers("missing")) == []
    texts = found.texts("texts")
    assert list(texts) == ["\u00e9", "", "\n\0"]
    assert (texts[-1], texts[:2]) == ("\n\0", ["\u00e9", ""])
    with pytest.raises(IndexError):
        texts[3]
    for damaged in (b"", content[:-1], content + b"\0", content[:20], b"x" + content):
        with pytest.raises(ImportError, match="damaged"):
            Columns(damaged, RT_ABI)
    with pytest.raises(ImportError, match="compile it again"):
        Columns(content, RT_ABI + 1)


@pytest.mark.parametrize("size", [0, 1, PART_SIZE, PART_SIZE + 1])
def test_contents_are_in_parts(size: int) -> None:
    files = dict(content_files({"segments": bytes(size)}))
    parts = [name for name in files if name.startswith("_data/segments_")]
    assert len(parts) == -(-size // PART_SIZE)
    assert sum(map(len, files.values())) < 400 + 1.4 * size
    listed = files["_data/__init__.py"].decode()
    assert [
        f"_data/{line.split()[-1]}.py"
        for line in listed.splitlines()
        if line.startswith("    from . import")
    ] == parts


def test_groups_are_bounded() -> None:
    many = "".join(
        f"(func (param i32 i32) (result i32) {'(i32.add ' * 40}(local.get 0)"
        f"{' (i32.load (local.get 1)))' * 40})\n"
        for _ in range(150)
    )
    files = _text_files(f"(module (memory 1) {many})")
    groups = [text for name, text in files.items() if "/group_" in name]
    assert len(groups) > 1
    assert all(len(text) < 80_000 for text in groups)


_DIGEST = """
import hashlib, sys
from tests.package.modules import EVERY_KIND, binary, hostile_module, translate
from wasm2py.package.writer import PackageOptions, package_files
digest = hashlib.sha256()
# What a process has interned before must not show in the compiled code.
noise = [sys.intern(f"f{number}") for number in range(int(sys.argv[1]))]
for wat in (EVERY_KIND, hostile_module()):
    for name, content in package_files(
        translate(binary(wat)), PackageOptions(bytecode=True)
    ):
        digest.update(name.encode() + content)
print(digest.hexdigest())
"""


def test_bytes_depend_on_the_module_only(monkeypatch: pytest.MonkeyPatch) -> None:
    digests = set()
    for seed in range(3):
        program = (
            f"import os; sys.argv = ['', '{100 * seed}']\n"
            f"sys.path[:0] = [{str(REPOSITORY)!r}, {str(REPOSITORY / 'runtime')!r}]\n"
            + _DIGEST
        )
        monkeypatch.setenv("PYTHONHASHSEED", str(seed))
        # -I would ignore the seed.
        done = run_python(program, isolated=False)
        assert done.returncode == 0, done.stderr
        digests.add(done.stdout)
    assert len(digests) == 1


def test_bytecode_is_what_python_loads(tmp_path: Path) -> None:
    options = PackageOptions(bytecode=True)
    files = dict(package_files(translate(binary(ALONE)), options))
    compiled = {name for name in files if name.endswith(".pyc")}
    assert len(compiled) == sum(name.endswith(".py") for name in files)
    for name, content in files.items():
        path = tmp_path / "alone" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.pyc")}
    program = "import alone; print(alone.add(1, 2), alone.add.__module__); alone.trap()"
    done = run_python(program, tmp_path, flags=["-v"])
    assert done.stdout.startswith("3 ")
    assert str(tmp_path / "alone/_functions/group_0000.py") in done.stderr
    assert "wrote" not in done.stderr
    assert "matches" in done.stderr
    after = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.pyc")}
    assert after == before


def test_edited_source_counts_more_than_bytecode(tmp_path: Path) -> None:
    options = PackageOptions(bytecode=True)
    for name, content in package_files(translate(binary(ALONE)), options):
        path = tmp_path / "alone" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    source = tmp_path / "alone/__init__.py"
    source.write_text(source.read_text().replace('target = "python"', 'target = "x"'))
    assert run_python("import alone; print(alone.target)", tmp_path).stdout == "x\n"


def test_bytecode_has_no_paths_of_this_machine() -> None:
    options = PackageOptions(bytecode=True)
    for name, content in package_files(translate(binary(ALONE)), options):
        if name.endswith(".pyc"):
            code = marshal.loads(content[16:])
            assert not Path(code.co_filename).is_absolute()
